"""Numbers of `architectures` for prose and tables."""

from statistics import median

from cnnlab.evaluation.classification import wilson
from cnnlab.experiments.architecture_times.groups import ASKED
from cnnlab.experiments.architectures.chart import (
    Point,
    above_front,
    better_and_cheaper,
    counts,
    from_imagenet_alone,
    pareto_front,
    points,
    published,
    recipes,
)
from cnnlab.experiments.architectures.compute import Architectures
from cnnlab.words import Quantity, decimal, integer, percent, size

VALIDATION_PHOTOS = 50_000  # of ImageNet, on which torchvision measures
SHOWN = (*ASKED, "mobilenet_v2", "mobilenet_v3_large", "vit_b_16")
GIGA = 1e9


def numbers(result: Architectures) -> dict[str, Quantity]:
    """How many networks and weights; how many counts are equal; the networks of the documents; fronts and recipes.

    `NAME_parameters`, `_giga` (counted), `_published`, `_giga_published`, `_accuracy`, `_accuracy_5` of those that are
    SHOWN, with their first weights. `recipe_*`: gains of the second weights of a network over the first, in points.
    """
    every = points(result)
    plain = from_imagenet_alone(every)
    front = pareto_front(plain, lambda point: point.multiply_adds)
    out = {
        "networks": integer(len({each.name for each in result.networks})),
        "counts": integer(len(result.networks)),
        "weights": integer(len(result.weights)),
        "extra": integer(len(every) - len(plain)),
        "imagenet_alone": integer(len(plain)),
        "least_parameters": decimal(min(each.parameters for each in every) / 1e6, 1),
        "most_parameters": decimal(max(each.parameters for each in every) / 1e6, 1),
        "other_sides": integer(sum(each.side != 224 for each in result.weights)),
        "equal_judged": integer(sum(each.judged == each.multiply_adds for each in result.networks)),
        "equal_giga": integer(sum(round(giga(result, each), 3) == each.giga for each in result.weights)),
        "front": integer(len(front)),
        "front_separable": integer(sum(point.group == "separable" for point in front)),
    }
    return (
        out
        | of_networks(result)
        | of_recipes(plain)
        | of_points(every, plain)
        | of_kinds(result)
        | of_documents(result)
    )


def giga(result: Architectures, weights) -> float:
    """Thousands of millions of MACs counted for the network of a set of weights."""
    return counts(result, weights.network, weights.side).multiply_adds / GIGA


def of_networks(result: Architectures) -> dict[str, Quantity]:
    """The networks that are shown in a table."""
    out: dict[str, Quantity] = {}
    for name in (each for each in SHOWN if any(each == known.name for known in result.networks)):
        network, weights = counts(result, name), published(result, name)
        out |= {
            f"{name}_parameters": integer(network.parameters),
            f"{name}_published": integer(weights.parameters),
            f"{name}_giga": decimal(network.multiply_adds / GIGA, 3),
            f"{name}_giga_published": decimal(weights.giga, 3),
            f"{name}_accuracy": percent(weights.accuracy, 1),
            f"{name}_accuracy_5": percent(weights.accuracy_5, 1),
        }
    return out


def of_recipes(plain: list[Point]) -> dict[str, Quantity]:
    """What another way of training the same network gains, beside what layers gain; half an interval of 95 %."""
    pairs = recipes(plain)
    gains = [100 * (second.accuracy - first.accuracy) for first, second in pairs]
    named = {(point.network, point.weights): point.accuracy for point in plain}
    fifty, deep = named["resnet50", "IMAGENET1K_V1"], named["resnet152", "IMAGENET1K_V1"]
    low, high = wilson(round(fifty * VALIDATION_PHOTOS), VALIDATION_PHOTOS)
    return {
        "recipe_pairs": integer(len(pairs)),
        "recipe_least": decimal(min(gains), 1),
        "recipe_median": decimal(median(gains), 1),
        "recipe_most": decimal(max(gains), 1),
        "recipe_resnet50": decimal(100 * (named["resnet50", "IMAGENET1K_V2"] - fifty), 1),
        "resnet50_second": percent(named["resnet50", "IMAGENET1K_V2"], 1),
        "depth_gain": decimal(100 * (deep - fifty), 1),
        "half_interval": decimal(50 * (high - low), 1),
    }


