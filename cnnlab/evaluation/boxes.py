"""Intersection over union of boxes, and non-maximum suppression, in numpy.

Boxes are (n, 4) arrays x1, y1, x2, y2 in pixels, x1 < x2, y1 < y2, continuous: a width is x2 − x1.
"""

from __future__ import annotations

import numpy as np

from cnnlab.errors import OptionError


def in_floats(numbers: np.ndarray) -> np.ndarray:
    """float32 and float64 as they are, all else as float64: products of
    small whole numbers overflow, and halves have 11 bits. OptionError for
    what is no real number."""
    numbers = np.asarray(numbers)
    if numbers.dtype.kind not in "biuf":
        raise OptionError(f"boxes or scores of {numbers.dtype}", allowed="real numbers")
    exact = numbers.dtype in (np.float32, np.float64)
    return numbers if exact else numbers.astype(np.float64)


def as_boxes(boxes: np.ndarray) -> np.ndarray:
    """Boxes (…, n, 4) as `in_floats` gives them, [] as those of none. OptionError for other shapes and other numbers,
    for coordinates that are not finite, and for boxes so large that the area of two is not."""
    boxes = in_floats(boxes)
    boxes = boxes.reshape(0, 4) if boxes.shape == (0,) else boxes
    if boxes.ndim < 2 or boxes.shape[-1] != 4:
        raise OptionError(f"boxes of shape {boxes.shape}", allowed="(n, 4)", remedy="one box: [[x1, y1, x2, y2]]")
    with np.errstate(over="ignore", invalid="ignore"):
        wrong = ~np.isfinite(2 * area(boxes))
    if wrong.any():
        what = f"box {boxes[wrong][0].tolist()} of {boxes.dtype}"
        raise OptionError(what, allowed="finite numbers x1, y1, x2, y2, and a finite area")
    return boxes


def checked(boxes: np.ndarray, scores: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (n, 4) and scores (n,) as floats. OptionError for others, a score or a threshold that is not a number."""
    boxes, scores = as_boxes(boxes), in_floats(scores)
    if boxes.ndim != 2 or scores.shape != boxes.shape[:1] or np.isnan(scores).any():
        what = f"boxes {boxes.shape}, scores {scores.shape}{', some not a number' * bool(np.isnan(scores).any())}"
        raise OptionError(what, allowed="(n, 4), and a number for each box, (n,)")
    if np.isnan(threshold):
        raise OptionError(f"threshold={threshold}", allowed="a number: the highest IoU of two boxes that stay")
    return boxes, scores


def area(boxes: np.ndarray) -> np.ndarray:
    """(..., 4) -> (...): in square pixels."""
    boxes = in_floats(boxes)
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def intersection(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(..., n, 4), (..., m, 4) -> (..., n, m): the area in common."""
    one = in_floats(one)[..., :, None, :]
    other = in_floats(other)[..., None, :, :]
    sides = (
        np.minimum(one[..., 2:], other[..., 2:])  # lower right
        - np.maximum(one[..., :2], other[..., :2])  # upper left
    )
    return sides.clip(0).prod(axis=-1)


def iou(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Intersection over union: (…, n, 4), (…, m, 4) -> (…, n, m), 0–1.

    0 where both boxes of a pair have no area.
    """
    one, other = as_boxes(one), as_boxes(other)
    shared = intersection(one, other)
    union = area(one)[..., :, None] + area(other)[..., None, :] - shared
    return np.divide(
        shared,
        union,
        out=np.zeros(shared.shape, np.result_type(shared, np.float32)),
        where=union > 0,
    )


def nms(
    boxes: np.ndarray,
    scores: np.ndarray,
    threshold: float,
) -> np.ndarray:
    """Indices of the boxes (n, 4) that survive, best score (n,) first.

    The best box stays, every box whose IoU with it is greater than
    `threshold` goes, and so on with those that are left. Of equal scores
    the first comes first.
    """
    boxes, scores = checked(boxes, scores, threshold)
    waiting = np.argsort(-scores, kind="stable")
    kept = []
    while len(waiting):
        best, waiting = waiting[0], waiting[1:]
        kept.append(best)
        overlap = iou(boxes[best][None], boxes[waiting])[0]
        waiting = waiting[overlap.astype(float) <= threshold]
    return np.array(kept, dtype=int)
