"""The straight line that separates two classes of points in the plane with the fewest errors, found exactly.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnlab.errors import OptionError
from cnnlab.evaluation.separation import arrays

LARGEST, FAR = 1e300, 1e12  # of the numbers: the differences of larger ones are not finite; beside the differences


@dataclass(frozen=True)
class StraightLine:
    """The points p with normal · p > offset are said to be of class 1. errors: how many points of either class it gets
    wrong; normal: of length 1.
    """

    normal: tuple[float, float]
    offset: float
    errors: int


def best_line(points: np.ndarray, labels: np.ndarray) -> StraightLine:
    """The line of fewest errors for points (n, 2) with labels (n,), 0 or 1; one of them where several have so few.

    Every way in which a line can part the points is also that of a line that turns about one of them, which itself may
    lie on either side. About each point all directions between two others are tried: O(n² log n).

    Raises: OptionError for other shapes, fewer than 2 points, numbers that are not finite, labels other than 0 and 1,
    and for points that are more than FAR times as far from 0 as from each other: rounding decides where they lie.
    """
    points, labels = checked(points, labels)
    turned = sorted((about(pivot, points, labels) for pivot in range(len(points))), key=lambda each: each[0])
    best = settled(points, labels, *turned[0][1:])
    for errors, pivot, normal in turned[1:]:
        if best.errors <= errors:
            break
        # rounding moved points on one line with the pivot to its other side
        best = min(best, settled(points, labels, pivot, normal), key=lambda each: each.errors)
    return best


def about(
    pivot: int,
    points: np.ndarray,
    labels: np.ndarray,
) -> tuple[int, int, np.ndarray]:
    """(errors, pivot, normal): the best line through a point, class 1
    towards its normal.

    Points that coincide with the first one are all on one side.
    """
    full = 2 * np.pi
    away = points - points[pivot]
    others = (away != 0).any(axis=1)
    angles = np.arctan2(away[others, 1], away[others, 0]) % full
    order = np.argsort(angles, kind="stable")
    angles, ones = angles[order], labels[others][order]
    here = labels[~others]
    together = int(min((here == 0).sum(), (here == 1).sum()))
    # where the turning line meets a point, ahead or behind
    stops = np.unique(np.append(angles, (angles + np.pi) % full))
    if not len(stops):
        return together, pivot, np.array([1.0, 0.0])
    gaps = np.diff(np.append(stops, stops[0] + full))
    between = stops + gaps / 2
    # class 1 less class 0 among the points that lie to the left
    thrice = np.concatenate([angles, angles + full, angles + 2 * full])
    counted = np.append(0, np.cumsum(np.tile(2 * ones - 1, 3)))
    begin = np.searchsorted(thrice, between)
    end = np.searchsorted(thrice, between + np.pi)
    errors = int(ones.sum()) - (counted[end] - counted[begin])
    best = int(errors.argmin())
    turn = between[best]
    normal = np.array([-np.sin(turn), np.cos(turn)])
    return int(errors[best]) + together, pivot, normal


def settled(points: np.ndarray, labels: np.ndarray, pivot: int, normal: np.ndarray) -> StraightLine:
    """A line of this normal near a point, moved to the middle of the gap beside it that leaves fewest errors."""
    heights = points @ normal
    around = np.unique(heights)
    place = int(np.searchsorted(around, heights[pivot]))
    beyond = max(1, 4 * np.spacing(np.abs(around).max()))  # 1 is lost in the rounding of large numbers
    ends = np.concatenate([[around[0] - beyond], around, [around[-1] + beyond]])
    tried = [(ends[place] + ends[place + 1]) / 2, (ends[place + 1] + ends[place + 2]) / 2]
    errors = [int(((heights > offset) != (labels == 1)).sum()) for offset in tried]
    best = int(np.argmin(errors))
    return StraightLine((float(normal[0]), float(normal[1])), float(tried[best]), errors[best])


def checked(points: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points as float64, labels as integers. Raises: OptionError as `best_line` says."""
    points, labels = arrays(points, labels)
    if points.ndim != 2 or points.shape[1:] != (2,) or labels.shape != points.shape[:1] or len(points) < 2:
        raise OptionError(f"points {points.shape}, labels {labels.shape}", allowed="(n, 2) and (n,), n of 2 or more")
    if points.dtype.kind not in "iuf" or not np.isfinite(points).all():
        raise OptionError(f"points of {points.dtype}, some no finite numbers", allowed="finite real numbers")
    if labels.dtype.kind not in "biu" or not np.isin(labels, (0, 1)).all():
        raise OptionError(f"labels {np.unique(labels)[:5].tolist()}", allowed="0 and 1")
    points = points.astype(np.float64)
    if (largest := np.abs(points).max()) > LARGEST:
        raise OptionError(f"points up to {largest:g}", allowed=f"up to {LARGEST:g}", remedy="divide them by one number")
    if largest / FAR > (spread := np.ptp(points, axis=0).max()) > 0:
        what = f"points up to {largest:g} that differ by {spread:g}"
        raise OptionError(what, allowed=f"a ratio of up to {FAR:g}", remedy="subtract their mean")
    return points, labels.astype(np.int64)
