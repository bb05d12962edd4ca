"""Detections matched to the ground truth, and what follows: precision, recall, average precision, as COCO defines them.

The rule is that of COCO (Lin et al. 2014; `COCOeval` of pycocotools), for one class and without its "crowds": in each
photo the detections are taken by descending score, and each is matched to the unmatched ground truth of highest IoU if
that is at least the threshold: a true positive. Without one it is a false positive. Ground truth left unmatched is a
false negative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnlab.errors import DataError, OptionError
from cnnlab.evaluation.boxes import iou
from cnnlab.evaluation.intervals import interval, jackknife, resampled

THRESHOLDS = np.linspace(0.5, 0.95, 10)  # of the IoU; COCO's AP is the mean over them
RECALLS = np.linspace(0, 1, 101)  # at which COCO reads the precision


def match(
    groups: np.ndarray,
    boxes: np.ndarray,
    scores: np.ndarray,
    ground_truth_groups: np.ndarray,
    ground_truth: np.ndarray,
    thresholds: np.ndarray = THRESHOLDS,
) -> np.ndarray:
    """Greedy matching of detections to the ground truth, (n, thresholds): the index of the box matched, or −1.

    groups (n,), ground_truth_groups (m,): the photo of each detection and each box, integers from 0; photos of several
    epochs are told apart by their numbers and matched in one go. boxes (n, 4), ground_truth (m, 4): x1, y1, x2, y2.
    scores (n,). thresholds: of the IoU, more than 0. All detections count, where COCO's tool takes the best 100 of a
    category in a photo. Among equal scores the first is matched first; among boxes of equal IoU the last is taken.
    Raises OptionError for arrays of other shapes, groups that are not integers from 0 and other thresholds, DataError
    for boxes or scores that are not finite.
    """
    boxes, scores = finite(boxes, "boxes"), finite(scores, "scores")
    ground_truth = finite(ground_truth, "ground_truth")
    groups, true_groups = as_groups(groups, "groups"), as_groups(ground_truth_groups, "ground_truth_groups")
    for name, each, count in (("boxes", boxes, len(groups)), ("ground_truth", ground_truth, len(true_groups))):
        if each.shape != (count, 4) and (each.size or count):
            raise OptionError(f"{name} {each.shape} of {count} groups", allowed="(n, 4) for n groups")
    if scores.shape != groups.shape:
        raise OptionError(f"scores {scores.shape} of {len(groups)} boxes", allowed="(n,)")
    if np.ndim(thresholds) != 1 or not (np.asarray(thresholds) > 0).all():
        raise OptionError(f"thresholds={thresholds}", allowed="a list of numbers above 0, such as [0.5]")
    thresholds = np.minimum(thresholds, 1 - 1e-10)
    present, places = np.unique(np.concatenate([groups, true_groups]), return_inverse=True)
    count, groups, true_groups = len(present), places[: len(groups)], places[len(groups) :]  # no room for other photos
    order, true_order = np.lexsort((-scores, groups)), np.argsort(true_groups, kind="stable")
    matched = np.full((len(groups), len(thresholds)), -1)
    if not len(order) or not len(true_order):
        return matched

    found, places = padded(groups[order], boxes[order], count)
    true, true_places = padded(true_groups[true_order], ground_truth[true_order], count)
    numbers = np.full((count, true.shape[1]), -1)
    numbers[true_groups[true_order], true_places] = true_order
    overlap, numbers = iou(found, true)[:, :, ::-1], numbers[:, ::-1]  # turned round: argmax takes the first
    unmatched = np.ones((count, len(thresholds), true.shape[1]), bool)
    for place in range(found.shape[1]):
        offered = np.where(unmatched, overlap[:, place, None, :], -1)
        best = offered.argmax(axis=2)
        hit = np.take_along_axis(offered, best[..., None], 2)[..., 0] >= thresholds
        group, which = np.nonzero(hit)
        unmatched[group, which, best[group, which]] = False
        these = np.flatnonzero(places == place)
        at = groups[order[these]]
        matched[order[these]] = np.where(hit[at], np.take_along_axis(numbers[at], best[at], 1), -1)
    return matched


def finite(numbers: np.ndarray, name: str) -> np.ndarray:
    """Numbers as an array. DataError, which names the first that is none, for those that are not finite."""
    numbers = np.asarray(numbers)
    if not np.isfinite(numbers).all():
        at = tuple(np.argwhere(~np.isfinite(numbers))[0].tolist())
        what = f"{name}[{', '.join(map(str, at))}] is {numbers[at]}"
        raise DataError(what, allowed="finite numbers", remedy="look at what computed them, or leave them out")
    return numbers


def as_groups(numbers: np.ndarray, name: str) -> np.ndarray:
    """Numbers of photos as signed integers, whatever integers they are; OptionError for others."""
    numbers = np.asarray(numbers)
    if numbers.size and (numbers.dtype.kind not in "iu" or numbers.min() < 0):
        raise OptionError(f"{name} of {numbers.dtype}: {numbers.tolist()[:3]} …", allowed="integers from 0")
    return numbers.astype(np.int64)


def rank(groups: np.ndarray) -> np.ndarray:
    """The place from 0 of each element within its group; equal groups stand together."""
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.arange(len(groups)) - np.repeat(first, np.diff(first, append=len(groups)))


def padded(groups: np.ndarray, boxes: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Boxes by group and place, (count, most of a group, 4), float64, and the place of each; where there is none, a box
    without area. Equal groups stand together."""
    places = rank(groups)
    out = np.zeros((count, int(places.max()) + 1, 4))
    out[groups, places] = boxes
    return out, places


