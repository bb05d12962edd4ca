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
    crowd = [(0.5 + 0.02 * k, 0.5 + 0.02 * j, 2) for k in range(-6, 7) for j in range(-6, 7)]
    written = label_points(axes, [(0.1, 0.9, 2), (0.5, 0.5, 2)], ["free", "among others"], crowd)
    assert written == ["free"] == [text.get_text() for text in axes.texts]


def test_names_do_not_touch():
    _, axes = pyplot.subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    label_points(axes, [(0.5, 0.5, 2), (0.51, 0.5, 2), (0.5, 0.51, 2)], ["first", "second", "third"])
    boxes = [text.get_window_extent() for text in axes.texts]
    assert len(boxes) >= 2
    assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[:k])
