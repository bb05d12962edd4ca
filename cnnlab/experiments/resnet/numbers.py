"""What prose may say of the result of `resnet`."""

import math

from cnnlab.words import Words, decimal, integer, percent, power, size, text


def numbers(result) -> dict:
    """Parameters, multiply-adds sizes and comparisons that the text names."""
    fifty, random = result.depths["50"], result.random
    heaviest = max(fifty.stages, key=lambda stage: stage["multiply_adds"])
    largest = max(fifty.stages, key=lambda stage: stage["parameters"])
    last = fifty.blocks[-1]["size"]
    out = {
        "parameters": integer(fifty.parameters),
        "trainable": integer(fifty.trainable),
        "non_trainable": integer(fifty.non_trainable),
        "biases": integer(fifty.biases),
        "torchvision_parameters": integer(result.torchvision_parameters),
        "blocks": integer(len(fifty.blocks)),
        "convolutions": integer(fifty.convolutions),
        "heaviest_stage": _same(f"{heaviest['name']}_x"),
        "heaviest_share": percent(heaviest["multiply_adds"] / fifty.multiply_adds, 0),
        "largest_stage": _same(f"{largest['name']}_x"),
        "largest_share": percent(largest["parameters"] / fifty.parameters, 0),
        "features": integer(last[2]),
        "classifier_parameters": integer(fifty.stages[-1]["parameters"]),
        "classifier_share": percent(fifty.stages[-1]["parameters"] / fifty.parameters, 0),
        "flatten_parameters": integer((math.prod(last) + 1) * 1000),
        "layers_compared": integer(result.layers_compared),
        "layers_equal": integer(result.layers_equal),
        "max_output_difference": power(result.max_output_difference, 1) if result.max_output_difference else integer(0),
        "softmax_sum": decimal(result.softmax_sum, 6),
        "receptive_field": integer(result.receptive_field["1x1"]),
        "receptive_field_3x3": integer(result.receptive_field["3x3"]),
        "unread_fraction": percent(result.unread["1x1"]["fraction"], 0),
        "unread_fraction_3x3": percent(result.unread["3x3"]["fraction"], 0),
        "unread_millions": decimal(result.unread["1x1"]["multiply_adds"] / 1e6, 0),
        "unread_share": percent(result.unread["1x1"]["share"], 1),
        "multiply_adds_1x1": integer(result.stride_in_1x1),
        "multiply_adds_3x3": integer(result.stride_in_3x3),
        "flops_1x1": _flops(result.stride_in_1x1, 2),
        "flops_3x3": _flops(result.stride_in_3x3, 2),
        "stride_difference": percent(result.stride_in_3x3 / result.stride_in_1x1 - 1, 0),
        "stride_difference_millions": decimal((result.stride_in_3x3 - result.stride_in_1x1) / 1e6, 0),
        "projection_millions": decimal(fifty.projections / 1e6, 0),
        "random_uniform": percent(random.uniform, 1),
        "random_seeds": integer(len({row["seed"] for row in random.seeds})),
    }
    out |= {f"size_{block['stage']}": size(*block["size"]) for block in fifty.blocks}
    for key, rows in (
        ("he", [row for row in random.seeds if row["init"] == "he_normal"]),
        ("glorot", [row for row in random.seeds if row["init"] == "glorot_uniform"]),
        ("batch", random.batch),
    ):
        tops, effective = [row["top"][0]["probability"] for row in rows], [row["effective"] for row in rows]
        out |= {
            f"random_label_{key}": _same(rows[0]["top"][0]["label"]),
            f"random_top_{key}": percent(tops[0], 1),
            f"random_least_{key}": percent(min(tops), 1),
            f"random_most_{key}": percent(max(tops), 1),
            f"random_effective_{key}": decimal(effective[0], 0),
            f"random_effective_least_{key}": decimal(min(effective), 0),
            f"random_effective_most_{key}": decimal(max(effective), 0),
            f"random_classes_{key}": integer(len({row["top"][0]["class"] for row in rows})),
        }
    for depth, row in result.depths.items():
        out |= {
            f"parameters_{depth}": integer(row["parameters"]),
            f"millions_{depth}": decimal(row["parameters"] / 1e6, 1),
            f"multiply_adds_{depth}": integer(row["multiply_adds"]),
            f"flops_{depth}": _flops(row["multiply_adds"], 2),
            f"flops_{depth}_3x3": _flops(row["stride_in_3x3"], 2),
            f"flops_{depth}_without_projections": _flops(row["multiply_adds"] - row["projections"], 2),
            f"printed_{depth}": _flops(row["printed"], 1),
        }
    return out


def _flops(count: float, places: int):
    """As table 1 prints them, always in units of 10⁹: "11,28 × 10⁹"."""
    return text(**{lang: f"{Words(lang).decimal(count / 1e9, places)} × 10⁹" for lang in ("es", "en")})


def _same(name: str):
    """A name that both languages write alike."""
    return text(es=name, en=name)
