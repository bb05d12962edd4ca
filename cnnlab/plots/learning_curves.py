"""Loss and accuracy of a classifier by epoch: one training, or the mean and range of several."""

from collections.abc import Mapping

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from cnnlab.errors import OptionError
from cnnlab.look import inks
from cnnlab.plots.style import end_label, inches, legible
from cnnlab.words import Words

LOSSES = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]  # on the axis
FINER_LOSSES = [float(f"{digit}e{power}") for power in (-3, -2, -1, 0) for digit in (1, 1.5, 2, 3, 4, 5, 7)]
FEWEST_LOSSES = 3  # on an axis: with fewer, the finer ones
APART = 12.0  # points between the labels of curves that end close to each other


def learning_curves(
    curves: Mapping[str, Mapping[str, np.ndarray]], *, words: Words, theme: str, least: float = 0.0
) -> Figure:
    """Two panels, loss (logarithmic) and accuracy, of curves with their names at their ends.

    curves: for "loss" and "accuracy" a curve, (trainings, epochs), by the key of its name among the words. Of several
    trainings the mean is a line, and the range a band. least: accuracy at the foot of the axis. Raises OptionError for
    curves of another shape or without an epoch, and for numbers that cannot be drawn: not finite, or losses of 0.
    """
    check_curves(curves)
    _, categories = inks(theme)
    figure, panels = pyplot.subplots(1, 2, figsize=inches("text", 0.44))
    figure.subplots_adjust(left=0.06, right=0.83, top=0.89, bottom=0.19, wspace=0.86)
    for axes, (quantity, named) in zip(panels, curves.items(), strict=True):
        for place, values in enumerate(named.values()):
            epochs = range(1, values.shape[1] + 1)
            if len(values) > 1:
                low, high = values.min(axis=0), values.max(axis=0)
                axes.fill_between(epochs, low, high, color=categories[place], alpha=0.18, linewidth=0)
            axes.plot(epochs, values.mean(axis=0), color=categories[place])
        axes.set_title(words(quantity).capitalize())
        axes.set(xlabel=words("epoch"), xlim=(0, epochs[-1]))
        axes.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
        if quantity == "accuracy":
            axes.set_ylim(least, least + 1.04 * (1 - least))
            axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        else:
            axes.set_yscale("log")
            low, high = axes.get_ylim()
            coarse, fine = ([loss for loss in each if low <= loss <= high] for each in (LOSSES, FINER_LOSSES))
            axes.set(yticks=coarse if len(coarse) >= FEWEST_LOSSES else fine, ylim=(low, high))
            axes.yaxis.set_major_formatter(lambda value, _: words.exact(value))
            axes.yaxis.set_minor_locator(NullLocator())
        name_ends(axes, {words(name): values.mean(axis=0)[-1] for name, values in named.items()}, epochs[-1], theme)
    return figure


def check_curves(curves: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Raise OptionError as `learning_curves` says."""
    for quantity, named in curves.items():
        for name, values in named.items():
            what = f"{quantity} of {name!r}"
            if np.ndim(values) != 2 or not np.size(values):
                raise OptionError(f"{what}: {np.shape(values)}", allowed="(trainings, epochs), of one or more")
            if not np.isfinite(values).all() or (quantity == "loss" and np.min(values) <= 0):
                least = f", lowest {np.min(values):.3g}" if np.isfinite(values).all() else ", some not finite"
                raise OptionError(what + least, allowed="finite numbers, losses above 0: their axis is logarithmic")


def name_ends(axes: Axes, ends: Mapping[str, float], epoch: int, theme: str) -> None:
    """Label each curve at its end, the labels far enough apart to be read. ends: the last value of each by name."""
    _, categories = inks(theme)
    axes.figure.canvas.draw()
    pixels = axes.transData.transform([(epoch, value) for value in ends.values()])[:, 1]
    points = pixels * 72 / axes.figure.dpi
    order = np.argsort(points, kind="stable")
    placed = points[order].copy()
    for place in range(1, len(placed)):
        placed[place] = max(placed[place], placed[place - 1] + APART)
    placed -= (placed - points[order]).mean()
    for place, (name, value) in enumerate(ends.items()):
        offset = float(placed[list(order).index(place)] - points[place])
        end_label(axes, epoch, value, name, legible(categories[place], theme), (6, offset))
