"""A detector's errors by kind, and what average precision would gain without each: TIDE (Bolya et al. 2020, §2).

With tf = `foreground` and tb = `background`, a detection that matches no box of the ground truth is

- `location`: tb ≤ IoU ≤ tf with a box of its class;
- `class`: IoU ≥ tf with a box of another class;
- `repeated`: IoU ≥ tf with a box of its class, which a detection of higher score matches;
- `background`: IoU ≤ tb with every box;
- `both`: what is left, tb < IoU < tf with a box of another class.

It is of the first kind in this order whose condition holds, as in the authors' tool; the IoU is that with the box of
highest IoU. `missed` is a box that no detection matches and for which no `location` or `class` error stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cnnlab.errors import OptionError
from cnnlab.evaluation.boxes import iou
from cnnlab.evaluation.matching import as_groups, average_precision, finite, match, precision_recall_curve

KINDS = ("class", "location", "both", "repeated", "background", "missed")  # in the order of the paper
CORRECTABLE = ("class", "location")  # a perfect detector would make true positives of them
ALL = ("false_positives", "false_negatives")
NONE = ""  # the kind of a true positive, and of what does not count


@dataclass(frozen=True, eq=False)
class ErrorKinds:
    """What `errors_by_kind` finds in n detections of m boxes.

    matched (n,): the box that each detection matches, or −1. kinds (n,): its kind of error, one of KINDS, or "" for a
    true positive and for what does not count. near (n,): the box that makes an error one of its kind, or −1.
    missed (m,): whether a box is of the last kind. ap: at an IoU of `foreground`, mean of the classes that have a box.
    gains: by how much `ap` grows, by kind, where the errors of that kind alone are corrected; and for
    "false_positives" and "false_negatives", where all of those are.
    """

    matched: np.ndarray
    kinds: np.ndarray
    near: np.ndarray
    missed: np.ndarray
    ap: float
    gains: dict[str, float]

    @property
    def counts(self) -> dict[str, int]:
        """{kind: number of errors}."""
        return {kind: int((self.missed if kind == "missed" else self.kinds == kind).sum()) for kind in KINDS}


@dataclass(frozen=True, eq=False)
class Measured:
    """Detections that count, as average precision sees them: labels, right, scores (k,); and each class's boxes."""

    labels: np.ndarray
    right: np.ndarray
    scores: np.ndarray
    totals: dict[int, int]

    def ap(self) -> float:
        """Mean of the average precisions of the classes in `totals`; one of which no box is left has 0."""
        each = []
        for label, total in self.totals.items():
            own = self.labels == label
            each.append(average_precision(*precision_recall_curve(self.right[own], self.scores[own], total)))
        return float(np.mean(each)) if each else 0.0

    def only(self, kept: np.ndarray) -> Measured:
        """Those that the mask `kept` (k,) selects."""
        return replace(self, labels=self.labels[kept], right=self.right[kept], scores=self.scores[kept])

    def without_boxes(self, labels: np.ndarray) -> Measured:
        """The same with fewer boxes, one of each of the classes `labels`."""
        return replace(self, totals={each: count - int((labels == each).sum()) for each, count in self.totals.items()})


