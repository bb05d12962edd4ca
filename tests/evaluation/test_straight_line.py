"""The straight line of fewest errors, against lines that can be checked by hand and against all others."""

from itertools import combinations

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.evaluation.straight_line import best_line


def errors_of(points, labels, line):
    return int(((points @ np.array(line.normal) > line.offset) != (labels == 1)).sum())


def every_line(points, labels):
    """The fewest errors of all lines beside two of the points, either of which may lie on either side."""
    fewest = min(labels.sum(), len(labels) - labels.sum())
    for a, b in combinations(range(len(points)), 2):
        across = points[b] - points[a]
        heights = (points - points[a]) @ np.array([-across[1], across[0]])
        heights[[a, b]] = 0
        for sign in (1, -1):
            sure = np.abs(heights) > 1e-12
            wrong = ((sign * heights > 0) != (labels == 1)) & sure
            fewest = min(fewest, int(wrong.sum()))
    return fewest


def test_separable_points_have_a_line_without_errors():
    points = np.array([[0.0, 0], [1, 0], [0, 1], [5, 5], [6, 5], [5, 6]])
    labels = np.array([0, 0, 0, 1, 1, 1])
    line = best_line(points, labels)
    assert line.errors == errors_of(points, labels, line) == 0
    assert np.hypot(*line.normal) == pytest.approx(1)
    assert best_line(points, 1 - labels).errors == 0


def test_an_island_is_wrong():
    ring = [(np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 12, endpoint=False)]
    points, labels = np.array([*ring, (0, 0)]), np.array([0] * 12 + [1])
    assert best_line(points, labels).errors == 1
    crossed = np.array([[0.0, 0], [1, 1], [0, 1], [1, 0]])
    assert best_line(crossed, np.array([0, 0, 1, 1])).errors == 1  # the exclusive or


def test_no_line_is_better():
    rng = np.random.default_rng(0)
    for count in (5, 9, 14, 40):
        points = rng.normal(size=(count, 2))
        labels = rng.integers(0, 2, count)
        line = best_line(points, labels)
        assert line.errors == errors_of(points, labels, line) == every_line(points, labels)


def test_points_that_coincide_or_lie_on_a_line():
    same = np.zeros((4, 2))
    assert best_line(same, np.array([0, 1, 1, 1])).errors == 1
    row = np.array([[0.0, 0], [1, 0], [2, 0], [3, 0]])
    assert best_line(row, np.array([0, 0, 1, 1])).errors == 0
    assert best_line(row, np.array([0, 1, 0, 1])).errors == 1
    twice = np.array([[0.0, 0], [0, 0], [1, 1], [2, 2]])
    line = best_line(twice, np.array([0, 1, 1, 1]))
    assert line.errors == errors_of(twice, np.array([0, 1, 1, 1]), line) == 1


@pytest.mark.parametrize("scale", [1e-290, 1e-3, 0.7, 1e15, 1e17, 1e295])
def test_a_factor_does_not_change_the_errors(scale):
    """A line beside all points was moved by 1, which numbers from 1e16 do not feel; and points on one line with two
    others changed sides by rounding, where a grid is no multiple of a power of 2.
    """
    rng = np.random.default_rng(5)
    for count in (3, 6, 12, 60):
        points = rng.integers(0, 8, (count, 2)) * scale
        assert best_line(points, np.ones(count, int)).errors == 0
        labels = rng.integers(0, 2, count)
        line = best_line(points, labels)
        assert line.errors == errors_of(points, labels, line) == best_line(points / scale, labels).errors


@pytest.mark.parametrize(
    ("points", "labels", "said"),
    [
        (np.zeros((3, 3)), [0, 1, 0], "points"),
        (np.zeros((1, 2)), [0], "points"),
        (np.zeros((2, 2)), [0], "labels"),
        (np.full((2, 2), np.nan), [0, 1], "finite"),
        (np.zeros((2, 2)), [0, 2], "0 and 1"),
        (np.array([[-1e308, 0], [1e308, 0]]), [0, 1], r"up to 1e\+308(.|\n)*divide"),
        (np.array([[1e15, 0], [1e15 + 1, 0]]), [0, 1], "differ by 1(.|\n)*subtract their mean"),
        ([[1], [1, 2]], [0, 1], r"allowed: arrays \(n, d\)"),
    ],
)
def test_what_is_no_set_of_points_is_refused(points, labels, said):
    with pytest.raises(OptionError, match=said):
        best_line(points, np.array(labels))
