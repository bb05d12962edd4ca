"""Accuracy of small networks on digits that are moved, turned, scaled, or paler; what a shift does to each layer.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, experiment
from cnnlab.training.recipe import Recipe

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torch import nn
    from torch.utils.data import Dataset

RECIPE = Recipe(epochs=3, batch=64, learning_rate=3e-3, warmup=0.2, weight_decay=0.01, smoothing=0.0, workers=0)
MARGIN = 12  # zeros around the digits whose maps are compared, so that no border is near
LAYERS = {  # layers whose maps are compared: name, modules up to it and its ReLU, its stride on the picture
    "pooled": (("convolution_1", 2, 1), ("pooling_1", 3, 2), ("convolution_2", 5, 2), ("pooling_2", 6, 4)),
    "strided": (("convolution_1", 2, 2), ("convolution_2", 4, 4)),
}


@dataclass(frozen=True)
class Options:
    """seeds: of the weights and of the order of the digits. pictures: how many of the 60,000 training digits, the first
    ones. every: one of so many test digits is used. moved: pixels; turned: degrees; scaled, paler: factors. shifts:
    pixels by which the maps of the layers are compared, on `compared` test digits. recipe: its seed is not used.
    """

    seeds: tuple[int, ...] = (0, 1, 2)
    pictures: int = 6000
    every: int = 5
    moved: tuple[int, ...] = tuple(range(11))
    turned: tuple[int, ...] = tuple(range(-90, 91, 15))
    scaled: tuple[float, ...] = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5)
    paler: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
    shifts: tuple[int, ...] = (1, 2, 4)
    compared: int = 200
    recipe: Recipe = RECIPE


@dataclass(frozen=True)
class LayerShift:
    """What a shift of the picture by `shift` pixels does to the maps of a layer, as a share of the norm of those maps
    less the ones of an empty picture.

    stride: of the layer on the picture, in pixels. changed: how far the maps are from those of the picture in its
    place; 0 would be invariance. moved: how far they are from those maps moved along, by the whole number of places
    that is nearest to shift / stride and fits best; 0 is equivariance.
    """

    network: str
    layer: str
    stride: int
    shift: int
    changed: float
    moved: float


@dataclass(frozen=True)
class Network:
    """kind: as in `digit_network`; accuracy: on test digits as they are, mean over the seeds; low, high: of its 95 %
    interval (over the digits); least, most: over the seeds."""

    kind: str
    parameters: int
    accuracy: float
    low: float
    high: float
    least: float
    most: float


@dataclass(frozen=True)
class Invariance(Result):
    """digits: tested; networks: by kind; shifts: by network, layer and shift, of the first seed. ink_lost: share of the
    ink that a move takes out of the picture, by distance. ramps: of each kernel of the first layer of the pooled
    network of the first seed, the share of its variance that a plane explains; random_ramp: the same of random kernels,
    mean.
    """

    digits: int
    networks: tuple[Network, ...]
    shifts: tuple[LayerShift, ...]
    ink_lost: tuple[float, ...]
    ramps: tuple[float, ...]
    random_ramp: float


@experiment(
    "invariance",
    options=Options,
    result=Invariance,
    engine="torch",
    data=("mnist",),
    smoke=dict(
        seeds=(0,),
        pictures=64,
        every=1,
        moved=(0, 3),
        turned=(-90, 0),
        scaled=(1.0, 1.5),
        paler=(0.5, 1.0),
        shifts=(1, 2),
        compared=8,
        recipe=replace(RECIPE, epochs=1, batch=32),
    ),
)
def invariance(options: Options, run: Run) -> Invariance:
    """Accuracy by change of three networks that see digits in their places alone, and what a shift does to their maps.

    The recipe was written down before the first run; nothing is chosen by the test digits, which each network sees once
    for each change.

    Arrays: `<kind>_<change>` (seeds, amounts), accuracies; `<kind>_<change>_error` (amounts,), half of the 95 %
    interval of their mean, over the digits; `kernels` (8, 5, 5) and `biases` (8,) of the first layer of the pooled
    network of the first seed.

    `cnnlab run invariance`: above 85 % in place, below 60 % from 5 pixels on. One CPU core: half a minute.
    """
    import numpy as np

    from cnnlab.experiments.invariance.changes import CHANGES, moved
    from cnnlab.experiments.invariance.digits import Digits, digits
    from cnnlab.models.digit_networks import KINDS

    train, labels = digits(run.data("mnist"), "train", slice(options.pictures))
    mean, deviation = float(train.mean()), float(train.std())
    test, answers = digits(run.data("mnist"), "test", slice(None, None, options.every))
    examples = Digits((train - mean) / deviation, labels)
    networks = {kind: [trained(kind, seed, examples, options, run) for seed in options.seeds] for kind in KINDS}
    in_place: dict[str, np.ndarray] = {}
    right: dict[tuple[str, str], list[np.ndarray]] = {}
    for change, function in CHANGES.items():
        for amount in run.progress(getattr(options, change), change):
            pictures = (function(test, amount) - mean) / deviation
            for kind, seeds in networks.items():
                found = np.stack([correct(network, pictures, answers) for network in seeds])  # (seeds, digits)
                right.setdefault((kind, change), []).append(found)
                if change == "moved" and amount == 0:
                    in_place[kind] = found
    for (kind, change), found in right.items():  # type: ignore[assignment]
        run.array(f"{kind}_{change}", [each.mean(1) for each in np.array(found).swapaxes(0, 1)])
        run.array(f"{kind}_{change}_error", [half_interval(each) for each in found])
    first = networks["pooled"][0]
    kernels = first[0].weight.detach()[:, 0].numpy()  # type: ignore[operator]
    run.array("kernels", kernels)
    run.array("biases", first[0].bias.detach().numpy())  # type: ignore[operator]
    ink = float(test.sum())
    random = np.random.default_rng(0).standard_normal((1000, *kernels.shape[1:]))
    return Invariance(
        digits=len(test),
        networks=tuple(summary(kind, networks[kind][0], found) for kind, found in in_place.items()),
        shifts=tuple(
            LayerShift(kind, name, stride, shift, *effects(networks[kind][0][:depth], pair, shift, stride))
            for shift in options.shifts
            for pair in [shifted_pair(test[: options.compared], shift, mean, deviation)]
            for kind, layers in LAYERS.items()
            for name, depth, stride in layers
        ),
        ink_lost=tuple(1 - float(moved(test, pixels).sum()) / ink for pixels in options.moved),
        ramps=tuple(map(ramp, kernels)),
        random_ramp=float(np.mean([ramp(each) for each in random])),
    )


def trained(kind: str, seed: int, examples: Dataset, options: Options, run: Run) -> nn.Sequential:
    """A network of a kind after the recipe, in eval mode, on the CPU."""
    from cnnlab.models.digit_networks import digit_network
    from cnnlab.training.classifier import smoothed_loss
    from cnnlab.training.loop import train

    run.seed(seed)
    recipe, folder = replace(options.recipe, seed=seed), run.checkpoints / f"{kind}-{seed}"
    folder.mkdir(exist_ok=True)
    loss = smoothed_loss(recipe.smoothing)
    network, _ = train(digit_network(kind), loss, examples, recipe, folder, device=run.device)
    return network.cpu()  # type: ignore[return-value]


def correct(network: nn.Module, pictures: torch.Tensor, answers: np.ndarray) -> np.ndarray:
    """(n,): whether the likeliest class of each picture is its digit."""
    from cnnlab.training.classifier_metrics import predict_logits

    batches = ((batch, None) for batch in pictures.split(500))
    return predict_logits(network, batches).argmax(1) == answers


def half_interval(right: np.ndarray) -> float:
    """Half of the 95 % interval of the accuracy over digits, from what seeds got right (seeds, digits), booleans.

    Of each digit the mean over the seeds is taken, so that it does not count once for each of them.
    """
    shares = right.mean(0)
    return 1.959964 * float(shares.std(ddof=1)) / len(shares) ** 0.5


def summary(kind: str, network: nn.Module, right: np.ndarray) -> Network:
    """The accuracy on digits in their places, from what seeds got right (seeds, digits)."""
    from cnnlab.models.weights_torch import parameters

    by_seed, half = right.mean(1), half_interval(right)
    mean = float(by_seed.mean())
    return Network(
        kind, parameters(network), mean, mean - half, mean + half, float(by_seed.min()), float(by_seed.max())
    )


def shifted_pair(
    pictures: torch.Tensor, shift: int, mean: float, deviation: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures with MARGIN pixels of background around them, in their place and moved to the right, normalised."""
    import torch

    from cnnlab.experiments.invariance.changes import shifted

    wide = torch.nn.functional.pad(pictures, [MARGIN] * 4)
    return (wide - mean) / deviation, (shifted(wide, shift) - mean) / deviation


