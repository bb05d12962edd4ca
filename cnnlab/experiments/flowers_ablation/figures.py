"""The variants of the fine-tuning compared on validation."""

from statistics import mean

from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from cnnlab.experiments.flowers_ablation.compute import FlowersAblation
from cnnlab.look import inks
from cnnlab.plots.style import end_label, inches
from cnnlab.words import Words


def variants(result: FlowersAblation, *, words: Words, theme: str) -> Figure:
    """Accuracy on validation of each variant, the best on top: a ring for each seed, a line at their mean."""
    ink, categories = inks(theme)
    names = dict.fromkeys(each.variant for each in result.trainings)
    rows = sorted(names, key=lambda name: mean(result.accuracies(name)))
    figure, axes = pyplot.subplots(figsize=inches("text", 0.08 + 0.055 * len(rows)))
    for place, name in enumerate(rows):
        found = result.accuracies(name)
        colour = categories[1 if name == "base" else 0]
        axes.plot((mean(found),) * 2, (place - 0.3, place + 0.3), color=colour, linewidth=2)
        axes.plot(found, [place] * len(found), "o", color=colour, markerfacecolor="none", markersize=5)
        end_label(axes, max(found), place, words.percent(mean(found), 1), ink["ink-2"], (10, 0))
    axes.set_yticks(range(len(rows)), [words(f"variant_{name}") for name in rows])
    axes.grid(visible=False)
    axes.set(ylim=(-0.6, len(rows) - 0.4), xlabel=words("accuracy_validation"))
    axes.xaxis.set_major_locator(MultipleLocator(0.05))
    axes.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    axes.margins(x=0.16)
    figure.subplots_adjust(left=0.36, right=0.97, top=0.98, bottom=0.23)
    return figure
