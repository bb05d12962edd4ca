"""A ResNet's architecture read from the live Keras model: sizes, cost, receptive fields, unread positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.experiments.resnet.layers import Layer, layers_of

if TYPE_CHECKING:
    import keras

STAGES = ("conv1", "conv2", "conv3", "conv4", "conv5", "predictions")  # how the names of their layers begin


@dataclass(frozen=True)
class Block:
    """A residual block: its name and place, size (h, w, c) of its output, receptive field of a position of it (pixels
    of the input's side).
    """

    name: str
    stage: int
    block: int
    size: tuple[int, int, int]
    receptive_field: int


@dataclass(frozen=True)
class Stage:
    """The layers whose names begin with `name`: their cost for one picture, and the size of their output."""

    name: str
    parameters: int
    multiply_adds: int
    output: tuple[int, ...]


@dataclass(frozen=True)
class Architecture:
    """Parameters by kind (non_trainable: moving statistics), multiply-adds for one picture, those of the projections
    among them, and the network's convolutions, layers, blocks and stages.
    """

    parameters: int
    trainable: int
    non_trainable: int
    biases: int
    multiply_adds: int
    projections: int
    convolutions: int
    layers: tuple[Layer, ...]
    blocks: tuple[Block, ...]
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Unread:
    """fraction: share of positions that nothing reads; multiply_adds: spent on them; share: of all multiply-adds."""

    fraction: float
    multiply_adds: int
    share: float


def describe(network: keras.Model) -> Architecture:
    """The architecture of a network of `build_resnet`."""
    import keras

    from cnnlab.models.cost_keras import cost

    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    whole = cost(network.layers)
    moving = sum(weight.shape[0] for weight in network.non_trainable_weights)
    return Architecture(
        parameters=whole["parameters"],
        trainable=whole["parameters"] - moving,
        non_trainable=moving,
        biases=sum(layer.filters for layer in convolutions),
        multiply_adds=whole["multiply_adds"],
        projections=multiply_adds(network, suffix="_0_conv"),
        convolutions=len(convolutions),
        layers=layers_of(network),
        blocks=tuple(_blocks(network)),
        stages=tuple(_stage(network, name) for name in STAGES),
    )


def _blocks(network: keras.Model) -> list[Block]:
    fields, blocks = receptive_fields(network), []
    for layer in network.layers:
        if layer.name.endswith("_out"):
            name = layer.name.removesuffix("_out")
            stage, block = name.removeprefix("conv").split("_block")
            size = tuple(layer.output.shape[1:])
            blocks.append(Block(name, int(stage), int(block), size, fields[layer.name]))
    return blocks


def _stage(network: keras.Model, name: str) -> Stage:
    from cnnlab.models.cost_keras import cost

    layers = [layer for layer in network.layers if layer.name.startswith(name)]
    return Stage(name=name, **cost(layers), output=tuple(layers[-1].output.shape[1:]))


def multiply_adds(network: keras.Model, suffix: str = "") -> int:
    """Multiply-adds for one picture, of the layers whose names end so."""
    from cnnlab.models.cost_keras import cost

    return cost([layer for layer in network.layers if layer.name.endswith(suffix)])["multiply_adds"]


def receptive_fields(network: keras.Model) -> dict[str, int]:
    """The receptive field of one position after each layer before the pooling, along the path without projections, in
    pixels of the input's side.
    """
    fields: dict[str, int] = {}
    pixels, distance = 1, 1  # of a position, and between two of them
    for layer in network.layers:
        side = (getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None) or (1,))[0]
        stride = (getattr(layer, "strides", None) or (1,))[0]
        if not layer.name.endswith("_0_conv"):
            pixels, distance = pixels + (side - 1) * distance, distance * stride
        if layer.name == "avg_pool":
            return fields
        fields[layer.name] = pixels
    raise AssertionError("a ResNet ends in avg_pool and predictions")


def unread(network: keras.Model) -> Unread:
    """Positions of a stage's last block that the next stage never reads, because both its branches skip them.

    `fraction` is measured at the output of conv2: the share of positions at which the gradient of conv3_block1's output
    is exactly zero. `multiply_adds` are those spent on such positions in the 3×3 and the last 1×1 of conv2, conv3 and
    conv4.
    """
    from cnnlab.models.cost_keras import cost

    last = {}  # block of each stage
    for layer in network.layers:
        if layer.name.endswith("_out"):
            last[layer.name.split("_")[0]] = layer.name.removesuffix("_out")
    fraction = _zero_gradient(network, f"{last['conv2']}_out", "conv3_block1_out")
    spent = cost(
        [network.get_layer(f"{last[stage]}_{part}_conv") for stage in ("conv2", "conv3", "conv4") for part in (2, 3)]
    )
    wasted = round(fraction * spent["multiply_adds"])
    return Unread(fraction=fraction, multiply_adds=wasted, share=wasted / multiply_adds(network))


def _zero_gradient(network: keras.Model, before: str, after: str) -> float:
    """The share of positions of one layer's output on which another layer's output does not depend."""
    import keras
    import numpy as np
    import tensorflow as tf

    start = network.get_layer(before).output
    block = keras.Model(start, network.get_layer(after).output)
    x = tf.constant(np.random.default_rng(0).random((1, *start.shape[1:]), np.float32))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(block(x, training=False))
    reached = np.abs(np.asarray(tape.gradient(y, x))).max(axis=-1) > 0
    return float(1 - reached.mean())
