"""The figure of `flowers_moved`: similarity of each block before and after fine-tuning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.look import inks
from cnnlab.plots.style import inches

if TYPE_CHECKING:
    from cnnlab.experiments.flowers_moved.compute import FlowersMoved
    from cnnlab.words import Words


def moved(result: FlowersMoved, *, words: Words, theme: str) -> Figure:
    """By block, input to output: the similarity (CKA) of the features before and after."""
    _, categories = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.36))
    positions = range(len(result.layers))
    axes.plot(positions, [each.cka for each in result.layers], "o-", color=categories[1], clip_on=False)
    lowest = min(each.cka for each in result.layers)
    axes.set(ylim=(min(0.9, int(10 * lowest) / 10), 1), ylabel=words("cka"), xlabel=words("stage_block"))
    axes.yaxis.set_major_formatter(lambda value, _: words.decimal(value, 1 if lowest < 0.8 else 2))
    axes.set_xticks(positions, [short(each.layer) for each in result.layers])
    figure.subplots_adjust(left=0.115, right=0.985, top=0.96, bottom=0.25)
    return figure


def short(name: str) -> str:
    """layer3.5 is printed 3.5, the first convolution as it is called."""
    return name.removeprefix("layer")
