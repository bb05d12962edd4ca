"""The figure of `flowers_moved`: how far fine-tuning moved each layer."""

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
    """By layer, input to output: on top the relative change of the weights, below the similarity of features (CKA)."""
    _, categories = inks(theme)
    figure, panels = pyplot.subplots(2, 1, figsize=inches("text", 0.62), sharex=True)
    positions = range(len(result.layers))
    panels[0].bar(positions, [each.weights for each in result.layers], width=0.66, color=categories[0])
    panels[0].yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    panels[1].plot(positions, [each.cka for each in result.layers], "o-", color=categories[1], clip_on=False)
    lowest = min(each.cka for each in result.layers)
    panels[1].set(ylim=(min(0.9, int(10 * lowest) / 10), 1))
    panels[1].yaxis.set_major_formatter(lambda value, _: words.decimal(value, 1 if lowest < 0.8 else 2))
    panels[1].set_xticks(positions, [short(each.layer) for each in result.layers])
    panels[1].set_xlabel(words("stage_block"))
    for axes, title in zip(panels, ("weight_change", "similarity"), strict=True):
        axes.set_title(words(title))
    figure.subplots_adjust(left=0.09, right=0.985, top=0.905, bottom=0.155, hspace=0.36)
    return figure


def short(name: str) -> str:
    """layer3.5 is printed 3.5, the first convolution as it is called."""
    return name.removeprefix("layer")
