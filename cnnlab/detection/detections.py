"""What a detector found in one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np

from cnnlab.errors import OptionError


@dataclass(frozen=True, eq=False)
class Detections:
    """boxes: (n, 4) float32, x1, y1, x2, y2 in pixels of the picture; labels: (n,) integers, the detector's numbers of
    its classes; scores: (n,), 0–1, the highest first; names: the English name of each label. n may be 0."""

    boxes: np.ndarray
    labels: np.ndarray
    scores: np.ndarray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.scores)

    def above(self, threshold: float) -> Detections:
        """Those with a score of at least `threshold`."""
        kept = np.flatnonzero(self.scores >= checked_threshold(threshold))
        names = tuple(self.names[k] for k in kept)
        return Detections(self.boxes[kept], self.labels[kept], self.scores[kept], names)

    def plain(self) -> dict:
        """The same as lists, as a result keeps it; `of` turns it back."""
        return {
            "boxes": np.round(self.boxes.astype(float), 2).tolist(),
            "labels": self.labels.tolist(),
            "scores": np.round(self.scores.astype(float), 4).tolist(),
            "names": list(self.names),
        }

    @classmethod
    def of(cls, plain: Mapping) -> Detections:
        """What `plain` gave, again as arrays; other keys may stand beside its own."""
        boxes = np.array(plain["boxes"], np.float32).reshape(-1, 4)
        scores = np.array(plain["scores"], np.float32)
        return cls(boxes, np.array(plain["labels"], np.int64), scores, tuple(plain["names"]))


def detections(boxes, labels, scores, classes: Sequence[str], size: tuple[int, int]) -> Detections:
    """A detector's answer in order: boxes cut off at the edges of a picture of `size` (width, height), best score
    first, what has no area left out. classes: the name of each number; OptionError for a label that is none of them.
    """
    boxes = np.asarray(boxes, np.float32).reshape(-1, 4).clip(0, np.tile(np.float32(size), 2))
    labels, scores = np.asarray(labels, np.int64).reshape(-1), np.asarray(scores, np.float32).reshape(-1)
    unknown = labels[(labels < 0) | (labels >= len(classes))]
    if len(unknown):
        raise OptionError(
            f"the detector answers class {unknown[0]}",
            allowed=f"0 to {len(classes) - 1}: it has {len(classes)} names",
            remedy="give it a name for each of its classes: detector.names = (…)",
        )
    order = np.argsort(-scores, kind="stable")
    order = order[(boxes[order, 2:] > boxes[order, :2]).all(axis=1)]
    return Detections(boxes[order], labels[order], scores[order], tuple(classes[k] for k in labels[order]))


def checked_threshold(threshold: float) -> float:
    """The threshold; OptionError unless it is a number from 0 to 1."""
    if not isinstance(threshold, Real) or not 0 <= threshold <= 1:
        raise OptionError(f"threshold={threshold}", allowed="0 to 1, the least score of what is shown")
    return threshold
