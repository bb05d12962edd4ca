"""Learning curves: the losses on the axis. Chapters: a08-flores, l2-fashion."""

import numpy as np
import pytest
from matplotlib import pyplot

from cnnlab.plots.learning_curves import FEWEST_LOSSES, learning_curves
from cnnlab.words import Words


@pytest.mark.parametrize(("first", "last"), [(4.6, 0.02), (0.6, 0.15), (0.3, 0.25), (0.031, 0.0042)])
def test_the_axis_of_losses_has_numbers_enough_to_be_read(first, last):
    curve = np.geomspace(first, last, 5)[None]
    figure = learning_curves(
        {"loss": {"test": curve}, "accuracy": {"test": curve / 10}}, words=Words("en"), theme="light"
    )
    low, high = figure.axes[0].get_ylim()
    ticks = figure.axes[0].get_yticks()
    pyplot.close(figure)
    assert all(low <= each <= high for each in ticks)
    assert len(ticks) >= (FEWEST_LOSSES if first > 1.5 * last else 1)
