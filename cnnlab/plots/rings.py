"""Values of several seeds for each of several names: a ring for each seed, a line at their mean."""

from collections.abc import Mapping, Sequence
from statistics import mean

from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from cnnlab.errors import OptionError
from cnnlab.look import inks
from cnnlab.plots.style import end_label, inches
from cnnlab.words import Words


def accuracy_rings(
    accuracies: Mapping[str, Sequence[float]], *, words: Words, theme: str, xlabel: str, first: str, step: float = 0.05
) -> Figure:
    """A row for each name, in their order from below. first: the name that is drawn in another colour.

    accuracies: of the seeds by the name of what was trained. step: between two ticks of the axis. Raises OptionError
    where there is none.
    """
    for name, found in accuracies.items():
        if not len(found):
            raise OptionError(f"no accuracy of {name!r}", allowed="one or more")
    ink, categories = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.08 + 0.055 * len(accuracies)))
    for place, (name, found) in enumerate(accuracies.items()):
        colour = categories[1 if name == first else 0]
        axes.plot((mean(found),) * 2, (place - 0.3, place + 0.3), color=colour, linewidth=2)
        axes.plot(found, [place] * len(found), "o", color=colour, markerfacecolor="none", markersize=5)
        end_label(axes, max(found), place, words.percent(mean(found), 1), ink["ink-2"], (10, 0))
    axes.set_yticks(range(len(accuracies)), list(accuracies))
    axes.grid(visible=False)
    axes.set(ylim=(-0.6, len(accuracies) - 0.4), xlabel=xlabel)
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    axes.margins(x=0.16)
    figure.subplots_adjust(left=0.36, right=0.97, top=0.98, bottom=0.23)
    return figure