def precision_recall_curve(
    true_positive: np.ndarray, scores: np.ndarray, total: int, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """(recall, precision), each (n, …), after each detection by descending score.

    true_positive: (n, …) booleans. scores: (n,). total: number of boxes in the ground truth. weights (n,): how often
    each detection counts. Raises DataError for scores and weights that are not finite, OptionError for a true_positive
    that is neither true nor false (1 and 0 are), and for fewer boxes than true positives.
    """
    given, scores = np.asarray(true_positive), finite(scores, "scores")
    right = given.astype(bool)
    if right.shape[:1] != scores.shape or not np.array_equal(right, given):
        what = f"true_positive: {given.dtype} {given.shape}, scores {scores.shape}"
        raise OptionError(what, allowed="booleans (n, …) and scores (n,)")
    order = np.argsort(-scores, kind="stable")
    right = right[order]
    each = np.ones(len(order)) if weights is None else finite(weights, "weights")[order]
    each = each.reshape(-1, *[1] * (right.ndim - 1))
    hits, false = np.cumsum(right * each, axis=0), np.cumsum(~right * each, axis=0)
    if not hits[-1:].max(initial=0) <= total * (1 + 1e-9):  # a sum of weights is rounded
        raise OptionError(f"total={total!r} boxes, true positives: {hits[-1:].max()}", allowed="a box for each of them")
    return hits / max(total, 1e-12), hits / np.maximum(hits + false, 1e-12)


def average_precision(recall: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """(n, …) -> (…): COCO's, the mean of the interpolated precision at 101 recalls.

    Raises DataError for numbers that are not finite.
    """
    return interpolated_precision(recall, precision).mean(axis=0)


def interpolated_precision(recall: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """(n, …) -> (101, …): the precision at each of RECALLS: the highest at this recall or a higher one, 0 beyond the
    last."""
    recall, precision = finite(recall, "recall"), finite(precision, "precision")
    if not len(recall):
        return np.zeros((len(RECALLS), *recall.shape[1:]))
    best = np.maximum.accumulate(precision[::-1], axis=0)[::-1]
    flat, tops = recall.reshape(len(recall), -1), best.reshape(len(best), -1)
    tops = np.concatenate([tops, np.zeros((1, tops.shape[1]))])
    read = [tops[np.searchsorted(flat[:, k], RECALLS), k] for k in range(flat.shape[1])]
    return np.stack(read, axis=1).reshape(len(RECALLS), *recall.shape[1:])


def bootstrap(
    true_positive: np.ndarray, scores: np.ndarray, photo: np.ndarray, boxes: np.ndarray, samples: int, seed: int
) -> np.ndarray:
    """(samples, 101, …): the interpolated precision of bootstrap samples of the photos, drawn with replacement.

    true_positive (n, …), scores, photo (n,): of the detections, their photo from 0. boxes (photos,): number of boxes in
    the ground truth of each photo. The detections of a photo that is drawn twice count twice, together.
    """
    rng, count, out = np.random.default_rng(seed), len(boxes), []
    for _ in range(samples):
        times = np.bincount(rng.integers(0, count, count), minlength=count)
        curve = precision_recall_curve(true_positive, scores, int(times @ boxes), times[photo])
        out.append(interpolated_precision(*curve))
    return np.stack(out)


def intervals(
    true_positive: np.ndarray, scores: np.ndarray, photo: np.ndarray, boxes: np.ndarray, samples: int, seed: int
) -> np.ndarray:
    """(11, 3): average precision with the ends of its BCa interval of 95 % over the photos (see `intervals.bca`), at
    each of COCO's thresholds of the IoU; the last row is their mean, COCO's AP. Arguments: those of `bootstrap`.
    """

    def of(places: np.ndarray) -> Any:  # all eleven at once, which `resampled` and `jackknife` take as they come
        times = np.bincount(places, minlength=len(boxes))
        by_iou = average_precision(*precision_recall_curve(true_positive, scores, int(times @ boxes), times[photo]))
        return np.append(by_iou, by_iou.mean())

    every = np.arange(len(boxes))
    estimates, drawn, left_out = of(every), resampled(every, of, samples, seed), jackknife(every, of)
    ends = (interval(float(estimates[k]), drawn[:, k], left_out[:, k], 0.95) for k in range(len(estimates)))
    return np.column_stack([estimates, list(ends)])
