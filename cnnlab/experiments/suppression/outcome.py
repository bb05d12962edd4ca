"""What non-maximum suppression leaves of a photo's boxes at a threshold, and which of them are right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnlab.evaluation.boxes import nms
from cnnlab.evaluation.matching import match

THRESHOLDS = (0.0, 0.5, 0.8)  # that the report prints
OVERLAP = np.array([0.5])  # least IoU of a right box with a true one


@dataclass(frozen=True, eq=False)
class Outcome:
    """kept: places of the boxes that survive, best score first; right: whether each finds a true box of its own."""

    kept: np.ndarray
    right: np.ndarray


def outcome(result, threshold: float) -> Outcome:
    """result: that of the experiment `suppression`."""
    boxes, scores, true = (result.arrays[name] for name in ("boxes", "scores", "true_boxes"))
    kept = nms(boxes, scores, threshold)
    one = np.zeros(len(kept), int)
    took = match(one, boxes[kept], scores[kept], np.zeros(len(true), int), true, OVERLAP)
    return Outcome(kept, took[:, 0] >= 0)
