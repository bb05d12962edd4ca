"""How alike maps stay as layers are drawn anew, by layer: the figure of both networks.

Chapter: l6-por-dentro.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.look import inks
from cnnlab.plots.style import inches, legible
from cnnlab.words import Words


def by_layer(
    measures: Sequence[tuple[str, np.ndarray]], methods: Sequence[str], layers: Sequence[str], words: Words, theme: str
) -> Figure:
    """A panel a measure (its title; methods, layers, photos): the mean over photos by the layers drawn anew so far."""
    ink, categories = inks(theme)
    figure, panels = pyplot.subplots(len(measures), 1, figsize=inches("text", 0.36 * len(measures) + 0.16), sharex=True)
    places = np.arange(len(layers))
    for axes, (title, values) in zip(np.atleast_1d(panels), measures, strict=True):
        axes.axhline(0, color=ink["rule-strong"], linewidth=1)
        for place, method in enumerate(methods):
            axes.plot(
                places,
                values[place].mean(axis=1),
                marker="o",
                markersize=3,
                color=categories[place],
                linestyle="-" if place % 2 == 0 else (0, (6, 2)),
                label=words(f"method_{method}"),
            )
        axes.set(ylabel=title, ylim=(min(-0.1, float(values.mean(axis=2).min()) - 0.05), 1.02))
    last = np.atleast_1d(panels)[-1]
    last.set_xticks(places, layers, rotation=90)
    last.set_xlabel(words("layers_drawn_anew"))
    handles, labels = last.get_legend_handles_labels()
    inside = {"left": 0.1, "right": 0.98, "top": 0.9, "bottom": 0.26, "hspace": 0.12}
    figure.subplots_adjust(**inside)
    legend = figure.legend(handles, labels, loc="upper center", ncols=len(methods), fontsize=9, handlelength=2.2)
    for each, colour in zip(legend.get_texts(), categories, strict=False):
        each.set_color(legible(colour, theme))
    return figure
