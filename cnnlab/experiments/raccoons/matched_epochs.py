"""The detections of all epochs of a training, matched to the ground truth in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cnnlab.evaluation.matching import match, precision_recall_curve


@dataclass(frozen=True, eq=False)
class PhotoOutcome:
    """The detections in one photo: boxes (n, 4), scores (n,), true_positive (n,) at an IoU of 0.5, and false_negatives
    (k, 4), the boxes of the ground truth that none of them matches."""

    boxes: np.ndarray
    scores: np.ndarray
    true_positive: np.ndarray
    false_negatives: np.ndarray


@dataclass(frozen=True, eq=False)
class MatchedEpochs:
    """The detections of a training's epochs in the test photos, each with the ground truth that it matches.

    epoch, photo, scores (n,), boxes (n, 4): of the detections; matched (n, 10): the place in the ground truth of the
    box that each matches at each of COCO's thresholds, or −1; true_photo (m,), ground_truth (m, 4).
    """

    epoch: np.ndarray
    photo: np.ndarray
    scores: np.ndarray
    boxes: np.ndarray
    matched: np.ndarray
    true_photo: np.ndarray
    ground_truth: np.ndarray

    def precision_recall_curve(self, epoch: int, iou: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """(recall, precision) of an epoch, see `matching.precision_recall_curve`; iou: which of COCO's thresholds."""
        these = self.epoch == epoch
        return precision_recall_curve(self.matched[these, iou] >= 0, self.scores[these], len(self.ground_truth))

    def outcome(self, epoch: int, photo: int, score_threshold: float) -> PhotoOutcome:
        """The detections in a photo after an epoch with a score of at least `score_threshold`."""
        these = (self.epoch == epoch) & (self.photo == photo) & (self.scores >= score_threshold)
        matched = self.matched[these, 0]
        missed = np.setdiff1d(np.flatnonzero(self.true_photo == photo), matched)
        return PhotoOutcome(self.boxes[these], self.scores[these], matched >= 0, self.ground_truth[missed])

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], epochs: int, photos: int) -> MatchedEpochs:
        """Match what the experiment keeps: `found`, `epoch`, `true_photo`, `true_boxes` of `epochs` and `photos`."""
        epoch, found = arrays["epoch"].astype(int), arrays["found"]
        true_photo, ground_truth = arrays["true_photo"].astype(int), arrays["true_boxes"]
        photo, scores, boxes = found[:, 0].astype(int), found[:, 1], found[:, 2:]
        every = np.arange(epochs)[:, None] * photos + true_photo  # the same ground truth in the photos of each epoch
        repeated = np.tile(ground_truth, (epochs, 1))
        matched = match((epoch - 1) * photos + photo, boxes, scores, every.ravel(), repeated)
        matched = np.where(matched >= 0, matched % len(ground_truth), -1)
        return cls(epoch, photo, scores, boxes, matched, true_photo, ground_truth)
