"""What prose may say of the result of `pointwise`."""

from cnnlab.words import decimal, integer, percent, power, size


def numbers(result) -> dict:
    """The largest difference, the sizes of the map, and the cost of the two blocks."""
    bottleneck, basic = result.bottleneck, result.basic
    middle = bottleneck.layers[1]
    return {
        "max_difference": power(result.max_difference, 1),
        "pixels": integer(result.pixels),
        "map": size(result.side, result.side, result.channels_in),
        "map_out": size(result.side, result.side, result.channels_out),
        "kernel_parameters": integer(result.channels_in * result.channels_out),
        "bottleneck_parameters": integer(bottleneck.parameters),
        "basic_parameters": integer(basic.parameters),
        "bottleneck_millions": decimal(bottleneck.multiply_adds / 1e6, 0),
        "basic_millions": decimal(basic.multiply_adds / 1e6, 0),
        "bottleneck_multiply_adds": integer(bottleneck.multiply_adds),
        "basic_multiply_adds": integer(basic.multiply_adds),
        "ratio": decimal(result.ratio_parameters, 1),
        "saving": percent(1 - 1 / result.ratio_parameters, 0),
        "middle_parameters": integer(middle["parameters"]),
        "middle_share": percent(middle["parameters"] / bottleneck.parameters, 0),
    }
