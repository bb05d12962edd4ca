"""Numbers of `resnet` for prose and tables."""

import math
from collections.abc import Sequence

from cnnlab.experiments.resnet.architecture import Block
from cnnlab.experiments.resnet.compute import Network, ResNets
from cnnlab.experiments.resnet.random_weights import DIVISOR, RandomOutput, RandomWeights, Shared
from cnnlab.words import NBSP, Quantity, decimal, integer, percent, power, size, text


def numbers(result: ResNets) -> dict[str, Quantity]:
    """Parameters, multiply-adds, sizes, comparisons and outputs with random weights.

    Those that name no depth are of ResNet-50; `giga_…` are multiply-adds in units of 10⁹, `flops_…` the same with it.
    """
    return _fifty(result) | _stride(result) | _depths(result) | _widened(result) | _random(result.random)


def _fifty(result: ResNets) -> dict[str, Quantity]:
    """ResNet-50 with the stride in the 1×1, and its comparison with that of Keras."""
    fifty = result.depths["50"]
    heaviest = max(fifty.stages, key=lambda stage: stage.multiply_adds)
    largest = max(fifty.stages, key=lambda stage: stage.parameters)
    classifier, last = fifty.stages[-1], fifty.blocks[-1].size
    difference = result.max_output_difference
    return {
        "parameters": integer(fifty.parameters),
        "trainable": integer(fifty.trainable),
        "non_trainable": integer(fifty.non_trainable),
        "biases": integer(fifty.biases),
        "torchvision_parameters": integer(result.torchvision_parameters),
        "blocks": integer(len(fifty.blocks)),
        "convolutions": integer(fifty.convolutions),
        "heaviest_stage": _name(f"{heaviest.name}_x"),
        "heaviest_share": percent(heaviest.multiply_adds / fifty.multiply_adds, 0),
        "largest_stage": _name(f"{largest.name}_x"),
        "largest_share": percent(largest.parameters / fifty.parameters, 0),
        "features": integer(last[2]),
        "classifier_parameters": integer(classifier.parameters),
        "classifier_share": percent(classifier.parameters / fifty.parameters, 0),
        "flatten_parameters": integer((math.prod(last) + 1) * 1000),
        "layers_compared": integer(result.layers_compared),
        "layers_equal": integer(result.layers_equal),
        "max_output_difference": power(difference, 1) if difference else integer(0),
        "changed_epsilon": decimal(result.changed["epsilon"], 3),
        "changed_padding": decimal(result.changed["padding"], 3),
        "softmax_sum": decimal(result.softmax_sum, 6),
        "projection_millions": decimal(fifty.projections / 1e6, 0),
        **{f"size_{block.stage}": size(*block.size) for block in fifty.blocks},
        **_block_costs(fifty.blocks),
        **{f"field_{block.name}": integer(block.receptive_field) for block in fifty.blocks},
        **_memory(fifty),
    }


def _memory(network: Network) -> dict[str, Quantity]:
    """The share of the values that convolutions write in the first three stages, and of parameters in the last two and
    the classifier.
    """
    first = ("conv1", "conv2", "conv3")
    written = {layer.name: math.prod(layer.output) for layer in network.layers if layer.name.endswith("_conv")}
    early = sum(count for name, count in written.items() if name.startswith(first))
    late = sum(stage.parameters for stage in network.stages if not stage.name.startswith(first))
    return {
        "early_values": percent(early / sum(written.values()), 0),
        "late_parameters": percent(late / network.parameters, 0),
    }


def _block_costs(blocks: Sequence[Block]) -> dict[str, Quantity]:
    """Millions of multiply-adds of ResNet-50's bottlenecks: with an identity shortcut, and those that project.

    Every convolution works at the size of the block's output, since the stride is in the first one.
    """
    costs: dict[str, set[int]] = {}
    channels = 64
    for block in blocks:
        height, breadth, last = block.size
        width = last // 4
        weights = channels * width + 9 * width**2 + width * last + (channels * last if channels != last else 0)
        kind = "identity" if channels == last else "conv2" if block.stage == 2 else "first"
        costs.setdefault(f"block_macs_{kind}", set()).add(height * breadth * weights)
        channels = last
    return {name: decimal(cost / 1e6, 1) for name, (cost,) in costs.items()}  # one value for each kind


def _stride(result: ResNets) -> dict[str, Quantity]:
    """ResNet-50 with the stride in the 1×1 beside the same with the stride in the 3×3."""
    first, second = result.stride_in_1x1, result.stride_in_3x3
    unread = result.unread["1x1"]
    return {
        "receptive_field": integer(result.receptive_field["1x1"]),
        "receptive_field_3x3": integer(result.receptive_field["3x3"]),
        "unread_fraction": percent(unread.fraction, 0),
        "unread_fraction_3x3": percent(result.unread["3x3"].fraction, 0),
        "unread_millions": decimal(unread.multiply_adds / 1e6, 0),
        "unread_share": percent(unread.share, 1),
        "multiply_adds_1x1": integer(first),
        "multiply_adds_3x3": integer(second),
        "flops_1x1": _flops(_giga(first)),
        "flops_3x3": _flops(_giga(second)),
        "stride_difference": percent(second / first - 1, 0),
        "stride_difference_millions": decimal((second - first) / 1e6, 0),
    }


