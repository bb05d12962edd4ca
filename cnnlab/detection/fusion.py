"""Weighted boxes fusion (Solovyev, Wang and Gabruseva 2021): the boxes of several looks at a picture, averaged."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn
from torchvision.models.detection import FasterRCNN

from cnnlab.data.scale_jitter import mirrored
from cnnlab.errors import OptionError
from cnnlab.evaluation.boxes import iou
from cnnlab.evaluation.matching import finite


def fused(
    looks: Sequence[tuple[np.ndarray, np.ndarray]],
    *,
    threshold: float = 0.6,
    weights: Sequence[float] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Boxes and scores of one class, as several looks at one picture found them, as boxes (n, 4) and scores (n,).

    looks: (boxes (k, 4), scores (k,)) of each. By descending score each box joins the group whose mean box it overlaps
    most, if by an IoU above `threshold`, else it begins a group. A group's box is the mean of its boxes, weighted by
    their scores; its score is the mean of theirs, times the share of the looks that it has boxes of (§ 3: a box that
    one look of two finds has half its score). threshold: 0 to 1. weights: of the looks, whose mean counts as 1; None:
    alike.

    Raises OptionError for no look, for arrays of other shapes, for scores and weights that are not positive, weights
    that are not one for each look, and another threshold; DataError for boxes and scores that are not finite.
    """
    if not isinstance(threshold, Real) or not 0 <= threshold <= 1:
        raise OptionError(f"threshold={threshold!r}", allowed="0 to 1, the IoU above which boxes are averaged")
    shares = np.ones(len(looks)) if weights is None else np.asarray(weights, float)
    if not looks or shares.shape != (len(looks),) or not (shares > 0).all():
        raise OptionError(f"{len(looks)} looks, weights={weights}", allowed="a positive weight for each look")
    shares = shares / shares.mean()
    looks = [checked_look(*each) for each in looks]
    boxes = np.concatenate([found for found, _ in looks]).astype(float)
    scores = np.concatenate([weight * each for weight, (_, each) in zip(shares, looks, strict=True)])
    sums, totals, counts = np.zeros((0, 4)), np.zeros(0), np.zeros(0)
    for place in np.argsort(-scores, kind="stable"):
        box, score = boxes[place], scores[place]
        overlaps = iou(box[None], sums / totals[:, None])[0] if len(totals) else np.zeros(0)
        if len(overlaps) and overlaps.max() > threshold:
            group = overlaps.argmax()
            sums[group] += score * box
            totals[group] += score
            counts[group] += 1
        else:
            sums, totals, counts = np.append(sums, [score * box], 0), np.append(totals, score), np.append(counts, 1)
    together = totals / np.maximum(counts, 1) * np.minimum(counts / len(looks), 1)
    order = np.argsort(-together, kind="stable")
    return (sums[order] / totals[order, None]).astype(np.float32), together[order].astype(np.float32)


def checked_look(boxes: ArrayLike, scores: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (n, 4) and scores (n,) of a look as arrays, those of none too. OptionError, DataError as `fused`."""
    boxes, scores = finite(np.asarray(boxes), "boxes of a look"), finite(np.asarray(scores), "scores of a look")
    if boxes.size == scores.size == 0:
        return np.zeros((0, 4)), np.zeros(0)
    if scores.ndim != 1 or boxes.shape != (len(scores), 4):
        raise OptionError(f"a look of boxes {boxes.shape}, scores {scores.shape}", allowed="(n, 4) and (n,) of one n")
    if not (scores > 0).all():  # they are the weights of a mean
        what = f"a look with the score {scores.min()}"
        raise OptionError(what, allowed="scores above 0", remedy="leave the others out: scores > 0")
    return boxes, scores


class SeveralLooks(nn.Module):
    """A detector of one class that looks at a picture at several sizes and at its mirror images, boxes fused.

    network: a FasterRCNN. sides: pixels of the picture's shorter side at each look; the bound of the longer side keeps
    its ratio to it. mirrored: whether it looks at the mirror image of each too. Input and output are torchvision's.
    """

    def __init__(self, network: FasterRCNN, sides: Sequence[int], *, mirrored: bool = True, threshold: float = 0.6):
        super().__init__()
        self.network, self.sides, self.mirrored, self.threshold = network, tuple(sides), mirrored, threshold
        self.names = getattr(network, "names", ("background", "object"))

    def forward(self, pictures: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        return [self.seen(each) for each in pictures]

    def seen(self, picture: torch.Tensor) -> dict[str, torch.Tensor]:
        """The fused boxes of a picture (3, h, w), 0–1."""
        looks = []
        for side in self.sides:
            looks.append(self.look(picture, side))
            if self.mirrored:
                boxes, scores = self.look(picture.flip(2), side)
                looks.append((mirrored(boxes, picture.shape[2]), scores))
        found, together = fused(looks, threshold=self.threshold)
        labels = torch.ones(len(together), dtype=torch.int64)
        return {"boxes": torch.from_numpy(found), "labels": labels, "scores": torch.from_numpy(together)}

    def look(self, picture: torch.Tensor, side: int) -> tuple[np.ndarray, np.ndarray]:
        """Boxes (n, 4) and scores (n,) of the picture at one size."""
        transform = self.network.transform
        usual = transform.min_size, transform.max_size
        transform.min_size, transform.max_size = (side,), round(usual[1] / usual[0][-1] * side)
        try:
            (found,) = self.network([picture])
        finally:
            transform.min_size, transform.max_size = usual
        return found["boxes"].cpu().numpy(), found["scores"].cpu().numpy()
