"""Large-scale jittering (Ghiasi et al. 2021): photos with boxes scaled, cropped, mirrored, recoloured at random."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch.utils.data import Dataset
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

from cnnlab.data.annotations import Annotated, inside
from cnnlab.data.imagenet import MEAN
from cnnlab.evaluation.boxes import area

COLOURS = v2.Compose([v2.ColorJitter(0.4, 0.4, 0.4, 0.1), v2.RandomGrayscale(0.1)])
STRETCH = 1.25  # a photo is made wider or narrower by up to this factor
MIN_VISIBLE = 0.4  # a box of which less lies in the crop is left out
TRIES = 10  # for a crop that holds the centre of a box


class Jittered(Dataset):
    """Training photos as (picture (3, side, side), 0–1, {"boxes", "labels"}); asked for by (epoch, index).

    A photo is scaled so that its longer side measures `scales[0]` to `scales[1]` times `side`, and a square is cut out
    of it, or it is laid somewhere on a grey square (Ghiasi et al. 2021, without their pasted objects; the square holds
    the centre of an object). With the probability `pairs` another photo is set beside it first. From the epoch
    `whole_from` on the photo is neither scaled nor cut: (3, h, w). What is drawn depends on the seed, the epoch and the
    index alone. Label 1 is the only one: 0 is background.

    Raises DataError for a photo that is no whole picture, and for a box that lies outside its photo.
    """

    def __init__(
        self,
        photos: Sequence[Annotated],
        side: int,
        *,
        scales: tuple[float, float],
        pairs: float = 0.0,
        whole_from: int | None = None,
        seed: int = 0,
    ):
        self.pictures = [functional.pil_to_tensor(each.photo.picture()) for each in photos]
        self.boxes = [
            inside(each.boxes, picture.shape[2], picture.shape[1], each.photo.source)
            for each, picture in zip(photos, self.pictures, strict=True)
        ]
        self.side, self.scales, self.seed = side, scales, seed
        self.pairs, self.whole_from = pairs, math.inf if whole_from is None else whole_from

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, place: tuple[int, int]) -> tuple[torch.Tensor, dict]:
        epoch, index = place
        rng = np.random.default_rng((self.seed, epoch, index))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**62)))
            picture, boxes = self.pictures[index], self.boxes[index]
            if self.pairs and rng.random() < self.pairs:
                other = int(rng.integers(len(self)))
                picture, boxes = side_by_side(picture, boxes, self.pictures[other], self.boxes[other])
            return (self.whole if epoch >= self.whole_from else self.example)(picture, boxes, rng)

    def whole(self, picture: torch.Tensor, boxes: np.ndarray, rng: np.random.Generator) -> tuple:
        """A picture (3, h, w), 0–255, recoloured, mirrored or not: ((3, h, w), 0–1, target)."""
        recoloured = COLOURS(picture).float() / 255
        if rng.random() < 0.5:
            return recoloured.flip(2), target(mirrored(boxes, picture.shape[2]))
        return recoloured, target(boxes)

    def example(self, picture: torch.Tensor, boxes: np.ndarray, rng: np.random.Generator) -> tuple:
        """A random crop of a picture (3, h, w), 0–255, with its boxes: ((3, side, side), 0–1, target)."""
        for _ in range(TRIES):
            size, corner = self.placed(picture, rng)
            moved = boxes * np.tile(size / picture.shape[:0:-1], 2) + np.tile(corner, 2)
            centres = (moved[:, :2] + moved[:, 2:]) / 2
            if ((0 < centres) & (centres < self.side)).all(axis=1).any():
                break
        width, height = size
        canvas = torch.tensor(MEAN).view(3, 1, 1).expand(3, self.side, self.side).clone()
        scaled = functional.resize(picture, [height, width], antialias=True)
        left, upper = corner
        seen = scaled[:, max(-upper, 0) : self.side - upper, max(-left, 0) : self.side - left]
        canvas[:, max(upper, 0) : max(upper, 0) + seen.shape[1], max(left, 0) : max(left, 0) + seen.shape[2]] = (
            COLOURS(seen).float() / 255
        )
        cut = moved.clip(0, self.side)
        kept = cut[area(cut) > MIN_VISIBLE * area(moved)]
        if rng.random() < 0.5:
            canvas, kept = canvas.flip(2), mirrored(kept, self.side)
        return canvas, target(kept)

    def placed(self, picture: torch.Tensor, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """A size (width, height) for the photo and where its upper left corner lies on the square."""
        longer = self.side * math.exp(rng.uniform(*np.log(self.scales)))
        stretch = math.exp(rng.uniform(-1, 1) * math.log(STRETCH) / 2)
        whole = np.array(picture.shape[:0:-1]) * longer / max(picture.shape[1:]) * (stretch, 1 / stretch)
        size = np.maximum(whole.round().astype(int), 1)
        room = self.side - size
        return size, np.floor(rng.uniform(np.minimum(room, 0), np.maximum(room, 0) + 1)).astype(int)


def side_by_side(
    picture: torch.Tensor, boxes: np.ndarray, other: torch.Tensor, other_boxes: np.ndarray
) -> tuple[torch.Tensor, np.ndarray]:
    """Two pictures (3, h, w) with their boxes as one picture: the other at the height of the first, on its right."""
    height, width = picture.shape[1:]
    right = max(round(other.shape[2] * height / other.shape[1]), 1)
    scale = np.tile([right / other.shape[2], height / other.shape[1]], 2)
    resized = functional.resize(other, [height, right], antialias=True)
    return torch.cat([picture, resized], dim=2), np.concatenate([boxes, other_boxes * scale + (width, 0, width, 0)])


def mirrored(boxes: np.ndarray, width: int) -> np.ndarray:
    """Boxes (n, 4) of a picture of this width as they lie in its mirror image."""
    return np.column_stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]])


def target(boxes: np.ndarray) -> dict[str, torch.Tensor]:
    """Boxes in the form that torchvision's detectors train on; there may be none."""
    return {
        "boxes": torch.as_tensor(np.ascontiguousarray(boxes), dtype=torch.float32).reshape(-1, 4),
        "labels": torch.ones(len(boxes), dtype=torch.int64),
    }


def collate(examples: list[tuple]) -> tuple[list, list]:
    """Pictures and targets as lists: pictures of a batch may have different sizes."""
    pictures, targets = zip(*examples, strict=True)
    return list(pictures), list(targets)
