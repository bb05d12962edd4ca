"""The figures of `flowers_moved`: how far blocks and channels moved, and how far apart two trainings end."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, MultipleLocator

from cnnlab.experiments.flowers_moved.numbers import unrelated
from cnnlab.look import inks
from cnnlab.plots.style import DASHED, inches

if TYPE_CHECKING:
    from cnnlab.experiments.flowers_moved.compute import FlowersMoved
    from cnnlab.words import Words

MOVED, SEEDS = 1, 0  # places of the two comparisons among the colours
APART = 0.16  # of the height of a row, from its middle to each of its two bars


def moved(result: FlowersMoved, *, words: Words, theme: str) -> Figure:
    """By block, input to output: debiased CKA of the features above, the change of the weights in rates below.

    Rings: each seed or pair of seeds; lines: their means. The thin line above is the similarity of two seeds whose
    changes have nothing to do with each other (`unrelated`), that below is where steps of independent directions end
    (`Steps.wandering`).
    """
    ink, categories = inks(theme)
    figure, (similarity, weights) = pyplot.subplots(2, 1, figsize=inches("text", 0.72), sharex=True)
    for name, place, dash, label in (("cka", MOVED, "-", "before_after"), ("cka_seeds", SEEDS, DASHED, "two_seeds")):
        values = [getattr(each, name) for each in result.layers]
        rings_and_mean(similarity, values, categories[place], dash, words(label))
    if result.layers[0].cka_seeds:
        expected = [mean(unrelated(each)) for each in result.layers]
        similarity.plot(expected, color=ink["rule-strong"], linewidth=1, label=words("unrelated_changes"))
    similarity.set(ylim=(None, 1.03), title=words("cka_debiased"))
    similarity.yaxis.set_major_formatter(lambda value, _: words.decimal(value, 2))
    similarity.legend(loc="lower left")

    rings_and_mean(weights, [each.change_in_rates for each in result.layers], categories[MOVED], "-", None)
    weights.axhline(result.steps.wandering, color=ink["rule-strong"], linewidth=1)
    weights.annotate(
        words("independent_steps"),
        (1, result.steps.wandering),
        xycoords=("axes fraction", "data"),
        xytext=(0, 4),
        textcoords="offset points",
        ha="right",
        color=ink["ink-2"],
    )
    highest = max(result.steps.wandering, *(max(each.change_in_rates) for each in result.layers))
    weights.set(ylim=(0, 1.2 * highest), title=words("change_in_rates"), xlabel=words("stage_block"))
    ticks = MaxNLocator(5, integer=True).tick_values(0, highest)
    weights.set_yticks([tick for tick in ticks if tick < highest])  # the grid does not cross the line's name
    weights.yaxis.set_major_formatter(lambda value, _: words.decimal(value, 0))
    weights.set_xticks(range(len(result.layers)), [short(each.layer) for each in result.layers])
    figure.subplots_adjust(left=0.08, right=0.985, top=0.93, bottom=0.115, hspace=0.3)
    return figure


def rings_and_mean(
    axes: Axes, values: list[tuple[float, ...]], colour: str, dash: str | tuple, label: str | None
) -> None:
    """A line through the means of the values at 0, 1, …, and a ring for each value."""
    axes.plot([float(np.mean(each)) for each in values], linestyle=dash, color=colour, label=label)
    for place, each in enumerate(values):
        axes.plot([place] * len(each), each, "o", color=colour, markerfacecolor="none", markersize=4, linestyle="none")


def channels(result: FlowersMoved, *, words: Words, theme: str) -> Figure:
    """Correlation of the channels of a layer with themselves, before and after and between two seeds.

    Thin lines: from the 5 % to the 95 % quantile; thick ones: from 25 to 75 %; a mark at the median.
    """
    ink, categories = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.17 + 0.08 * len(result.channels)))
    for name, place, marker, side, label in (
        ("moved", MOVED, "o", -1, "before_after"),
        ("seeds", SEEDS, "s", 1, "two_seeds"),
    ):
        colour = categories[place]
        for row, layer in enumerate(result.channels):
            (low, quarter, median, upper, high), height = getattr(layer, name), row + side * APART
            for ends, width in (((low, high), 1.2), ((quarter, upper), 5)):
                axes.plot(ends, (height, height), color=colour, linewidth=width, solid_capstyle="butt")
            axes.plot(
                median,
                height,
                marker,
                color=colour,
                markerfacecolor=ink["paper"],
                markersize=6,
                linestyle="none",
                label=words(label) if row == 0 else None,
            )
    axes.set_yticks(range(len(result.channels)), [each.layer for each in result.channels])
    axes.set(ylim=(len(result.channels) - 0.5, -0.5), xlabel=words("correlation"))
    axes.xaxis.set_major_formatter(lambda value, _: words.decimal(value, 1))
    axes.xaxis.set_major_locator(MultipleLocator(0.2))
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, ncols=2)
    figure.subplots_adjust(left=0.125, right=0.97, top=0.91, bottom=0.18)
    return figure


def short(name: str) -> str:
    """layer3.5 is printed 3.5, the first convolution as it is called."""
    return name.removeprefix("layer")
