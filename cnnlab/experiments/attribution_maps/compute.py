"""Maps of what speaks for a class, by gradients and their weights: two classes, six photos, an untrained network.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnlab.data.imagenet import Prediction
from cnnlab.experiments.inside_maps.photos import SIDE, SIX
from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torch import nn

STATISTICS = {"mean": None, "median": 50, "p90": 90}
RULES = ("gradient", "deconvnet", "guided")


@dataclass(frozen=True)
class Options:
    """photos: the squares that are mapped, of their most probable class. pair: two of them beside each other, each
    mapped for its own. layers, squeezenet_layers: at which activations are weighted, the last one for photos too.
    window, stride: of occlusion, pixels. seed: of the weights of the untrained network.
    """

    photos: tuple[str, ...] = SIX
    pair: tuple[str, str] = ("cat", "377575")
    side: int = SIDE
    layers: tuple[str, ...] = ("layer1", "layer2.2", "layer2", "layer3.4", "layer3", "layer4")
    squeezenet_layers: tuple[str, ...] = ("features.4", "features.7", "features.12")
    window: int = 32
    stride: int = 16
    seed: int = 0


@dataclass(frozen=True)
class WeightedMap:
    """Activations of a layer weighted for a class. own_share: of the positive values, those in its own half. positive:
    share of the channels with a weight above 0. reached: share of the gradient's values that are not 0. zero: whether
    the map is 0 throughout.
    """

    network: str
    layer: str
    statistic: str
    half: str
    own_share: float
    positive: float
    reached: float
    zero: bool


@dataclass(frozen=True)
class RuleMap:
    """Gradients of a class back to the photo by a rule. own_share: of the sum of magnitudes, what lies in its half.
    between: rank correlation of the maps of both classes, the same for both."""

    rule: str
    half: str
    own_share: float
    between: float


@dataclass(frozen=True)
class MappedPhoto:
    """A photo, its credit, and the five most probable classes with ResNet-50 and with SqueezeNet."""

    name: str
    credit: str
    top: tuple[Prediction, ...]
    top_squeezenet: tuple[Prediction, ...]


@dataclass(frozen=True)
class Untrained:
    """For a method, the rank correlation and SSIM of its map of the first photo with that of the same network with
    random weights."""

    method: str
    rank: float
    similarity: float


@dataclass(frozen=True)
class AttributionMaps(Result):
    """pair_scores: of the pair, the scores of the classes of its halves, left and right. spread: at the last layer of
    ResNet-50, the largest difference of the gradients of a channel between two positions, over the largest gradient.
    statistics_difference: the largest one between maps of the three statistics at that layer, over the largest value.

    Arrays, int8: `pair_<network>_<place of the layer>_<statistic>_<half>` (h′, w′); `pair_<rule>_<half>`,
    `photo_<place>_<method>`, `untrained_<method>` (h, w). Pictures: `pair`, `photo_<place>`.
    """

    photos: tuple[MappedPhoto, ...]
    pair_labels: tuple[str, str]
    pair_scores: tuple[float, float]
    pair_top: tuple[Prediction, ...]
    weighted: tuple[WeightedMap, ...]
    rules: tuple[RuleMap, ...]
    untrained: tuple[Untrained, ...]
    spread: float
    statistics_difference: float


@experiment(
    "attribution_maps",
    options=Options,
    result=AttributionMaps,
    engine="torch",
    data=("coco",),
    weights=("resnet50_keras", "squeezenet1_1"),
    smoke=dict(photos=("cat", "377575"), side=64, window=32, stride=32),
)
def attribution_maps(options: Options, run: Run) -> AttributionMaps:
    """`cnnlab run attribution_maps`: three minutes on two CPU cores."""
    import numpy as np
    import torch

    from cnnlab.experiments.inside_maps.kept import right_share, small
    from cnnlab.experiments.inside_maps.photos import pair, scores_of, squares, top_of
    from cnnlab.interpret.attribution import METHODS, raw_map
    from cnnlab.interpret.gradient_maps import maps_and_gradient
    from cnnlab.interpret.map_checks import rank_correlation, structural_similarity
    from cnnlab.interpret.map_input import pixels_of, resized_map
    from cnnlab.models.pretrained import normalise, resnet50, squeezenet1_1
    from cnnlab.runtime import fastest_precision

    o = options
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device)
    smaller = squeezenet1_1(run.weights("squeezenet1_1")).to(run.device)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(o.seed)
        untrained = resnet50().to(run.device)
    last = o.layers[-1]
    special: dict[str, dict[str, Any]] = {
        "occlusion": {"window": o.window, "stride": o.stride, "precision": fastest_precision(run.device)},
        "grad-cam": {"layer": last},
    }

    def mapped(of: nn.Module, pixels: torch.Tensor, target: int, method: str) -> np.ndarray:
        values = raw_map(of, pixels, target, method=method, **special.get(method, {}))
        return resized_map(values, *pixels.shape[2:])

    # Two classes in one photo
    halves = squares(run.data("coco"), o.pair, o.side)
    both = pair(halves[0].image, halves[1].image)
    run.picture("pair", both)
    tops = [top_of(scores_of(network, each.image))[0] for each in halves]
    whole, (_, pixels) = scores_of(network, both), pixels_of(both, None)
    inputs = normalise(pixels)
    weighted, spread, difference = [], 0.0, 0.0
    layers_of = {"resnet50": (network, o.layers), "squeezenet": (smaller, o.squeezenet_layers)}
    for half, target in zip(("left", "right"), tops, strict=True):
        for name, (of, layers) in layers_of.items():
            for place, layer in enumerate(layers):
                activations, gradient = maps_and_gradient(of, inputs, target.index, layer)
                found, weights = every_statistic(activations, gradient)
                reached = float((gradient != 0).mean())
                if (name, layer) == ("resnet50", last):
                    spread = max(spread, float(np.ptp(gradient, axis=(1, 2)).max() / np.abs(gradient).max()))
                    difference = max(difference, farthest(found))
                for statistic, values in found.items():
                    run.array(f"pair_{name}_{place}_{statistic}_{half}", small(values))
                    right = right_share(values)
                    own, positive = right if half == "right" else 1 - right, float((weights[statistic] > 0).mean())
                    zero = not values.any()
                    weighted.append(WeightedMap(name, layer, statistic, half, own, positive, reached, zero))
    rules = []
    for rule in RULES:
        maps = [mapped(network, pixels, each.index, rule) for each in tops]
        between = rank_correlation(*maps)
        for half, values in zip(("left", "right"), maps, strict=True):
            run.array(f"pair_{rule}_{half}", small(values))
            right = right_share(values)
            rules.append(RuleMap(rule, half, right if half == "right" else 1 - right, between))

    # Each photo for its most probable class; the first one with random weights too
    photos, compared = [], []
    for place, photo in enumerate(squares(run.data("coco"), o.photos, o.side)):
        run.picture(f"photo_{place}", photo.image)
        _, pixels = pixels_of(photo.image, None)
        top, other = (top_of(scores_of(of, photo.image)) for of in (network, smaller))
        photos.append(MappedPhoto(photo.name, photo.credit, top, other))
        for method in METHODS:
            values = mapped(network, pixels, top[0].index, method)
            run.array(f"photo_{place}_{method}", small(values))
            if not place:
                random = mapped(untrained, pixels, top[0].index, method)
                run.array(f"untrained_{method}", small(random))
                similarity = structural_similarity(values, random)
                compared.append(Untrained(method, rank_correlation(values, random), similarity))
    return AttributionMaps(
        photos=tuple(photos),
        pair_labels=(tops[0].label, tops[1].label),
        pair_scores=(float(whole[tops[0].index]), float(whole[tops[1].index])),
        pair_top=top_of(whole),
        weighted=tuple(weighted),
        rules=tuple(rules),
        untrained=tuple(compared),
        spread=spread,
        statistics_difference=difference,
    )


def every_statistic(maps: np.ndarray, gradient: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """By statistic the weighted map (h, w), and the weights (channels,), of maps and gradient (channels, h, w)."""
    import numpy as np

    from cnnlab.interpret.gradient_maps import channel_weights

    weights = {name: channel_weights(gradient, percentile) for name, percentile in STATISTICS.items()}
    return {name: np.einsum("c,chw->hw", each, maps) for name, each in weights.items()}, weights


def farthest(found: dict[str, np.ndarray]) -> float:
    """The largest difference between two of several maps, over the largest magnitude of any."""
    import numpy as np

    every = np.stack(list(found.values()))
    return float(np.ptp(every, axis=0).max() / max(np.abs(every).max(), np.finfo(np.float32).tiny))
