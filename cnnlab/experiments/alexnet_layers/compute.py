"""AlexNet's layers by Lucent's names, and what the handout prints of them.

Chapter: a07-canales.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.results import Result, Run, experiment

PRINTED = (  # by the handout, misprints included
    *("features", "features_0", "features_1", "features_2", "features_3", "features_5", "features_5", "features_6"),
    *("features_7", "features_8", "features_9", "features_10", "features_11", "features_12", "avgpool"),
    *("classifier", *(f"classifier_{at}" for at in range(7))),
)
SAID = ("features_1", "features_4", "features_7", "features_9", "features_11")  # to be the convolutions after ReLU


@dataclass(frozen=True)
class Options:
    side: int = 224
    seed: int = 0  # of the random weights: names and sizes do not depend on them


@dataclass(frozen=True)
class Layer:
    """A layer by Lucent's name; kind: its class; size: of its output for one photo; printed: the handout's name."""

    name: str
    kind: str
    size: tuple[int, ...]
    printed: str


@dataclass(frozen=True)
class InPlace:
    """A convolution and the ReLU after it; same: whether Lucent's hooks on both hold equal tensors."""

    convolution: str
    relu: str
    same: bool


@dataclass(frozen=True)
class AlexnetLayers(Result):
    """layers: in Lucent's order. features: how many layers `features` has. rectified: the ReLUs after convolutions;
    said: those that the handout names as such. in_place: one for each convolution."""

    layers: tuple[Layer, ...]
    features: int
    rectified: tuple[str, ...]
    said: tuple[str, ...]
    in_place: tuple[InPlace, ...]


@experiment("alexnet_layers", options=Options, result=AlexnetLayers, engine="torch", smoke=dict(side=128))
def alexnet_layers(options: Options, run: Run) -> AlexnetLayers:
    """Name, kind, output size of each layer, the handout's name for it, and what Lucent's hooks on convolutions hold.

    `cnnlab run alexnet_layers`: a second.
    """
    import torch
    from torchvision.models import alexnet

    from cnnlab.interpret.feature_visualisation import lucent_outputs

    run.seed(options.seed)
    network = alexnet(weights=None).eval()
    held = lucent_outputs(network, torch.rand(1, 3, options.side, options.side))
    names = list(held)
    kinds = [type(network.get_submodule(name.replace("_", "."))).__name__ for name in names]
    pairs = [(names[at - 1], names[at]) for at in range(1, len(names)) if kinds[at - 1 : at + 1] == ["Conv2d", "ReLU"]]
    return AlexnetLayers(
        layers=tuple(
            Layer(name, kind, tuple(held[name].shape[1:]), printed)
            for name, kind, printed in zip(names, kinds, PRINTED, strict=True)
        ),
        features=len(network.features),
        rectified=tuple(relu for _, relu in pairs),
        said=SAID,
        in_place=tuple(InPlace(one, two, bool(torch.equal(held[one], held[two]))) for one, two in pairs),
    )
