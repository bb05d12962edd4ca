"""Photos with their annotated boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cnnlab.data.photos import Photo
from cnnlab.errors import DataError


@dataclass(frozen=True, eq=False)
class Annotated:
    """A photo and the boxes of its objects: (n, 4) float32, n may be 0; all of one class."""

    photo: Photo
    boxes: np.ndarray


def inside(boxes: ArrayLike, width: int, height: int, source: str) -> np.ndarray:
    """Boxes (n, 4) cut off at the edges of their picture.

    A box that sticks out is cut: annotators are a pixel or two beside the picture at times. DataError names the file
    where a box is empty, inverted, not finite, or lies outside altogether: which object it meant cannot be guessed.
    """
    boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
    cut = np.stack([boxes[:, k].clip(0, (width, height)[k % 2]) for k in range(4)], axis=1)
    wrong = ~np.isfinite(boxes).all(axis=1) | (boxes[:, 2:] <= boxes[:, :2]).any(axis=1)
    wrong |= (cut[:, 2:] <= cut[:, :2]).any(axis=1)
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(
            f"box {at + 1} of {source} is {boxes[at].tolist()}",
            allowed=f"x1 < x2 and y1 < y2, at least a part of it inside the picture of {width} × {height} pixels",
            remedy="mend the annotation, or leave the box out; a box is x1, y1, x2, y2, not x, y, width, height",
        )
    return cut
