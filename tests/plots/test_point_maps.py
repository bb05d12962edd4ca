"""Maps of points with a line."""

import numpy as np
import pytest
from matplotlib import pyplot

from cnnlab.errors import OptionError
from cnnlab.plots import style
from cnnlab.plots.point_maps import point_maps


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def test_a_panel_for_each_map_and_a_line_where_there_is_one():
    rng = np.random.default_rng(0)
    maps = {"one": rng.normal(5, 1, (20, 2)), "two": rng.normal(0, 1, (20, 2))}
    line = np.array([0.6, 0.8, 7.0])
    with style.style("light"):
        figure = point_maps(maps, np.arange(20) % 2, ("ant", "bee"), theme="light", lines=[line])
    first, second = figure.axes
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["one", "two"]
    assert len(first.collections) == 2 and len(first.lines) == 1 and not second.lines
    drawn = first.lines[0]
    for point in (drawn.get_xy1(), drawn.get_xy2()):
        assert np.dot(point, line[:2]) == pytest.approx(line[2])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["ant", "bee"]


def test_names_of_one_character_stand_on_their_points():
    points = np.array([[0, 0], [2, 2], [9, 2], [5, 5], [7, 5]])
    with style.style("light"):
        figure = point_maps({"one": points}, [0, 0, 0, 1, 1], ("3", "8", "0"), theme="light")
    (axes,) = figure.axes
    assert [(each.get_text(), each.get_position()) for each in axes.texts] == [("3", (2, 2)), ("8", (6, 5))]


def test_one_map_and_lists_are_drawn():
    """One panel ended in a TypeError, and with labels in a list no point was drawn."""
    with style.style("light"):
        figure = point_maps({"one": [[0, 0], [1, 1], [2, 0]]}, [0, 1, 1], ("ant", "bee"), theme="light")
    assert [len(each.get_offsets()) for each in figure.axes[0].collections] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"maps": {}}, "maps {}"),
        ({"maps": [np.zeros((4, 2))]}, "one or more"),
        ({"maps": {"a": np.zeros((4, 3))}}, r"map 'a': points of float64 \(4, 3\)"),
        ({"maps": {"a": np.zeros((5, 2))}}, "map 'a'"),
        ({"maps": {"a": np.full((4, 2), np.nan)}}, "finite numbers"),
        ({"maps": {"a": [[1], [1, 2]]}}, "points or labels"),
        ({"labels": np.array([0, 1, 2, 1])}, "labels .* of 0 to 1"),
        ({"labels": list("abab")}, "of 0 to 1"),
        ({"names": tuple(map(str, range(40)))}, "40 names of classes"),
        ({"names": ()}, "0 names of classes"),
        ({"lines": [(0.6, 0.8, 1.0)] * 2}, "2 lines of 1 maps"),
        ({"lines": [(3.0, 4.0, 1.0)]}, "length 1"),
        ({"lines": [(1.0, 0.0)]}, "three numbers"),
        ({"lines": [(1.0, 0.0, np.nan)]}, "three numbers"),
        ({"size": -1}, "size=-1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changes, said):
    given = {"maps": {"a": np.zeros((4, 2))}, "labels": np.array([0, 1, 0, 1]), "names": ("ant", "bee")} | changes
    with pytest.raises(OptionError, match=said):
        point_maps(**given, theme="light")
