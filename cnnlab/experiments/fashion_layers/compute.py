"""The layers of the networks for Fashion-MNIST as they are called, and which calls give the table that 002 prints.

Chapter: l2-fashion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from cnnlab.results import Result, Run, experiment

BYTES, MEGABYTE = 4, 2**20  # of a number; as torchsummary counts them


@dataclass(frozen=True)
class Options:
    """It has none."""


@dataclass(frozen=True)
class Layer:
    """kind, output, parameters, macs: see `cnnlab.models.sizes`."""

    kind: str
    output: tuple[int, ...]
    parameters: int
    macs: int


@dataclass(frozen=True)
class Table:
    """The layers of a network. passes_mb: the numbers that all of them give, forwards and backwards, in 2²⁰ bytes;
    parameters_mb: those of its parameters; total_mb: both and the input's.
    """

    layers: tuple[Layer, ...]
    parameters: int
    macs: int
    passes_mb: float
    parameters_mb: float
    total_mb: float


@dataclass(frozen=True)
class FashionLayers(Result):
    """called: the network as its forward pass is printed; printed: with three more activations, two of the picture and
    one after the dense layer, as the table of 002 lists them. perceptron, normalised: the two other networks.

    lost: of random pictures in 0–1, the largest difference that the two activations of the picture make; changed: that
    of the second activation after the dense layer, relative to the largest logit.
    """

    called: Table
    printed: Table
    perceptron: Table
    normalised: Table
    lost: float
    changed: float


@experiment("fashion_layers", options=Options, result=FashionLayers, engine="torch")
def fashion_layers(options: Options, run: Run) -> FashionLayers:
    """Tables of the layers, read off the networks while they compute.

    `cnnlab run fashion_layers`: 360,714 parameters; 0.73 MB of passes for the printed table, 0.72 for the code.
    """
    import torch
    from torch import nn

    from cnnlab.models import fashion

    run.seed(0)
    called = fashion.convolutional()
    before, (first, activation, last) = list(called)[:-3], list(called)[-3:]
    picture = [nn.LeakyReLU(), nn.LeakyReLU()]
    printed = nn.Sequential(*picture, *before, first, activation, nn.LeakyReLU(), last)
    without_picture = nn.Sequential(*before, first, activation, nn.LeakyReLU(), last)
    inputs = torch.rand(16, 1, 28, 28)
    with torch.inference_mode():
        plain, twice, all_three = (network(inputs) for network in (called, without_picture, printed))
    return FashionLayers(
        called=_table(called),
        printed=_table(printed),
        perceptron=_table(fashion.perceptron()),
        normalised=_table(fashion.normalised()),
        lost=float((all_three - twice).abs().max()),
        changed=float((twice - plain).abs().max() / plain.abs().max()),
    )


def _table(network) -> Table:
    """The table of a network for pictures of 28 × 28."""
    from cnnlab.models.sizes import layer_sizes

    side = 28
    rows = layer_sizes(network, 1, side, side)
    layers = tuple(Layer(row.kind, row.output, row.parameters, row.macs) for row in rows if row.kind != "Flatten")
    parameters = sum(each.parameters for each in layers)
    values = sum(math.prod(each.output) for each in layers)
    passes, kept = 2 * values * BYTES / MEGABYTE, parameters * BYTES / MEGABYTE
    return Table(
        layers=layers,
        parameters=parameters,
        macs=sum(each.macs for each in layers),
        passes_mb=passes,
        parameters_mb=kept,
        total_mb=passes + kept + side * side * BYTES / MEGABYTE,
    )
