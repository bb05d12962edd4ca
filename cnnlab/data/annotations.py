"""Photos with their annotated boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cnnlab.data.photos import Photo
from cnnlab.errors import DataError


@dataclass(frozen=True, eq=False)
class Annotated:
    """A photo and the boxes of its objects, all of one class: (n, 4) float32, x1, y1, x2, y2 in pixels of the upright
    photo; n may be 0.

    Lists become arrays, `[]` those of no box. Raises DataError, with the photo's name and the box, for a box that is
    empty, inverted or not finite; whether it lies inside the photo is seen where the photo is decoded.
    """

    photo: Photo
    boxes: np.ndarray

    def __post_init__(self):
        boxes = as_boxes(self.boxes, self.photo.source)
        refuse(boxes, is_wrong(boxes), self.photo.source, "x1 < x2 and y1 < y2")
        object.__setattr__(self, "boxes", boxes)


def as_boxes(boxes: ArrayLike, source: str) -> np.ndarray:
    """Boxes (n, 4) as float32, none as (0, 4). DataError, which names their source, for anything else."""
    try:
        found = np.asarray(boxes)
    except (TypeError, ValueError, RuntimeError) as error:  # lists of several lengths; tensors of other devices
        raise DataError(f"boxes of {source} are no array: {error}", allowed="(n, 4)") from error
    if found.size == 0:
        return np.zeros((0, 4), np.float32)
    if found.dtype.kind not in "iuf" or found.ndim != 2 or found.shape[1] != 4:
        raise DataError(f"boxes of {source}: {found.dtype} {found.shape}", allowed="numbers (n, 4): x1, y1, x2, y2")
    with np.errstate(over="ignore"):  # beyond float32 is infinite, which is refused
        return found.astype(np.float32, copy=False)


def is_wrong(boxes: np.ndarray) -> np.ndarray:
    """(n,): whether each box is empty, inverted, or not finite."""
    return ~np.isfinite(boxes).all(axis=1) | (boxes[:, 2:] <= boxes[:, :2]).any(axis=1)


def refuse(boxes: np.ndarray, wrong: np.ndarray, source: str, allowed: str) -> None:
    """Raise DataError for the first of the boxes that are wrong (n,)."""
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(
            f"box {at + 1} of {source} is {boxes[at].tolist()}",
            allowed=allowed,
            remedy="mend the annotation, or leave the box out; a box is x1, y1, x2, y2, not x, y, width, height",
        )


def inside(boxes: ArrayLike, width: int, height: int, source: str) -> np.ndarray:
    """Boxes (n, 4) cut off at the edges of their picture.

    A box that sticks out is cut: annotators are a pixel or two beside the picture at times. DataError names the file
    where a box is empty, inverted, not finite, or lies outside altogether: which object it meant cannot be guessed.
    """
    boxes = as_boxes(boxes, source)
    cut = np.stack([boxes[:, k].clip(0, (width, height)[k % 2]) for k in range(4)], axis=1)
    allowed = f"x1 < x2 and y1 < y2, at least a part of it inside the picture of {width} × {height} pixels"
    refuse(boxes, is_wrong(boxes) | (cut[:, 2:] <= cut[:, :2]).any(axis=1), source, allowed)
    return cut
