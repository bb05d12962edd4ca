"""t-SNE's maps of a network's layers, a panel each.

Chapters: l3-mnist, l4-cifar.
"""

import numpy as np
from matplotlib.figure import Figure

from cnnlab.experiments.layer_maps.result import LayerMaps
from cnnlab.experiments.small_classifiers.names import class_label
from cnnlab.plots.point_maps import point_maps
from cnnlab.words import Words


def maps(result: LayerMaps, *, words: Words, theme: str, place: int = 0) -> Figure:
    """The maps of one seed, the first by default: the pixels, the middle layer, the last one; a point is a picture."""
    seed = result.options.seeds[place]
    panels = {
        f"{words(each.key).capitalize()}: {words.percent(each.maps[place].neighbour_accuracy, 1)}": result.arrays[
            f"{each.key}_map_{seed}"
        ].astype(np.float32)
        for each in result.layers
    }
    names = [class_label(name, words) for name in result.class_names]
    return point_maps(panels, result.arrays["label"], names, theme=theme)
