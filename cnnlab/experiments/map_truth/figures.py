"""Maps against what is known: curves of deletion and insertion, maps as layers are drawn anew.

Chapter: l6-por-dentro.
"""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.experiments.inside_maps.curves import by_layer
from cnnlab.experiments.map_truth.compute import MapTruth
from cnnlab.look import inks
from cnnlab.plots.style import inches
from cnnlab.words import Words


def layers(result: MapTruth, *, words: Words, theme: str) -> Figure:
    """Rank correlation and SSIM of maps with those of the trained network, by the layers drawn anew so far."""
    measures = [(words("rank_correlation"), result.arrays["rank"]), ("SSIM", result.arrays["similarity"])]
    return by_layer(measures, result.methods, result.layers, words, theme)


def curves(result: MapTruth, *, words: Words, theme: str) -> Figure:
    """The class's mean probability by the share of pixels deleted, and inserted; the thin line is pixels by chance."""
    ink, categories = inks(theme)
    figure, panels = pyplot.subplots(1, 2, figsize=inches("text", 0.56), sharey=True)
    names = [each.map for each in result.curves]
    for axes, kind in zip(panels, ("deletion", "insertion"), strict=True):
        values = result.arrays[kind]
        share = np.linspace(0, 1, values.shape[1])
        for place, name in enumerate(names):
            colour = categories[place] if name in result.methods else ink["rule-strong"]
            line = {"chance": "-", "edges": (0, (1, 1.5)), "centre": (0, (4, 2))}.get(name, "-")
            axes.plot(share, values[place], color=colour, linestyle=line, label=words(f"method_{name}"))
        axes.set(xlabel=words(f"pixels_{kind}"), xlim=(0, 1))
        axes.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    panels[0].set(ylabel=words("probability_mean"), ylim=(0, None))
    panels[0].yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    handles, labels = panels[0].get_legend_handles_labels()
    figure.subplots_adjust(left=0.11, right=0.97, top=0.8, bottom=0.17, wspace=0.12)
    figure.legend(handles, labels, loc="upper center", ncols=4, fontsize=9)
    return figure
