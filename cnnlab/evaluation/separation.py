"""How far points of several classes lie apart: in the space of a layer's outputs, or in a map of them.

All distances are Euclidean, and no point is its own neighbour. Functions of points (n, d), d of 1 or more, and labels
(n,), whole numbers; all raise OptionError for other shapes and types, for points that are not finite numbers or whose
squared distances are not, or are too small for float64, and for fewer than 2 points. Distances below a ten-millionth of
the largest are lost in rounding: a point very far from all others makes their neighbours a matter of chance.

Chapters: l3-mnist, l4-cifar.
"""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral

import numpy as np

from cnnlab.errors import OptionError

LEAST = 1e-280  # of the largest squared distance: smaller ones lose digits, and then are 0
ROWS = 1024  # of the matrix of distances that are held at a time


def neighbour_shares(points: np.ndarray, labels: np.ndarray, neighbours: int = 10) -> np.ndarray:
    """(classes, classes), rows of sum 1: of the nearest neighbours of the points of a class, the share of each class.

    Classes in ascending order of their labels. neighbours: 1 to n − 1 of each point; ties go to the earlier point.
    """
    points, labels = checked(points, labels)
    classes, places = np.unique(labels, return_inverse=True)
    counts = np.zeros((len(classes), len(classes)))
    for start, near in nearest(points, neighbours):
        rows = np.repeat(places[start : start + len(near)], neighbours)
        np.add.at(counts, (rows, places[near].ravel()), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def neighbour_accuracy(points: np.ndarray, labels: np.ndarray, neighbours: int = 10) -> float:
    """The share of points whose class is the most frequent one among their nearest neighbours (leave-one-out k-NN).

    Among equally frequent classes the one with the lower sum of ranks is taken. neighbours: 1 to n − 1.
    """
    points, labels = checked(points, labels)
    _, places = np.unique(labels, return_inverse=True)
    right = 0
    for start, near in nearest(points, neighbours):
        closeness = np.arange(neighbours, 0, -1) / (neighbours * (neighbours + 1))  # their sum is ½: no vote more
        votes = np.zeros((len(near), places.max() + 1))
        np.add.at(votes, (np.arange(len(near))[:, None], places[near]), 1 + closeness)
        right += int((votes.argmax(axis=1) == places[start : start + len(near)]).sum())
    return right / len(points)


def silhouettes(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) silhouettes, −1 to 1 (Rousseeuw 1987): (b − a) / max(a, b), a the mean distance to the other points of the
    class, b the least of the mean distances to the points of another class; 0 for the only point of its class.

    Raises: OptionError for points of one class alone, too.
    """
    points, labels = checked(points, labels)
    classes, places, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    if len(classes) < 2:
        raise OptionError(f"labels of class {classes[0]} alone", allowed="two classes or more")
    members = np.eye(len(classes))[places]  # (n, classes)
    out = np.zeros(len(points))
    for start, distances in distance_rows(points):
        totals = distances @ members  # (rows, classes): sums of the distances to each class
        own = places[start : start + len(distances)]
        rows = np.arange(len(distances))
        inside = totals[rows, own] / np.maximum(sizes[own] - 1, 1)
        means = totals / sizes
        means[rows, own] = np.inf
        outside = means.min(axis=1)
        largest = np.maximum(inside, outside)
        found = np.divide(outside - inside, largest, out=np.zeros(len(rows)), where=largest > 0)
        out[start : start + len(rows)] = np.where(sizes[own] > 1, found, 0)
    return out


def nearest(points: np.ndarray, neighbours: int) -> Iterator[tuple[int, np.ndarray]]:
    """(first row, (rows, neighbours)): the nearest points of some rows at a time, nearest first.

    Raises: OptionError for a number of neighbours that is not 1 to n − 1.
    """
    if not isinstance(neighbours, Integral) or isinstance(neighbours, bool) or not 1 <= neighbours < len(points):
        raise OptionError(f"neighbours={neighbours!r}", allowed=f"a whole number from 1 to {len(points) - 1}")
    for start, distances in distance_rows(points):
        rows = np.arange(len(distances))
        distances[rows, start + rows] = np.inf
        yield start, np.argsort(distances, axis=1, kind="stable")[:, :neighbours]


def distance_rows(points: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """(first row, (rows, n)): the distances of some points at a time to all points; exactly 0 to themselves."""
    squares = (points**2).sum(axis=1)
    for start in range(0, len(points), ROWS):
        part = points[start : start + ROWS]
        distances = squares[start : start + ROWS, None] - 2 * part @ points.T + squares
        rows = np.arange(len(part))
        distances[rows, start + rows] = 0
        yield start, np.sqrt(np.maximum(distances, 0))


def checked(points: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points with mean 0 as float64, and labels. Raises: as the module says."""
    points, labels = arrays(points, labels)
    if points.ndim != 2 or labels.shape != points.shape[:1] or len(points) < 2 or not points.shape[1]:
        raise OptionError(f"points {points.shape}, labels {labels.shape}", allowed="(n, d) and (n,), n of 2 or more")
    if labels.dtype.kind not in "iu" or points.dtype.kind not in "iuf" or not np.isfinite(points).all():
        raise OptionError(f"points of {points.dtype}, labels of {labels.dtype}", allowed="finite and whole numbers")
    points = points.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        centred = points - points.mean(axis=0)
        largest = 4 * (centred**2).sum(axis=1).max()  # no squared distance is larger
    if not np.isfinite(largest):
        what = f"points up to {np.abs(points).max():g}, whose squared distances are not finite"
        raise OptionError(what, allowed="smaller numbers", remedy="divide them all by one number")
    if largest < LEAST and np.ptp(points, axis=0).any():
        what = f"points that differ by {np.ptp(points, axis=0).max():g}, whose squared distances are rounded to 0"
        raise OptionError(what, allowed="larger differences", remedy="multiply them all by one number")
    return centred, labels


def arrays(points: object, labels: object) -> tuple[np.ndarray, np.ndarray]:
    """Points and labels as arrays. Raises: OptionError for what cannot be one."""
    try:
        return np.asarray(points), np.asarray(labels)
    except (TypeError, ValueError, RuntimeError) as error:  # lists of several lengths; tensors of autograd
        raise OptionError(f"points or labels: {error}", allowed="arrays (n, d) and (n,)") from None
