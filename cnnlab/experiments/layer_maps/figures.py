"""t-SNE's maps of a network's layers, a panel each.

Chapters: l3-mnist, l4-cifar.
"""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.experiments.layer_maps.result import LayerMaps
from cnnlab.experiments.small_classifiers.names import class_label
from cnnlab.look import inks
from cnnlab.plots.style import inches
from cnnlab.words import Words

DPI = 240  # of the points, which are drawn as a picture
MARKERS = ("o", "x")  # of the first classes, as many as there are colours, and of the others


def maps(result: LayerMaps, *, words: Words, theme: str, place: int = 0) -> Figure:
    """The maps of one seed, the first by default: the pixels, the middle layer, the last one; a point is a picture."""
    _, categories = inks(theme)
    figure, panels = pyplot.subplots(1, len(result.layers), figsize=inches("page", 0.4), dpi=DPI)
    labels, seed = result.arrays["label"], result.options.seeds[place]
    for axes, each in zip(panels, result.layers, strict=True):
        points = result.arrays[f"{each.key}_map_{seed}"].astype(np.float32)
        for label, name in enumerate(result.class_names):
            group, colour = divmod(label, len(categories))
            chosen = points[labels == label]
            style = {"s": 5, "linewidths": 0.6 if group else 0, "alpha": 0.75, "rasterized": True}
            axes.scatter(*chosen.T, color=categories[colour], marker=MARKERS[group], label=name, **style)
        axes.set_title(f"{words(each.key).capitalize()}: {words.percent(each.maps[place].neighbour_accuracy, 1)}")
        axes.set(xticks=[], yticks=[])
        axes.set_aspect("equal", adjustable="datalim")
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
    handles, _ = panels[0].get_legend_handles_labels()
    names = [class_label(name, words) for name in result.class_names]
    figure.legend(handles, names, loc="lower center", ncols=len(names), markerscale=2.5, handletextpad=0.2)
    figure.subplots_adjust(left=0.01, right=0.99, top=0.91, bottom=0.12, wspace=0.03)
    return figure
