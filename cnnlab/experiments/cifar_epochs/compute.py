"""How kernels and strongest patches of AlexNet on CIFAR-10 change over the epochs (Zeiler and Fergus 2014, §4.1).

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cnnlab.errors import OptionError, check_whole
from cnnlab.results import Result, Run, experiment
from cnnlab.training.recipe import ConstantRecipe

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torch import nn

    from cnnlab.data.pixel_batches import Scaling
    from cnnlab.data.pixels import Pixels

RECIPE = ConstantRecipe(
    epochs=15, batch=64, learning_rate=0.01, weight_decay=0.0, smoothing=0.0, optimiser="SGD", momentum=0.9, workers=0
)
LAYERS = {  # convolutions, and where their ReLU gives its output
    "features.0": "features.2",
    "features.3": "features.5",
    "features.6": "features.7",
    "features.8": "features.9",
    "features.10": "features.12",
}
KERNELS = 48  # of the first layer, which has the fewest
SHOWN = {"features.0": (-2, 4, 7), "features.10": (0, 0, 32)}  # first pixel, step and side of what a position reads


@dataclass(frozen=True)
class Options:
    """epochs: after which the network is looked at, besides the beginning; the last is that of the recipe. held_out:
    training pictures in which the strongest patches are looked for. kernels, channels: of a layer that are shown, drawn
    at random. patches: of each channel. compared: strongest pictures of a channel that are compared with those of the
    last epoch. per_class: pictures of each class in each split; None: all.

    Raises: OptionError for numbers that are not whole, too small, or more channels than a layer has; for epochs that do
    not ascend, or do not end with the recipe's.
    """

    recipe: ConstantRecipe = RECIPE
    epochs: tuple[int, ...] = (1, 2, 5, 10, 15)
    held_out: int = 5000
    per_class: int | None = None
    kernels: int = 12
    channels: int = 3
    patches: int = 4
    compared: int = 9
    seed: int = 0

    def __post_init__(self):
        counts = {name: getattr(self, name) for name in ("kernels", "channels", "patches", "compared")}
        check_whole(1, **counts, per_class=1 if self.per_class is None else self.per_class)
        check_whole(1, **{f"epochs[{place}]": epoch for place, epoch in enumerate(self.epochs)})
        if [*self.epochs] != sorted({*self.epochs}) or [*self.epochs[-1:]] != [self.recipe.epochs]:
            raise OptionError(f"epochs={self.epochs!r}", allowed=f"ascending, to {self.recipe.epochs}, the recipe's")
        if max(self.kernels, self.channels) > KERNELS:
            what = f"kernels={self.kernels}, channels={self.channels}"
            raise OptionError(what, allowed=f"1 to {KERNELS}, those of the first layer")


@dataclass(frozen=True)
class LayerOverEpochs:
    """Of a convolution, by epoch, each compared with the last. cosine: between the weights of a kernel, mean over its
    kernels. shared: share of a channel's strongest pictures that are also among those after the last epoch, mean over
    the `active` channels, those that are positive in as many pictures after it.
    """

    layer: str
    channels: int
    active: int
    cosine: tuple[float, ...]
    shared: tuple[float, ...]


@dataclass(frozen=True)
class CifarEpochs(Result):
    """epochs: 0, the weights as drawn, and those of the options. pictures: held out, in which patches were looked for;
    accuracies: on them, by epoch.

    Arrays: `kernels` (epochs, kernels, 3, 5, 5), float16; `patches_<place of the layer>` (epochs, channels, patches, 3,
    side, side), uint8, strongest first.
    """

    epochs: tuple[int, ...]
    pictures: int
    accuracies: tuple[float, ...]
    layers: tuple[LayerOverEpochs, ...]


@experiment(
    "cifar_epochs",
    options=Options,
    result=CifarEpochs,
    engine="torch",
    data=("cifar10",),
    smoke=dict(
        recipe=replace(RECIPE, epochs=2, batch=8),
        epochs=(1, 2),
        held_out=40,
        per_class=2,
        kernels=2,
        channels=2,
        patches=2,
        compared=2,
    ),
)
def cifar_epochs(options: Options, run: Run) -> CifarEpochs:
    """The document prints no optimiser; this is a usual one. The training is taken up at each of the epochs: from one
    to the next the optimiser forgets its momentum, and another seed shuffles the pictures.

    `cnnlab run cifar_epochs`: the last of the convolutions changes longest. One CPU core: 20 minutes.
    """
    import numpy as np

    from cnnlab.data import cifar10
    from cnnlab.data.pixel_batches import Scaling
    from cnnlab.experiments.channel_sheets import drawn_at_random
    from cnnlab.models.alexnet_cifar import AlexNetCifar

    o = options
    run.seed(o.seed)
    data = cifar10.splits(run.data("cifar10"), o.held_out).first_of_each_class(o.per_class)
    scaling = Scaling.of(data.train, standardised=True)
    network: nn.Module = AlexNetCifar().to(run.device)
    epochs = (0, *o.epochs)
    seen = []
    for before, epoch in zip((0, *epochs), epochs, strict=False):
        if epoch:
            network = trained(network, (before, epoch), data.train, scaling, o, run)
        seen.append(looked_at(network.eval(), data.validation, scaling))

    shown = drawn_at_random(len(seen[0].weights["features.0"]), o.kernels, o.seed)
    run.array("kernels", np.stack([each.weights["features.0"][list(shown)] for each in seen]).astype(np.float16))
    for place, layer in enumerate(SHOWN):
        channels = drawn_at_random(seen[0].highest[layer].shape[1], o.channels, o.seed)
        found = [[patches_of(data.validation, each, layer, one, o.patches) for one in channels] for each in seen]
        run.array(f"patches_{place}", np.array(found))
    layers = []
    for layer in LAYERS:
        strongest = [strongest_pictures(each.highest[layer], o.compared) for each in seen]
        active = [channel for channel, chosen in enumerate(strongest[-1]) if len(chosen) == o.compared]
        layers.append(
            LayerOverEpochs(
                layer,
                len(strongest[-1]),
                len(active),
                tuple(mean_cosine(each.weights[layer], seen[-1].weights[layer]) for each in seen),
                tuple(mean_shared(each, strongest[-1], active, o.compared) for each in strongest),
            )
        )
    return CifarEpochs(epochs, len(data.validation), tuple(each.accuracy for each in seen), tuple(layers))


def trained(
    network: nn.Module, epochs: tuple[int, int], train_set: Pixels, scaling: Scaling, options: Options, run: Run
) -> nn.Module:
    """The network after the second of two numbers of epochs, from what it was after the first."""
    from cnnlab.data.distortion import NO_DISTORTION
    from cnnlab.data.pixel_batches import PixelBatches, whole
    from cnnlab.training.classifier import smoothed_loss
    from cnnlab.training.loop import train

    before, after = epochs
    network, _ = train(
        network,
        smoothed_loss(options.recipe.smoothing),
        PixelBatches(train_set, scaling, NO_DISTORTION, seed=options.seed),
        replace(options.recipe, epochs=after - before, seed=options.seed + before),
        run.checkpoints / f"until-{after}",
        device=run.device,
        progress=run.progress,
        collate=whole,
    )
    return network


@dataclass(frozen=True, eq=False)
class Seen:
    """What is kept of a network after an epoch. weights: of each convolution (kernels, c, h, w). highest, position: of
    each layer's channels the highest value in each picture and the position of the map where it is, (n, channels); the
    position is row × width + column.
    """

    accuracy: float
    weights: dict[str, np.ndarray]
    highest: dict[str, np.ndarray]
    position: dict[str, np.ndarray]
    width: dict[str, int]


def looked_at(network: nn.Module, pictures: Pixels, scaling: Scaling) -> Seen:
    """A network in eval mode, looked at on pictures."""
    import numpy as np
    import torch

    from cnnlab.data.pixel_batches import EvaluationBatches
    from cnnlab.interpret.activations import activations
    from cnnlab.training.classifier_metrics import predict_logits

    batches = EvaluationBatches(pictures, scaling)
    found: dict[str, list[tuple[torch.Tensor, torch.Tensor]]] = {layer: [] for layer in LAYERS}
    width = {}
    device = next(network.parameters()).device
    with torch.inference_mode():
        for inputs, _ in batches:
            maps = activations(network, list(LAYERS.values()), inputs.to(device))
            for layer, output in LAYERS.items():
                highest = maps[output].flatten(2).max(dim=2)
                found[layer].append((highest.values.cpu(), highest.indices.cpu()))
                width[layer] = maps[output].shape[3]
    logits = predict_logits(network, batches)
    weights = {layer: network.get_submodule(layer).get_parameter("weight").detach().cpu().numpy() for layer in LAYERS}
    return Seen(
        float((logits.argmax(axis=1) == pictures.labels).mean()),
        {layer: each.copy() for layer, each in weights.items()},
        {layer: np.concatenate([values.numpy() for values, _ in each]) for layer, each in found.items()},
        {layer: np.concatenate([places.numpy() for _, places in each]) for layer, each in found.items()},
        width,
    )


def strongest_pictures(highest: np.ndarray, count: int) -> list[list[int]]:
    """For each channel the `count` pictures of its highest values (n, channels), strongest first; none of 0."""
    import numpy as np

    order = np.argsort(-highest, axis=0, kind="stable")[:count].T
    return [[int(each) for each in places if highest[each, channel] > 0] for channel, places in enumerate(order)]


def patches_of(pictures: Pixels, seen: Seen, layer: str, channel: int, count: int) -> list[np.ndarray]:
    """What the channel's highest values read, (3, side, side), in the `count` strongest pictures; a patch that passes
    the picture's edge is shifted to lie inside.
    """
    import numpy as np

    first, step, side = SHOWN[layer]
    patches = []
    for picture in np.argsort(-seen.highest[layer][:, channel], kind="stable")[:count]:
        image = pictures.images[picture]
        row, column = divmod(int(seen.position[layer][picture, channel]), seen.width[layer])
        top, left = (min(max(first + step * each, 0), image.shape[1] - side) for each in (row, column))
        patches.append(image[:, top : top + side, left : left + side])
    return patches


def mean_cosine(weights: np.ndarray, last: np.ndarray) -> float:
    """The mean over kernels (n, c, h, w) of the cosine between one and its last form."""
    import numpy as np

    one, other = (each.reshape(len(each), -1).astype(np.float64) for each in (weights, last))
    return float(((one * other).sum(1) / (np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1))).mean())


def mean_shared(strongest: list[list[int]], last: list[list[int]], active: list[int], count: int) -> float:
    """The mean over some channels of the share of `count` pictures that are in both lists; 0 without channels."""
    shares = [len(set(strongest[channel]) & set(last[channel])) / count for channel in active]
    return sum(shares) / len(shares) if shares else 0.0