def of_points(every: list[Point], plain: list[Point]) -> dict[str, Quantity]:
    """The least and the most MACs; errors in the first five classes: AlexNet's, the least with ImageNet's photos alone,
    and with others; how many sets of weights are more accurate than AlexNet's or ResNet-34's with fewer MACs, and how
    many of those with other photos lie above the front; operations of VGG-19, two for a MAC."""
    first = {point.network: point for point in plain if point.weights == "IMAGENET1K_V1"}
    extra = [point for point in every if point.extra]
    return {
        "least_giga": decimal(min(point.multiply_adds for point in every) / GIGA, 2),
        "most_giga": decimal(max(point.multiply_adds for point in every) / GIGA, 0),
        "alexnet_error_5": percent(1 - first["alexnet"].accuracy_5, 1),
        "least_error_5": percent(1 - max(point.accuracy_5 for point in plain), 1),
        "least_error_5_extra": percent(1 - max(point.accuracy_5 for point in every), 1),
        "above_alexnet": integer(len(better_and_cheaper(first["alexnet"], plain))),
        "above_resnet34": integer(len(better_and_cheaper(first["resnet34"], plain))),
        "extra_above": integer(sum(above_front(point, plain) for point in extra)),
        "extra_heads": integer(sum("LINEAR" in point.weights for point in extra)),
        "vgg19_operations": decimal(2 * first["vgg19"].multiply_adds / GIGA, 1),
    }


def of_kinds(result: Architectures) -> dict[str, Quantity]:
    """Shares of kinds of layers in the MACs of some networks, and in their parameters: a dense layer does one MAC for
    each of its weights."""
    shares = {
        "depthwise_mobilenet_v2": ("mobilenet_v2", 224, "depthwise"),
        "attention_vit_b_16": ("vit_b_16", 224, "attention"),
        "attention_vit_b_16_384": ("vit_b_16", 384, "attention"),
        "dense_vgg16": ("vgg16", 224, "dense"),
    }
    out = {}
    for key, (name, side, kind) in shares.items():
        network = counts(result, name, side)
        out[key] = percent(network.by_kind[kind] / network.multiply_adds, 1)
    vgg16, alexnet = counts(result, "vgg16"), counts(result, "alexnet")
    small, large = counts(result, "regnet_y_16gf"), counts(result, "regnet_y_16gf", 384)
    return out | {
        "dense_parameters_vgg16": percent(vgg16.by_kind["dense"] / vgg16.parameters, 0),
        "dense_parameters_alexnet": percent(alexnet.by_kind["dense"] / alexnet.parameters, 0),
        "side_ratio": decimal(large.multiply_adds / small.multiply_adds, 2),
        "googlenet_auxiliary": integer(counts(result, "googlenet").auxiliary),
        "googlenet_without": integer(counts(result, "googlenet").parameters - counts(result, "googlenet").auxiliary),
    }


def of_documents(result: Architectures) -> dict[str, Quantity]:
    """What the course documents say something of."""
    alexnet, resnet, head = result.alexnet, result.resnet34, result.head_of_002
    named = {place: size(*maps[1:], maps[0]) for place, maps in zip((1, 2, 3), resnet.sizes[:3], strict=True)}
    return {
        "alexnet_convolutions": integer(alexnet.convolutions),
        "alexnet_dense": integer(alexnet.dense),
        "resnet34_convolutions": integer(resnet.convolutions),
        "resnet34_projections": integer(resnet.projections),
        "resnet34_in_branches": integer(resnet.convolutions - resnet.projections),
        "resnet34_normalisations": integer(resnet.normalisations),
        **{f"resnet34_size_{place}": maps for place, maps in named.items()},
        "head_parameters": integer(head.parameters),
        "head_trained": integer(head.trained),
        "vgg16_convolutions": integer(head.parameters - head.trained),
        "head_giga": decimal(head.multiply_adds / GIGA, 3),
        "head_giga_biases": decimal((head.multiply_adds + head.outputs) / GIGA, 3),
        "head_outputs_mebibytes": decimal(4 * head.outputs / 2**20, 2),
    }
