"""Numbers of `pointwise` for prose and tables."""

from cnnlab.experiments.pointwise.compute import Pointwise
from cnnlab.words import Quantity, decimal, integer, percent, power, size


def numbers(result: Pointwise) -> dict[str, Quantity]:
    """The largest difference, the sizes of the map, and the cost of the two blocks and of their convolutions.

    `bottleneck_2_parameters` is that of the bottleneck's second convolution.
    """
    bottleneck, basic = result.bottleneck, result.basic
    middle = bottleneck.layers[1]
    out = {
        "max_difference": power(result.max_difference, 1),
        "pixels": integer(result.pixels),
        "map": size(result.side, result.side, result.channels_in),
        "map_out": size(result.side, result.side, result.channels_out),
        "kernel_parameters": integer(result.channels_in * result.channels_out),
        "bottleneck_millions": decimal(bottleneck.multiply_adds / 1e6, 0),
        "basic_millions": decimal(basic.multiply_adds / 1e6, 0),
        "bottleneck_multiply_adds": integer(bottleneck.multiply_adds),
        "basic_multiply_adds": integer(basic.multiply_adds),
        "ratio": decimal(result.ratio_parameters, 1),
        "saving": percent(1 - 1 / result.ratio_parameters, 0),
        "middle_share": percent(middle.parameters / bottleneck.parameters, 0),
    }
    for key, block in (("bottleneck", bottleneck), ("basic", basic)):
        rows = {key: block} | {f"{key}_{place}": layer for place, layer in enumerate(block.layers, 1)}
        for name, row in rows.items():
            out[f"{name}_parameters"] = integer(row.parameters)
            out[f"{name}_multiply_adds_millions"] = decimal(row.multiply_adds / 1e6, 1)
    return out
