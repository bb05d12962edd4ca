"""Which box each anchor is trained to find, and which anchors count in the loss (Ren et al. 2015, section 3.1.2)."""

from __future__ import annotations

import numpy as np

from cnnlab.evaluation.boxes import iou

NEGATIVE, IGNORED = -1, -2


def assign(
    anchors: np.ndarray,
    boxes: np.ndarray,
    low: float = 0.3,
    high: float = 0.7,
) -> np.ndarray:
    """Index of the box that each anchor (n, 4) is to find, NEGATIVE or
    IGNORED; boxes (m, 4), m at least 1.

    The anchors whose IoU with a box is its highest, ties included, are
    positive whatever that IoU is.
    """
    overlap = iou(anchors, boxes)  # (n, m)
    nearest, highest = overlap.argmax(axis=1), overlap.max(axis=1)
    assigned = np.where(highest >= high, nearest, IGNORED)
    assigned[highest < low] = NEGATIVE
    best = (overlap == overlap.max(axis=0)).any(axis=1)
    assigned[best] = nearest[best]
    return assigned


def sample(
    assigned: np.ndarray,
    rng: np.random.Generator,
    count: int = 256,
    share: float = 0.5,
) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the positive and of the negative anchors that count in
    the loss: at most `share` of `count` positive, negative the rest.
    """
    positive = rng.permutation(np.flatnonzero(assigned >= 0))
    negative = rng.permutation(np.flatnonzero(assigned == NEGATIVE))
    positive = positive[: int(share * count)]
    return positive, negative[: count - len(positive)]