def effects(
    layers: nn.Sequential, pair: tuple[torch.Tensor, torch.Tensor], shift: int, stride: int
) -> tuple[float, float]:
    """`changed` and `moved` of LayerShift: the maps of the second of a pair of pictures beside those of the first."""
    import torch

    from cnnlab.experiments.invariance.changes import shifted

    with torch.no_grad():
        before, after = map(layers, pair)
        blank = layers(pair[0][:1, :, :1, :1].expand(1, 1, *pair[0].shape[2:]))  # a corner is background
    edge = -(-shift // stride)  # places at the sides that a move along fills with 0

    def apart(places: int) -> float:
        inside = slice(edge, before.shape[3] - edge)
        difference = after - shifted(before, places)
        return float(difference[..., inside].norm() / (before - blank)[..., inside].norm())

    return apart(0), min(apart(shift // stride), apart(edge))


def ramp(kernel: np.ndarray) -> float:
    """The share of a kernel's variance that a plane over its places explains, 0 to 1: 1 for a perfect slope of grey.

    A detector of edges in one direction is near such a slope; of random numbers a plane explains 2 / (places − 1).
    """
    import numpy as np

    rows, columns = np.indices(kernel.shape).reshape(2, -1)
    plane = np.stack([np.ones_like(rows), rows, columns], 1).astype(float)
    values = kernel.ravel().astype(float)
    fitted = plane @ np.linalg.lstsq(plane, values, rcond=None)[0]
    return float(((fitted - values.mean()) ** 2).sum() / ((values - values.mean()) ** 2).sum())
