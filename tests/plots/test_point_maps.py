"""Maps of points with a line."""

import numpy as np
import pytest
from matplotlib import pyplot

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
