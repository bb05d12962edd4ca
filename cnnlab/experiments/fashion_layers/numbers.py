"""Numbers of `fashion_layers` for prose and tables."""

import math

from cnnlab.experiments.fashion_layers.compute import FashionLayers
from cnnlab.words import Quantity, decimal, integer, power, size


def numbers(result: FashionLayers) -> dict[str, Quantity]:
    """Of each network its parameters, MACs and sizes in MB; what the activations that the table adds change.

    `evaluation_gb`: 60,000 pictures at once, the largest output of a layer, in 10⁹ bytes of float32.
    """
    out = {}
    for name in ("called", "printed", "perceptron", "normalised"):
        table = getattr(result, name)
        out[f"{name}_parameters"] = integer(table.parameters)
        out[f"{name}_macs"] = decimal(table.macs / 1e6, 1)
        out[f"{name}_layers"] = integer(len(table.layers))
        out[f"{name}_activations"] = integer(sum(each.kind == "LeakyReLU" for each in table.layers))
        for key in ("passes_mb", "parameters_mb", "total_mb"):
            out[f"{name}_{key}"] = decimal(getattr(table, key), 2)
    largest = max(result.called.layers, key=lambda each: math.prod(each.output))
    before = next(each for each in result.called.layers[::-1] if each.kind == "MaxPool2d")
    out["largest"] = size(*largest.output)
    out["flattened_from"] = size(*before.output)
    out["flattened"] = integer(math.prod(before.output))
    out["evaluation_gb"] = decimal(60_000 * math.prod(largest.output) * 4 / 1e9, 1)
    out["dense_parameters"] = integer(next(each for each in result.called.layers if each.kind == "Linear").parameters)
    out["lost"] = decimal(result.lost, 0) if result.lost == 0 else power(result.lost, 1)
    out["changed"] = power(result.changed, 0)
    return out
