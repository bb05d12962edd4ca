"""Which detections are right, and what follows: precision, recall, average precision, as COCO defines them.

The rule is that of COCO (Lin et al. 2014; `COCOeval` of pycocotools), for one class and without its "crowds": in each
photo the detections choose in order of their scores, each takes the free true box that it overlaps most if the IoU is
at least the threshold, and is right; without one it is a false positive. True boxes that nobody takes are misses.
"""

from __future__ import annotations

import numpy as np

from cnnlab.evaluation.boxes import iou

THRESHOLDS = np.linspace(0.5, 0.95, 10)  # of the IoU; COCO's AP is the mean over them
RECALLS = np.linspace(0, 1, 101)  # at which COCO reads the precision


def match(
    groups: np.ndarray,
    boxes: np.ndarray,
    scores: np.ndarray,
    true_groups: np.ndarray,
    true_boxes: np.ndarray,
    thresholds: np.ndarray = THRESHOLDS,
) -> np.ndarray:
    """Which true box each detection takes, (n, thresholds): its place among them, or −1: the detection is wrong.

    groups (n,), true_groups (m,): the photo that a detection and a true box belong to, signed integers from 0; photos
    of several epochs are told apart by their numbers and matched in one go. thresholds: more than 0. All detections
    count, where COCO's tool takes the best 100 of a category in a photo. Among equal scores the first chooses first; of
    equally good true boxes it takes the last.
    """
    thresholds = np.minimum(thresholds, 1 - 1e-10)
    count = int(max(groups.max(initial=-1), true_groups.max(initial=-1))) + 1
    order, true_order = np.lexsort((-scores, groups)), np.argsort(true_groups, kind="stable")
    taken = np.full((len(groups), len(thresholds)), -1)
    if not len(order) or not len(true_order):
        return taken

    found, places = padded(groups[order], boxes[order], count)
    true, true_places = padded(true_groups[true_order], true_boxes[true_order], count)
    numbers = np.full((count, true.shape[1]), -1)
    numbers[true_groups[true_order], true_places] = true_order
    overlap, numbers = iou(found, true)[:, :, ::-1], numbers[:, ::-1]  # turned round: argmax takes the first
    free = np.ones((count, len(thresholds), true.shape[1]), bool)
    for place in range(found.shape[1]):
        offered = np.where(free, overlap[:, place, None, :], -1)
        best = offered.argmax(axis=2)
        hit = np.take_along_axis(offered, best[..., None], 2)[..., 0] >= thresholds
        group, which = np.nonzero(hit)
        free[group, which, best[group, which]] = False
        these = np.flatnonzero(places == place)
        at = groups[order[these]]
        taken[order[these]] = np.where(hit[at], np.take_along_axis(numbers[at], best[at], 1), -1)
    return taken


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


def curve(right: np.ndarray, scores: np.ndarray, total: int, weights: np.ndarray | None = None):
    """(recall, precision), each (n, …), after each detection in order of the scores. right: (n, …) booleans; total:
    how many true boxes there are; weights (n,): how often each detection counts."""
    order = np.argsort(-scores, kind="stable")
    right = right[order]
    each = np.ones(len(order)) if weights is None else weights[order]
    each = each.reshape(-1, *[1] * (right.ndim - 1))
    hits, misses = np.cumsum(right * each, axis=0), np.cumsum(~right * each, axis=0)
    return hits / max(total, 1e-12), hits / np.maximum(hits + misses, 1e-12)


def average_precision(recall: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """(n, …) -> (…): COCO's, the mean of the precision at 101 recalls."""
    return read_off(recall, precision).mean(axis=0)


def read_off(recall: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """(n, …) -> (101, …): the precision at each of RECALLS, where the precision at a recall is the best at this recall
    or a higher one, and 0 beyond the last."""
    if not len(recall):
        return np.zeros((len(RECALLS), *recall.shape[1:]))
    best = np.maximum.accumulate(precision[::-1], axis=0)[::-1]
    flat, tops = recall.reshape(len(recall), -1), best.reshape(len(best), -1)
    tops = np.concatenate([tops, np.zeros((1, tops.shape[1]))])
    read = [tops[np.searchsorted(flat[:, k], RECALLS), k] for k in range(flat.shape[1])]
    return np.stack(read, axis=1).reshape(len(RECALLS), *recall.shape[1:])


def bootstrap(
    right: np.ndarray, scores: np.ndarray, photo: np.ndarray, boxes: np.ndarray, draws: int, seed: int
) -> np.ndarray:
    """(draws, 101, …): `read_off` with the photos drawn anew, as many as there are, with replacement.

    right (n, …), scores, photo (n,): of the detections, their photo from 0; boxes (photos,): how many true ones each
    photo has. The detections of a photo that is drawn twice count twice, together.
    """
    chance, count, out = np.random.default_rng(seed), len(boxes), []
    for _ in range(draws):
        times = np.bincount(chance.integers(0, count, count), minlength=count)
        out.append(read_off(*curve(right, scores, int(times @ boxes), times[photo])))
    return np.stack(out)
