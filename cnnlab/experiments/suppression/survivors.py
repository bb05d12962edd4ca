"""Which boxes survive non-maximum suppression at a threshold, and which of them are true positives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnlab.evaluation.boxes import nms
from cnnlab.evaluation.matching import match

PRINTED = (0.0, 0.25, 0.5, 0.8)  # thresholds of suppression that the report prints
MATCH_IOU = np.array([0.5])  # lowest IoU of a true positive


@dataclass(frozen=True, eq=False)
class Survivors:
    """kept (k,): places of the boxes that survive, by descending score; true_positive (k,): booleans."""

    kept: np.ndarray
    true_positive: np.ndarray


def survivors(boxes: np.ndarray, scores: np.ndarray, ground_truth: np.ndarray, threshold: float) -> Survivors:
    """What suppression at `threshold` leaves of boxes (n, 4) with scores (n,), matched to ground truth (m, 4)."""
    kept = nms(boxes, scores, threshold)
    one_photo = np.zeros(len(kept), int), np.zeros(len(ground_truth), int)
    matched = match(one_photo[0], boxes[kept], scores[kept], one_photo[1], ground_truth, MATCH_IOU)
    return Survivors(kept, matched[:, 0] >= 0)
