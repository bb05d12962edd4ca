"""What the course documents say of AlexNet, ResNet-34 and VGG16, read off the networks themselves.

Chapter: l7-arquitecturas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

SIDE = 224  # pixels


@dataclass(frozen=True)
class Alexnet:
    """torchvision's AlexNet: its layers with weights."""

    convolutions: int
    dense: int


@dataclass(frozen=True)
class Resnet34:
    """torchvision's ResNet-34: layers with weights and their normalisations; projections are convolutions of shortcuts.

    first: kernel, stride and padding of conv1. sizes: of the output of conv1, of max pooling and of conv2_x to conv5_x,
    (channels, height, width). branch, shortcut: strides at the beginning of conv2_x to conv5_x; of a shortcut that is
    the identity, 0.
    """

    convolutions: int
    projections: int
    normalisations: int
    dense: int
    first: tuple[int, int, int]
    sizes: tuple[tuple[int, int, int], ...]
    branch: tuple[int, int, int, int]
    shortcut: tuple[int, int, int, int]


@dataclass(frozen=True)
class HeadOf002:
    """VGG16's convolutions with the head of document 002, for one photo: parameters, those of the head, MACs, and the
    values that layers with weights write, to each of which a bias is added."""

    parameters: int
    trained: int
    multiply_adds: int
    outputs: int


def alexnet() -> Alexnet:
    """Its convolutions and dense layers, counted."""
    from torch import nn

    from cnnlab.models import torchvision_zoo

    layers = list(torchvision_zoo.build("alexnet").modules())
    return Alexnet(
        convolutions=sum(isinstance(layer, nn.Conv2d) for layer in layers),
        dense=sum(isinstance(layer, nn.Linear) for layer in layers),
    )


def resnet34() -> Resnet34:
    """Its layers, sizes and strides, from the network and from what it gives for one photo."""
    import torch
    from torch import nn

    from cnnlab.models import torchvision_zoo
    from cnnlab.models.hooks import outputs

    network = torchvision_zoo.build("resnet34")
    layers = dict(network.named_modules())
    convolutions = {name: layer for name, layer in layers.items() if isinstance(layer, nn.Conv2d)}
    stages = [layers[f"layer{stage}.0"] for stage in (1, 2, 3, 4)]
    places = ("conv1", "maxpool", "layer1", "layer2", "layer3", "layer4")
    given = outputs(network, places, torch.empty(1, 3, SIDE, SIDE, device="meta"))
    return Resnet34(
        convolutions=len(convolutions),
        projections=sum("downsample" in name for name in convolutions),
        normalisations=sum(isinstance(layer, nn.BatchNorm2d) for layer in layers.values()),
        dense=sum(isinstance(layer, nn.Linear) for layer in layers.values()),
        first=(network.conv1.kernel_size[0], network.conv1.stride[0], network.conv1.padding[0]),  # type: ignore[index, union-attr, arg-type]
        sizes=tuple(shape(given[place]) for place in places),
        branch=tuple(stage.conv1.stride[0] for stage in stages),
        shortcut=tuple(stage.downsample[0].stride[0] if stage.downsample else 0 for stage in stages),  # type: ignore[arg-type]
    )


def shape(maps: torch.Tensor) -> tuple[int, int, int]:
    """(channels, height, width) of maps (1, channels, height, width)."""
    _, channels, height, width = maps.shape
    return channels, height, width


def head_of_002() -> HeadOf002:
    """The cost of VGG16 as document 002 changes it: average pooling to 1×1, then dense layers 512-128-1."""
    import torch
    from torch import nn

    from cnnlab.models import torchvision_zoo
    from cnnlab.models.cost_torch import layer_costs, multiply_adds
    from cnnlab.models.weights_torch import parameters

    network = torchvision_zoo.build("vgg16")
    network.avgpool = nn.AdaptiveAvgPool2d(1)
    with torch.device("meta"):
        dense = (nn.Linear(512, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 1), nn.Sigmoid())
        network.classifier = nn.Sequential(*dense)
    costs = layer_costs(network, SIDE)
    return HeadOf002(
        parameters=parameters(network),
        trained=parameters(network.classifier),
        multiply_adds=multiply_adds(costs),
        outputs=sum(each.outputs for each in costs),
    )
