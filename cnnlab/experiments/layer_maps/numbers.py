"""Numbers of the maps of a network's layers for prose and tables."""

from statistics import mean

import numpy as np

from cnnlab.experiments.layer_maps.result import LayerMaps
from cnnlab.experiments.small_classifiers.numbers import named
from cnnlab.words import Quantity, decimal, integer, percent


def numbers(result: LayerMaps) -> dict[str, Quantity]:
    """For each layer `<key>_neighbours` and `_silhouette` among its outputs; `_map_neighbours` and `_map_silhouette` in
    the maps, mean over the seeds, with `…_least` and `…_most`. `mixed_<k>`, `mixed_middle_<k>`: the share of the k-th
    pair, with `…_actual` and `…_neighbour`. `share_<a>_<b>`: of the neighbours of class a in the middle layer, the
    share of class b, by the numbers of the classes.
    """
    out = {
        "pictures": integer(result.pictures),
        "accuracy": percent(result.accuracy, 1),
        "seeds": integer(len(result.options.seeds)),
        "perplexity": integer(round(result.options.perplexity)),
        "neighbours": integer(result.options.neighbours),
    }
    for each in result.layers:
        out[f"{each.key}_values"] = integer(each.values)
        out[f"{each.key}_neighbours"] = percent(each.outputs.neighbour_accuracy, 1)
        out[f"{each.key}_silhouette"] = decimal(each.outputs.silhouette, 2)
        accuracies = [one.neighbour_accuracy for one in each.maps]
        heights = [one.silhouette for one in each.maps]
        for name, values, show in (("neighbours", accuracies, percent), ("silhouette", heights, decimal)):
            places = 1 if show is percent else 2
            for suffix, pick in (("", mean), ("_least", min), ("_most", max)):
                out[f"{each.key}_map_{name}{suffix}"] = show(pick(values), places)
    for name, pairs in (("mixed", result.mixed), ("mixed_middle", result.mixed_middle)):
        for place, pair in enumerate(pairs, 1):
            out[f"{name}_{place}"] = percent(pair.share, 1)
            out[f"{name}_{place}_actual"] = named(pair.actual)
            out[f"{name}_{place}_neighbour"] = named(pair.neighbour)
    classes = np.unique(result.arrays["label"]).tolist()
    for actual, row in zip(classes, result.arrays["middle_layer_shares"], strict=True):
        for other, share in zip(classes, row, strict=True):
            if actual != other:
                out[f"share_{actual}_{other}"] = percent(float(share), 1)
    return out
