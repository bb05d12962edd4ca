"""How far the classes lie apart in a network's layers, as rows of a table.

Chapters: l3-mnist, l4-cifar, l5-transferencia.
"""

from __future__ import annotations

from statistics import mean
from typing import Protocol

from cnnlab.experiments.layer_maps.result import MappedLayer
from cnnlab.words import Words

HEADER = ("layer", "values", "knn_outputs", "silhouette_outputs", "knn_map", "silhouette_map")


class Mapped(Protocol):
    """A result with layers that were mapped."""

    @property
    def layers(self) -> tuple[MappedLayer, ...]: ...


def rows(result: Mapped, words: Words) -> list[list[str]]:
    """A row for each layer, in the order of HEADER: among its outputs, then in its maps, mean over the seeds."""
    out = []
    for each in result.layers:
        name = words(each.key) + (f", `{each.layer}`" if each.layer else "")
        accuracy = mean(one.neighbour_accuracy for one in each.maps)
        height = mean(one.silhouette for one in each.maps)
        inside = [words.percent(each.outputs.neighbour_accuracy, 1), words.decimal(each.outputs.silhouette, 2)]
        out.append([name, words.integer(each.values), *inside, words.percent(accuracy, 1), words.decimal(height, 2)])
    return out
