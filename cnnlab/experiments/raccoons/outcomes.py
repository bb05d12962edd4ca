"""What the detections of `raccoons` say beyond its counts: errors by kind, boxes put where they belong, boxes averaged
with those of another detector, and average precisions of them.

Detections are (n, 6) arrays, columns as training.detector.COLUMNS says. numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnlab.evaluation.boxes import iou
from cnnlab.evaluation.error_kinds import ErrorKinds, errors_by_kind
from cnnlab.evaluation.intervals import bca
from cnnlab.evaluation.matching import average_precision, intervals, match, precision_recall_curve
from cnnlab.experiments.raccoons.compute import Interval, Precisions, RaccoonsResult

SCORE_THRESHOLD = 0.5  # of a box that is drawn, as `training.detector.SCORE_THRESHOLD` of one that is counted
ANIMALS = ("cats", "dogs")  # by the label of a photo without raccoons
NEAR = 0.1  # least IoU of a detection with the box that it is put on
SAME = 0.6  # least IoU of two detectors' boxes that are averaged


@dataclass(frozen=True, eq=False)
class Truth:
    """The ground truth: photo (m,), from 0, and boxes (m, 4); photos: how many there are, those without boxes too."""

    photo: np.ndarray
    boxes: np.ndarray
    photos: int

    @property
    def counts(self) -> np.ndarray:
        """(photos,): number of boxes in each photo."""
        return np.bincount(self.photo, minlength=self.photos)


@dataclass(frozen=True)
class Counts:
    """Detections of at least a score, at an IoU of at least 0.5."""

    true_positives: int
    false_positives: int
    false_negatives: int

    @property
    def precision(self) -> float:
        """Of what is detected, what is there; 1 where nothing is detected."""
        found = self.true_positives + self.false_positives
        return self.true_positives / found if found else 1.0

    @property
    def recall(self) -> float:
        """Of what is there, what is detected."""
        return self.true_positives / (self.true_positives + self.false_negatives)


def found_after(result: RaccoonsResult, epoch: int) -> np.ndarray:
    """The detections after an epoch, with one look."""
    arrays = result.arrays
    return arrays["found"][arrays["epoch"] == epoch]


def truth_of(result: RaccoonsResult) -> Truth:
    """The ground truth of the test photos."""
    return Truth(result.arrays["true_photo"].astype(int), result.arrays["true_boxes"], len(result.test))


def matched(found: np.ndarray, truth: Truth) -> np.ndarray:
    """(n, 10): the box of the ground truth that each detection matches at each of COCO's thresholds, or −1."""
    return match(found[:, 0].astype(int), found[:, 2:], found[:, 1], truth.photo, truth.boxes)


def counts(found: np.ndarray, truth: Truth, score_threshold: float = SCORE_THRESHOLD) -> Counts:
    """True and false positives and false negatives of the detections with at least this score."""
    hits = matched(found, truth)[found[:, 1] >= score_threshold, 0] >= 0
    right = int(hits.sum())
    return Counts(right, len(hits) - right, len(truth.boxes) - right)


def hit(found: np.ndarray, truth: Truth, score_threshold: float = SCORE_THRESHOLD) -> np.ndarray:
    """(m,): whether a detection with at least this score matches each box of the ground truth at an IoU of 0.5."""
    return np.isin(np.arange(len(truth.boxes)), matched(found, truth)[found[:, 1] >= score_threshold, 0])


def clean_recall(result: RaccoonsResult) -> float:
    """The recall that the last epoch reaches, as the score threshold falls, before its first false positive."""
    recall, precision = result.matched.precision_recall_curve(result.curve[-1].epoch)
    return float(recall[precision == 1].max(initial=0))


def true_positives(
    found: np.ndarray, truth: Truth, score_threshold: float = SCORE_THRESHOLD
) -> tuple[np.ndarray, np.ndarray]:
    """(k, 6), (k, 4): the detections with at least this score that are right, and the boxes that they match."""
    place = matched(found, truth)[:, 0]
    right = (place >= 0) & (found[:, 1] >= score_threshold)
    return found[right], truth.boxes[place[right]]


def side_ratios(found: np.ndarray, truth: Truth, score_threshold: float = SCORE_THRESHOLD) -> tuple[float, float]:
    """Medians of the width, and of the height, of the true positives with at least this score, in those of the boxes
    that they match; 1 where there are none."""
    right, true_boxes = true_positives(found, truth, score_threshold)
    if not len(right):
        return 1.0, 1.0
    boxes = right[:, 2:]
    sides, true_sides = boxes[:, 2:] - boxes[:, :2], true_boxes[:, 2:] - true_boxes[:, :2]
    width, height = np.median(sides / true_sides, axis=0).tolist()
    return width, height


def median_overlap(found: np.ndarray, truth: Truth, score_threshold: float = SCORE_THRESHOLD) -> float:
    """The median IoU of the true positives with at least this score and the boxes that they match; 0 where there are
    none."""
    right, true_boxes = true_positives(found, truth, score_threshold)
    overlap = iou(right[:, 2:], true_boxes).diagonal()
    return float(np.median(overlap)) if len(overlap) else 0.0


