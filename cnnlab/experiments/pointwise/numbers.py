"""Numbers of `pointwise` for prose and tables."""

from cnnlab.experiments.pointwise.compute import Pointwise
from cnnlab.words import Quantity, decimal, integer, percent, power, size, text


def numbers(result: Pointwise) -> dict[str, Quantity]:
    """The largest difference, the sizes of the map, the cost of the three blocks and of their convolutions, and times.

    `bottleneck_2_parameters` is that of the bottleneck's second convolution; `wide_time` how often the bottleneck's
    time two 3×3 of 256 take, between `wide_time_low` and `wide_time_high` (the quartiles); `silent`: by how much the
    rank after the ReLU is below the number of channels.
    """
    blocks = {"bottleneck": result.bottleneck, "wide": result.wide, "narrow": result.narrow}
    times, middle = result.times, result.bottleneck.layers[1]
    device = result.provenance.device_name.replace("(R)", "")
    out = {
        "max_difference": power(result.max_difference, 1),
        "max_difference_double": power(result.max_difference_double, 1),
        "pixels": integer(result.pixels),
        "map": size(result.side, result.side, result.channels_in),
        "map_out": size(result.side, result.side, result.channels_out),
        "ratio": decimal(result.ratio_parameters, 1),
        "middle_share": percent(middle.parameters / result.bottleneck.parameters, 0),
        "rank": integer(result.ranks.normalised),
        "rank_activated": integer(result.ranks.activated),
        "silent": integer(result.channels_in - result.ranks.activated),
        "batch": integer(result.options.batch),
        "rounds": integer(result.options.rounds),
        "device": text(es=device, en=device),
        "threads": integer(result.provenance.cores),
    }
    for key, (low, median, high) in {"wide": times.wide_ratio, "narrow": times.narrow_ratio}.items():
        places = 1 if key == "wide" else 2
        out[f"{key}_time"] = decimal(median, places)
        out[f"{key}_time_low"], out[f"{key}_time_high"] = decimal(low, places), decimal(high, places)
    for key, block in blocks.items():
        out[f"{key}_outputs"] = integer(sum(layer.channels_out for layer in block.layers))
        rows = {key: block} | {f"{key}_{place}": layer for place, layer in enumerate(block.layers, 1)}
        for name, row in rows.items():
            out[f"{name}_parameters"] = integer(row.parameters)
            out[f"{name}_multiply_adds_millions"] = decimal(row.multiply_adds / 1e6, 1)
    return out
