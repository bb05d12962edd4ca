"""Separation of classes, against values computed by hand and scikit-learn's. Chapters: l3-mnist, l4-cifar."""

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.evaluation import neighbour_accuracy, neighbour_shares, silhouettes

LINE = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [3.5]])
LABELS = np.array([0, 0, 0, 7, 7, 7])  # the last one lies beside the other class


def test_silhouettes_by_hand():
    found = silhouettes(LINE, LABELS)
    inside, outside = (1 + 2) / 2, (10 + 11 + 3.5) / 3
    assert found[0] == pytest.approx((outside - inside) / outside)
    inside, outside = (6.5 + 7.5) / 2, (3.5 + 2.5 + 1.5) / 3
    assert found[5] == pytest.approx((outside - inside) / inside)  # negative: nearer to the other class


def test_neighbours_by_hand():
    assert neighbour_accuracy(LINE, LABELS, 1) == 5 / 6
    shares = neighbour_shares(LINE, LABELS, 1)
    assert shares == pytest.approx(np.array([[1, 0], [1 / 3, 2 / 3]]))
    assert neighbour_shares(LINE, LABELS, 2) == pytest.approx(np.array([[5 / 6, 1 / 6], [2 / 6, 4 / 6]]))


def test_a_tie_goes_to_the_nearer_points():
    points = np.array([[0.0], [1.0], [-1.5]])
    assert neighbour_accuracy(points, np.array([0, 0, 1]), 2) == pytest.approx(2 / 3)
    assert neighbour_accuracy(points, np.array([1, 0, 1]), 2) == pytest.approx(1 / 3)


def test_the_only_point_of_its_class_and_equal_points_have_silhouette_0():
    assert silhouettes(np.array([[0.0], [0.0], [3.0]]), np.array([0, 0, 1]))[2] == 0
    assert not silhouettes(np.zeros((4, 2)), np.array([0, 0, 1, 1])).any()


@pytest.mark.parametrize("count", [40, 1500])  # fewer than the rows that are held at a time, and more
def test_the_same_as_scikit_learn(count):
    metrics, neighbors = pytest.importorskip("sklearn.metrics"), pytest.importorskip("sklearn.neighbors")
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 5, count)
    points = rng.normal(size=(count, 3)) + labels[:, None] + 1000
    assert silhouettes(points, labels) == pytest.approx(metrics.silhouette_samples(points, labels), abs=1e-6)
    near = neighbors.NearestNeighbors(n_neighbors=5).fit(points).kneighbors(return_distance=False)
    shares = np.array([[(labels[near[labels == a]] == b).mean() for b in range(5)] for a in range(5)])
    assert neighbour_shares(points, labels, 5) == pytest.approx(shares)
    own = labels[neighbors.NearestNeighbors(n_neighbors=1).fit(points).kneighbors(return_distance=False)[:, 0]]
    assert neighbour_accuracy(points, labels, 1) == pytest.approx((own == labels).mean())


@pytest.mark.parametrize(
    ("points", "labels"),
    [
        (np.zeros((1, 2)), np.zeros(1, int)),
        (np.zeros((3, 2)), np.zeros(2, int)),
        (np.zeros(3), np.zeros(3, int)),
        (np.zeros((3, 0)), np.zeros(3, int)),
        (np.full((3, 2), np.nan), np.zeros(3, int)),
        (np.zeros((3, 2)), np.zeros(3)),
        ([[1], [1, 2]], [0, 1]),
        (None, None),
    ],
)
def test_wrong_arguments_are_refused(points, labels):
    for measure in (silhouettes, neighbour_accuracy, neighbour_shares):
        with pytest.raises(OptionError):
            measure(points, labels)


def test_one_class_and_too_many_neighbours_are_refused():
    with pytest.raises(OptionError, match="class 4 alone"):
        silhouettes(LINE, np.full(6, 4))
    for neighbours in (0, 6, 1.5, True):
        with pytest.raises(OptionError, match="1 to 5"):
            neighbour_accuracy(LINE, LABELS, neighbours)


@pytest.mark.parametrize("scale", [1e200, 1e308])
def test_points_whose_distances_are_infinite_are_refused(scale):
    """All neighbours were as near: the share of right ones was chance."""
    for measure in (silhouettes, neighbour_accuracy, neighbour_shares):
        with pytest.raises(OptionError, match=r"points up to (.|\n)*divide them"):
            measure(LINE / 11 * scale, LABELS)
    assert neighbour_accuracy(LINE * 1e150, LABELS, 1) == 5 / 6


@pytest.mark.parametrize("scale", [1e-150, 1e-320])
def test_points_whose_distances_are_too_small_are_refused(scale):
    """Their squares were 0, and all points as near; equal points are as near as that."""
    for measure in (silhouettes, neighbour_accuracy, neighbour_shares):
        with pytest.raises(OptionError, match=r"points that differ by (.|\n)*multiply them"):
            measure(LINE * scale, LABELS)
    assert neighbour_accuracy(LINE * 1e-130, LABELS, 1) == 5 / 6