def highest_scores(found: np.ndarray, photos: int) -> np.ndarray:
    """(photos,): the highest score of each photo's detections, 0 where there is none."""
    highest = np.zeros(photos)
    np.maximum.at(highest, found[:, 0].astype(int), found[:, 1])
    return highest


def kinds(found: np.ndarray, truth: Truth, score_threshold: float = SCORE_THRESHOLD) -> ErrorKinds:
    """The errors by kind of the detections with at least this score."""
    found = found[found[:, 1] >= score_threshold]
    return errors_by_kind(
        found[:, 2:],
        np.ones(len(found), int),
        found[:, 1],
        found[:, 0].astype(int),
        true_boxes=truth.boxes,
        true_labels=np.ones(len(truth.boxes), int),
        true_photo=truth.photo,
    )


def on_true_boxes(found: np.ndarray, truth: Truth, near: float = NEAR) -> np.ndarray:
    """The detections, each that matches a box of the ground truth at an IoU of at least `near` put on it."""
    place = match(
        found[:, 0].astype(int), found[:, 2:], found[:, 1], truth.photo, truth.boxes, thresholds=np.array([near])
    )[:, 0]
    moved = found.copy()
    moved[place >= 0, 2:] = truth.boxes[place[place >= 0]]
    return moved


def averaged(found: np.ndarray, others: np.ndarray, same: float = SAME) -> np.ndarray:
    """The detections, the box of each the mean of it and of the other detector's that it overlaps most, where their IoU
    is at least `same`; the scores stay."""
    mean = found.copy()
    for photo in np.intersect1d(found[:, 0], others[:, 0]):
        mine, theirs = np.flatnonzero(found[:, 0] == photo), others[others[:, 0] == photo, 2:]
        overlap = iou(found[mine, 2:], theirs)
        close = overlap.max(axis=1) >= same
        mean[mine[close], 2:] = (found[mine[close], 2:] + theirs[overlap[close].argmax(axis=1)]) / 2
    return mean


def widened(found: np.ndarray, factor: float) -> np.ndarray:
    """The detections, their boxes made wider by a factor about their middles."""
    out = found.copy()
    middle, half = (found[:, 2] + found[:, 4]) / 2, (found[:, 4] - found[:, 2]) / 2
    out[:, 2], out[:, 4] = middle - factor * half, middle + factor * half
    return out


def by_iou(found: np.ndarray, truth: Truth) -> np.ndarray:
    """(10,): the average precision at each of COCO's thresholds of the IoU."""
    hits = matched(found, truth) >= 0
    return average_precision(*precision_recall_curve(hits, found[:, 1], len(truth.boxes)))


def ap_of(found: np.ndarray, truth: Truth, chosen: np.ndarray) -> float:
    """COCO's average precision in some of the photos; chosen: a mask (photos,)."""
    mine, own = chosen[found[:, 0].astype(int)], chosen[truth.photo]
    return float(by_iou(found[mine], Truth(truth.photo[own], truth.boxes[own], truth.photos)).mean())


def scales(result: RaccoonsResult) -> np.ndarray:
    """(photos,): by which each test photo is scaled before the network sees it."""
    side, sizes = result.options.side, np.array([each.size for each in result.test])
    return np.minimum(side / sizes.min(axis=1), round(result.options.longest * side) / sizes.max(axis=1))


def upscaled(result: RaccoonsResult) -> np.ndarray:
    """(photos,): whether a test photo is enlarged."""
    return scales(result) > 1


def larger_than_square(result: RaccoonsResult) -> int:
    """How many boxes of the test photos, as the network sees them, have a side longer than the training square's."""
    truth = truth_of(result)
    sides = (truth.boxes[:, 2:] - truth.boxes[:, :2]) * scales(result)[truth.photo, None]
    return int((sides.max(axis=1) > result.options.side).sum())


def precisions(found: np.ndarray, truth: Truth, samples: int, seed: int = 0) -> Precisions:
    """AP50, AP75 and AP with their BCa intervals over the photos."""
    hits = matched(found, truth) >= 0
    rows = intervals(hits, found[:, 1], found[:, 0].astype(int), truth.counts, samples, seed).tolist()
    return Precisions(
        ap50=Interval(*rows[0]),
        ap75=Interval(*rows[5]),
        ap=Interval(*rows[-1]),
        by_iou=tuple(row[0] for row in rows[:-1]),
    )


def gain(found: np.ndarray, others: np.ndarray, truth: Truth, samples: int, seed: int = 0) -> Interval:
    """By how much the AP of some detections is higher than that of others, with the BCa interval of the difference
    over the photos, which are the same for both."""
    sides = [(each, matched(each, truth) >= 0) for each in (found, others)]

    def difference(places: np.ndarray) -> float:
        times = np.bincount(places, minlength=truth.photos)
        ap = []
        for each, hits in sides:
            weights = times[each[:, 0].astype(int)]
            curve = precision_recall_curve(hits, each[:, 1], int(times @ truth.counts), weights)
            ap.append(average_precision(*curve).mean())
        return float(ap[0] - ap[1])

    every = np.arange(truth.photos)
    return Interval(difference(every), *bca(every, difference, samples=samples, seed=seed))
