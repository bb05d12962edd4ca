"""Published accuracy of every network for classification that torchvision has, and its cost as counted here.

The counts are compared with two others: those that torchvision publishes with each set of weights, and those of torch's
own counter of operations, which knows nothing of layers. No weights are downloaded: accuracy, size of the photo and
published counts are part of the library, and networks are built on the `meta` device.

Chapter: l7-arquitecturas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.experiments.architectures.documents import Alexnet, HeadOf002, Resnet34, alexnet, head_of_002, resnet34
from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    from torch import nn

EXTRA_DATA = "SWAG"  # in the names of weights that began with photos from Instagram and their hashtags


@dataclass(frozen=True)
class Options:
    """networks: torchvision's names; none for all of them. seed: of random weights, on which no count depends."""

    networks: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True)
class Network:
    """A network for photos of `side` pixels: what it costs for one of them. group: see `torchvision_zoo`.

    parameters: with those of its auxiliary classifiers, which `auxiliary` counts. by_kind: MACs of each kind of layer.
    judged: MACs that torch's counter finds. outputs: values that convolutions and dense layers write.
    """

    name: str
    group: str
    side: int
    parameters: int
    auxiliary: int
    multiply_adds: int
    by_kind: dict[str, int]
    judged: int
    outputs: int


@dataclass(frozen=True)
class Weights:
    """What torchvision says of a set of weights: accuracy on ImageNet's validation photos as fractions of 1 (first
    class, first five), parameters, and thousands of millions of operations as it prints them. extra: trained on more
    photos than ImageNet's.
    """

    network: str
    name: str
    side: int
    accuracy: float
    accuracy_5: float
    parameters: int
    giga: float
    extra: bool


@dataclass(frozen=True)
class Architectures(Result):
    """networks: one for each size of photo that its weights are used with. unmeasured: weights without an accuracy.

    The others are what the course documents say something of.
    """

    networks: tuple[Network, ...]
    weights: tuple[Weights, ...]
    unmeasured: tuple[str, ...]
    alexnet: Alexnet
    resnet34: Resnet34
    head_of_002: HeadOf002


@experiment(
    "architectures",
    options=Options,
    result=Architectures,
    engine="torch",
    smoke=dict(networks=("googlenet", "maxvit_t", "mobilenet_v3_small", "resnext50_32x4d", "swin_v2_t", "vit_b_32")),
)
def architectures(options: Options, run: Run) -> Architectures:
    """Counts of every network at the sizes of its weights, and what torchvision publishes of each set of weights.

    `cnnlab run architectures`: 80 networks, 114 sets of weights; MACs equal to the published ones to all their three
    decimals. A minute and a half on a CPU.
    """
    from torchvision import models

    from cnnlab.models import torchvision_zoo

    run.seed(options.seed)
    weights, unmeasured = [], []
    names = options.networks or torchvision_zoo.names()
    for name in names:
        for each in models.get_model_weights(name):
            said = weights_of(name, each)
            if said is None:
                unmeasured.append(f"{name} {each.name}")
            else:
                weights.append(said)
    wanted = dict.fromkeys((each.network, each.side) for each in weights)
    return Architectures(
        networks=tuple(counted(name, side) for name, side in run.progress(list(wanted), "networks")),
        weights=tuple(weights),
        unmeasured=tuple(unmeasured),
        alexnet=alexnet(),
        resnet34=resnet34(),
        head_of_002=head_of_002(),
    )


def weights_of(network: str, weights) -> Weights | None:
    """What torchvision says of a set of weights (a member of its enumeration); None where it gives no accuracy."""
    (measured,) = weights.meta["_metrics"].values()
    if not math.isfinite(measured["acc@1"]):
        return None
    (side,) = set(weights.transforms().crop_size)
    return Weights(
        network=network,
        name=weights.name,
        side=side,
        accuracy=measured["acc@1"] / 100,
        accuracy_5=measured["acc@5"] / 100,
        parameters=weights.meta["num_params"],
        giga=weights.meta["_ops"],
        extra=EXTRA_DATA in weights.name,
    )


def counted(name: str, side: int) -> Network:
    """A network's costs for photos of `side` pixels, and torch's count of the same forward pass."""
    from cnnlab.models import cost_torch, torchvision_zoo
    from cnnlab.models.weights_torch import parameters

    network = torchvision_zoo.build(name, side)
    costs, judged = judged_costs(network, side)
    return Network(
        name=name,
        group=torchvision_zoo.group(name),
        side=side,
        parameters=parameters(network),
        auxiliary=torchvision_zoo.auxiliary_parameters(network),
        multiply_adds=cost_torch.multiply_adds(costs),
        by_kind={kind: cost_torch.multiply_adds(costs, kind) for kind in cost_torch.KINDS},
        judged=judged,
        outputs=sum(each.outputs for each in costs),
    )


def judged_costs(network: nn.Module, side: int) -> tuple[list, int]:
    """(what each layer costs, MACs that torch counts) in one forward pass: torch counts two operations for a MAC.

    Self-attention is computed by its parts, not by a fused kernel that torch does not count.
    """
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    from cnnlab.models import cost_torch

    fused = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
            costs = cost_torch.layer_costs(network, side)
    finally:
        torch.backends.mha.set_fastpath_enabled(fused)
    return costs, counter.get_total_flops() // 2
