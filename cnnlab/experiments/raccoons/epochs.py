"""What the kept detections of every epoch say, matched in one go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnlab.evaluation.matching import curve, match


@dataclass(frozen=True, eq=False)
class Epochs:
    """The detections of a training's epochs in the test photos, each with the true box that it takes.

    epoch, photo, scores (n,), boxes (n, 4): of the detections; took (n, 10): the place of the true box that each takes
    at each of COCO's thresholds, or −1; true_photo (m,), true_boxes (m, 4).
    """

    epoch: np.ndarray
    photo: np.ndarray
    scores: np.ndarray
    boxes: np.ndarray
    took: np.ndarray
    true_photo: np.ndarray
    true_boxes: np.ndarray

    def recall_precision(self, epoch: int, iou: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """(recall, precision) of an epoch after each detection, the surest first; iou: which of COCO's thresholds."""
        these = self.epoch == epoch
        return curve(self.took[these, iou] >= 0, self.scores[these], len(self.true_boxes))

    def of_photo(self, epoch: int, photo: int, least: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(boxes, scores, right, missed) of one photo: detections with a score of at least `least`, whether each is
        right at an IoU of 0.5, and the true boxes that none of them takes."""
        these = (self.epoch == epoch) & (self.photo == photo) & (self.scores >= least)
        took = self.took[these, 0]
        missed = np.setdiff1d(np.flatnonzero(self.true_photo == photo), took)
        return self.boxes[these], self.scores[these], took >= 0, self.true_boxes[missed]


def epochs(result) -> Epochs:
    """result: that of the experiment `raccoons`."""
    kept = result.arrays
    epoch, found = kept["epoch"].astype(int), kept["found"]
    true_photo, true_boxes = kept["true_photo"].astype(int), kept["true_boxes"]
    photos, count = len(result.test), len(result.curve)
    photo = found[:, 0].astype(int)
    every = np.arange(count)[:, None] * photos + true_photo  # the same true boxes in the photos of each epoch
    took = match(
        (epoch - 1) * photos + photo, found[:, 2:], found[:, 1], every.ravel(), np.tile(true_boxes, (count, 1))
    )
    took = np.where(took >= 0, took % len(true_boxes), -1)
    return Epochs(epoch, photo, found[:, 1], found[:, 2:], took, true_photo, true_boxes)
