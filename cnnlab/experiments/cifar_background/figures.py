"""Accuracy without the centre of a picture, and with its centre alone.

Chapter: l4-cifar.
"""

from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.experiments.cifar_background.compute import Background
from cnnlab.look import inks
from cnnlab.plots.style import end_label, inches, legible
from cnnlab.words import Words


def masked(result: Background, *, words: Words, theme: str) -> Figure:
    """Accuracy by the side of the central square: hidden, and shown alone; the thin line is chance."""
    ink, categories = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.42))
    sides = [each.side for each in result.masked]
    axes.axhline(1 / len(result.class_names), color=ink["rule-strong"], linewidth=1)
    for colour, key in zip(categories, ("hidden", "shown"), strict=False):
        low, high = ([getattr(each, f"{key}_{end}") for each in result.masked] for end in ("low", "high"))
        axes.fill_between(sides, low, high, color=colour, alpha=0.18, linewidth=0)
        values = [getattr(each, key) for each in result.masked]
        axes.plot(sides, values, "o-", color=colour)
        end_label(axes, sides[-1], values[-1], words(f"centre_{key}"), legible(colour, theme))
    axes.set(xlabel=words("square_side"), ylabel=words("accuracy_test"), xticks=sides, ylim=(0, None))
    axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    figure.subplots_adjust(left=0.12, right=0.78, top=0.96, bottom=0.21)
    return figure