def errors_by_kind(
    boxes: np.ndarray,
    labels: np.ndarray,
    scores: np.ndarray,
    photo: np.ndarray,
    *,
    true_boxes: np.ndarray,
    true_labels: np.ndarray,
    true_photo: np.ndarray,
    ignored: np.ndarray | None = None,
    foreground: float = 0.5,
    background: float = 0.1,
) -> ErrorKinds:
    """The errors of detections by kind, and the average precision that would be gained without each kind.

    boxes (n, 4): x1, y1, x2, y2 in pixels; labels, scores, photo (n,): class, score, and photo from 0 of each detection
    of all photos. true_boxes (m, 4), true_labels, true_photo (m,): the ground truth without crowds. ignored (n,): true
    for a detection that does not count unless it matches a box, such as one inside a crowd.

    A `class` error is corrected by its box's class and a `location` error by its box's place, in each case the one of
    highest score where several errors have a box; the others, and those of a box that is matched, are removed. Of the
    other kinds all are removed; `missed` boxes are taken from the number of boxes (§2.3). Every detection counts, where
    the authors' tool takes the best 100 of a photo; and only classes that have a box, as in COCO's average precision,
    where the tool gives 0 to one with false positives alone. Raises OptionError for arrays that do not fit together,
    and for thresholds out of order; DataError for boxes or scores that are not finite.
    """
    found = checked(boxes, labels, photo, "detections")
    truth = checked(true_boxes, true_labels, true_photo, "ground truth")
    scores = finite(np.asarray(scores, np.float64), "scores")
    excused = np.zeros(len(scores), bool) if ignored is None else np.asarray(ignored, bool)
    if not scores.shape == excused.shape == found[1].shape:
        what = f"scores {scores.shape}, ignored {excused.shape} of {len(found[1])} detections"
        raise OptionError(what, allowed="a number and a boolean for each detection")
    if not 0 <= background < foreground <= 1:
        raise OptionError(f"{background=}, {foreground=}", allowed="0 ≤ background < foreground ≤ 1")
    pairs = np.concatenate([np.column_stack([each[2], each[1]]) for each in (found, truth)])
    groups = np.unique(pairs, axis=0, return_inverse=True)[1].reshape(-1)  # by photo and class
    groups, true_groups = groups[: len(scores)], groups[len(scores) :]
    matched = match(groups, found[0], scores, true_groups, truth[0], np.array([foreground]))[:, 0]
    kinds, near = kinds_of(found, truth, foreground, background)
    kinds[(matched >= 0) | excused] = NONE
    near[kinds == NONE] = -1
    hit = np.isin(np.arange(len(truth[1])), matched)
    best, missed = waiting(kinds, near, scores, hit)

    totals = dict(zip(*(each.tolist() for each in np.unique(truth[1], return_counts=True)), strict=True))
    measured = Measured(found[1], matched >= 0, scores, totals)
    counts = measured.right | ~excused
    corrected = {}
    for kind in CORRECTABLE:
        mended = best[kinds[best] == kind]
        new_labels, right = found[1].copy(), measured.right.copy()
        new_labels[mended], right[mended] = truth[1][near[mended]], True
        corrected[kind] = Measured(new_labels, right, scores, totals).only(counts & (right | (kinds != kind)))
    for kind in ("both", "repeated", "background"):
        corrected[kind] = measured.only(counts & (kinds != kind))
    corrected["missed"] = measured.only(counts).without_boxes(truth[1][missed])
    corrected["false_positives"] = measured.only(measured.right)
    corrected["false_negatives"] = measured.only(counts).without_boxes(truth[1][~hit])
    ap = measured.only(counts).ap()
    return ErrorKinds(matched, kinds, near, missed, ap, {kind: corrected[kind].ap() - ap for kind in (*KINDS, *ALL)})


def waiting(kinds: np.ndarray, near: np.ndarray, scores: np.ndarray, hit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The errors that are corrected, one for each box that no detection matches and that has one; and which boxes (m,)
    no detection matches and none of the errors stands for."""
    able = np.flatnonzero(np.isin(kinds, CORRECTABLE))
    able = able[~hit[near[able]]]
    able = able[np.argsort(-scores[able], kind="stable")]
    boxes, first = np.unique(near[able], return_index=True)
    return able[first], ~hit & ~np.isin(np.arange(len(hit)), boxes)


def kinds_of(found: tuple, truth: tuple, foreground: float, background: float) -> tuple[np.ndarray, np.ndarray]:
    """(n,), (n,): the kind of error that each detection is if it matches no box, and the box that makes it so, or −1.

    found, truth: boxes, labels and photos of the detections and of the ground truth.
    """
    kinds, near = np.full(len(found[1]), "background"), np.full(len(found[1]), -1)
    for number in np.intersect1d(found[2], truth[2]):
        mine, theirs = np.flatnonzero(found[2] == number), np.flatnonzero(truth[2] == number)
        overlap = iou(found[0][mine], truth[0][theirs])
        same = found[1][mine][:, None] == truth[1][theirs]
        of_class, of_others = np.where(same, overlap, 0), np.where(same, 0, overlap)
        own, other = of_class.max(axis=1), of_others.max(axis=1)
        conditions = {
            "location": (own >= background) & (own <= foreground),
            "class": other >= foreground,
            "repeated": own >= foreground,
            "background": np.maximum(own, other) <= background,
        }
        kinds[mine] = np.select(list(conditions.values()), list(conditions), "both")
        apart = np.isin(kinds[mine], ("class", "both"))
        near[mine] = theirs[np.where(apart, of_others.argmax(axis=1), of_class.argmax(axis=1))]
    near[kinds == "background"] = -1
    return kinds, near


def checked(boxes: np.ndarray, labels: np.ndarray, photo: np.ndarray, owner: str) -> tuple:
    """Boxes as (n, 4) float64, labels and photos as (n,) integers; OptionError where they are not of one n."""
    boxes, labels = finite(np.asarray(boxes, np.float64), f"boxes of the {owner}"), np.asarray(labels)
    photo = as_groups(photo, f"photo of the {owner}")
    boxes = boxes.reshape(-1, 4) if boxes.size == 0 else boxes
    whole = labels.dtype.kind in "iu" or labels.size == 0
    if boxes.ndim != 2 or boxes.shape[1] != 4 or not labels.shape == photo.shape == boxes.shape[:1] or not whole:
        what = f"{owner}: boxes {boxes.shape}, labels {labels.shape} of {labels.dtype}, photo {photo.shape}"
        raise OptionError(what, allowed="boxes (n, 4), whole labels (n,), photo (n,) of one n")
    return boxes, labels.astype(np.int64), photo