def _depths(result: ResNets) -> dict[str, Quantity]:
    """Parameters and multiply-adds of each network."""
    out: dict[str, Quantity] = {}
    for depth, network in result.depths.items():
        giga = {
            depth: _giga(network.multiply_adds),
            f"{depth}_3x3": _giga(network.stride_in_3x3),
            f"{depth}_without_projections": _giga(network.multiply_adds - network.projections),
        }
        conv4 = next(stage.parameters for stage in network.stages if stage.name == "conv4")
        printed = decimal(network.printed / 1e9, 1)
        out |= {
            f"parameters_{depth}": integer(network.parameters),
            f"conv4_share_{depth}": percent(conv4 / network.parameters, 0),
            f"millions_{depth}": decimal(network.parameters / 1e6, 1),
            f"multiply_adds_{depth}": integer(network.multiply_adds),
            **{f"giga_{name}": quantity for name, quantity in giga.items()},
            **{f"flops_{name}": _flops(quantity) for name, quantity in giga.items()},
            f"giga_printed_{depth}": printed,
            f"printed_{depth}": _flops(printed),
        }
    return out


def _widened(result: ResNets) -> dict[str, Quantity]:
    """ResNet-50 with twice the channels in all convolutions of its blocks, and in the inner ones alone."""
    out: dict[str, Quantity] = {}
    for name, network in result.widened.items():
        out[f"wide_{name}_parameters"] = integer(network.parameters)
        out[f"wide_{name}_flops"] = _flops(_giga(network.multiply_adds))
    return out


def _random(random: RandomWeights) -> dict[str, Quantity]:
    """Outputs with random weights: each row as `random_he_0_…`, that of seed 0, or `random_batch_0_…`, with the batch's
    statistics and He's initialisation; over the rows of a kind the least, the most and the number of classes.
    """
    he, glorot = ([row for row in random.seeds if row.init == init] for init in ("he_normal", "glorot_uniform"))
    out = {
        "random_uniform": percent(random.uniform, 1),
        "random_seeds": integer(len({row.seed for row in random.seeds})),
        **_over_seeds("he", he),
        **_over_seeds("glorot", glorot),
        **_over_seeds("batch", list(random.batch)),
        **_divided(random),
        **_shared(random.shared),
    }
    batch = [row for row in random.batch if row.init == "he_normal"]
    for key, rows in (("he", he), ("glorot", glorot), ("batch", batch)):
        for row in rows:
            out |= {f"random_{key}_{row.seed}_{name}": quantity for name, quantity in _row(row).items()}
    return out


def _divided(random: RandomWeights) -> dict[str, Quantity]:
    """The range of the logits' deviation, with whole pixels and with divided ones; how uniform Glorot's then are."""
    out = {"random_divisor": integer(DIVISOR)}
    for key, init in (("he", "he_normal"), ("glorot", "glorot_uniform")):
        for name, rows in (("", random.seeds), ("_divided", random.divided)):
            deviations = [row.logits_std for row in rows if row.init == init]
            places = 0 if min(deviations) > 100 else 1 if min(deviations) > 1 else 3
            out[f"random{name}_{key}_least_logits"] = decimal(min(deviations), places)
            out[f"random{name}_{key}_most_logits"] = decimal(max(deviations), places)
    uniform = [row for row in random.divided if row.init == "glorot_uniform"]
    out["random_divided_effective"] = decimal(min(row.perplexity for row in uniform), 1)
    out["random_divided_top"] = percent(max(row.top[0].probability for row in uniform), 2)
    batch = [row.logits_std for row in random.batch if row.init == "he_normal"]
    out |= {"random_batch_least_logits": decimal(min(batch), 2), "random_batch_most_logits": decimal(max(batch), 2)}
    return out


def _shared(shared: Shared) -> dict[str, Quantity]:
    """The least and the most correlation of logits of one seed, the largest of two seeds without its sign, and the
    least cosine of features of one seed.
    """
    return {
        "random_same_seed_least": decimal(min(shared.same_seed), 2),
        "random_same_seed_most": decimal(max(shared.same_seed), 2),
        "random_other_seeds_most": decimal(max(map(abs, shared.other_seeds), default=0), 2),
        "random_features_cosine": decimal(min(shared.features_cosine), 2),
    }


def _row(row: RandomOutput) -> dict[str, Quantity]:
    best = row.top[0]
    return {
        "seed": integer(row.seed),
        "label": _name(best.label),
        "top": percent(best.probability, 1),
        "logits": decimal(row.logits_std, 2 if row.logits_std < 100 else 0),
        "effective": decimal(row.perplexity, 0),
    }


def _over_seeds(key: str, rows: list[RandomOutput]) -> dict[str, Quantity]:
    first = _row(rows[0])
    by_top = sorted(rows, key=lambda row: row.top[0].probability)
    by_perplexity = sorted(rows, key=lambda row: row.perplexity)
    return {
        f"random_label_{key}": first["label"],
        f"random_top_{key}": first["top"],
        f"random_least_{key}": _row(by_top[0])["top"],
        f"random_most_{key}": _row(by_top[-1])["top"],
        f"random_effective_{key}": first["effective"],
        f"random_effective_least_{key}": _row(by_perplexity[0])["effective"],
        f"random_effective_most_{key}": _row(by_perplexity[-1])["effective"],
        f"random_classes_{key}": integer(len({row.top[0].index for row in rows})),
    }


def _giga(count: float) -> Quantity:
    return decimal(count / 1e9, 2)


def _flops(giga: Quantity) -> Quantity:
    """As table 1 of the paper prints them, always in units of 10⁹: "11,28 × 10⁹"."""
    return Quantity(lambda words: f"{giga.write(words)}{NBSP}×{NBSP}10⁹")


def _name(name: str) -> Quantity:
    """A name that both languages write alike."""
    return text(es=name, en=name)
