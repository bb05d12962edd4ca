"""Names beside points."""

import pytest
from matplotlib import pyplot

from cnnlab.plots.labels import label_points


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def test_a_name_that_finds_no_place_is_left_out():
    _, axes = pyplot.subplots(figsize=(3, 3))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    crowd = [(0.5 + 0.02 * k, 0.5 + 0.02 * j) for k in range(-6, 7) for j in range(-6, 7)]
    written = label_points(axes, [(0.1, 0.9), (0.5, 0.5)], ["free", "among others"], [(0.1, 0.9), *crowd])
    assert written == ["free"] == [text.get_text() for text in axes.texts]


def test_names_do_not_touch():
    _, axes = pyplot.subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    marks = [(0.5, 0.5), (0.51, 0.5), (0.5, 0.51)]
    label_points(axes, marks, ["first", "second", "third"], marks)
    boxes = [text.get_window_extent() for text in axes.texts]
    assert len(boxes) >= 2
    assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[:k])
