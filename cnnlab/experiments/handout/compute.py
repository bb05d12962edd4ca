"""The handout's code, completed and run as printed, beside the network of table 1.

Chapter: a03-primera-etapa.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Options:
    """None: the handout specifies everything."""


@dataclass(frozen=True)
class FirstStage:
    """conv1 and conv2_x of table 1: size of its output (h, w, c), number of blocks, parameters."""

    output: tuple[int, int, int]
    blocks: int
    parameters: int


@dataclass(frozen=True)
class Layer:
    """Sizes (h, w, c) after a layer; table: () for a block that table 1 does not have."""

    layer: str
    handout: tuple[int, ...]
    table: tuple[int, ...]


@dataclass(frozen=True)
class LaterStage:
    """Sizes (h, w, c) after one of the stages 2 to 4."""

    stage: int
    handout: tuple[int, int, int]
    table: tuple[int, int, int]


@dataclass(frozen=True)
class Window:
    """Which pixels of a row conv1 reads under one kind of padding: "valid", "same" or "3" (three zeros at each end).

    side: positions of its output. start: first pixel of the window of position 0, negative in the padding. unread:
    pixels at the end of the row that no window reads.
    """

    padding: str
    side: int
    start: int
    unread: int


@dataclass(frozen=True)
class Handout(Result):
    """pool_size: (h, w) after the pooling. blocks, output (h, w, c), parameters: of the handout's layers.

    names: of its blocks, as printed. sizes: layer by layer. later: where the handout's blocks go on with the counts and
    widths of table 1. windows: of conv1 under three kinds of padding.
    """

    pool_size: tuple[int, int]
    blocks: int
    output: tuple[int, int, int]
    parameters: int
    names: tuple[str, ...]
    table: FirstStage
    sizes: tuple[Layer, ...]
    later: tuple[LaterStage, ...]
    windows: tuple[Window, ...]


@experiment("handout", options=Options, result=Handout, engine="tensorflow")
def handout(options: Options, run: Run) -> Handout:
    """Sizes, names and parameters of the handout's first stage and of table 1's, read from the two live models.

    `cnnlab run handout`: 54×54×256 after four blocks named stage 1 to 4; table 1: 56×56×256 after three. Seconds on a
    CPU.
    """
    import keras

    from cnnlab.models.handout_keras import build_handout
    from cnnlab.models.resnet_keras import build_resnet

    printed, network = build_handout(), build_resnet(50)
    blocks = [layer for layer in printed.layers if isinstance(layer, keras.layers.Add)]
    pool = next(layer for layer in printed.layers if isinstance(layer, keras.layers.MaxPooling2D))
    table_blocks = [layer for layer in network.layers if layer.name.startswith("conv2") and layer.name.endswith("_out")]
    stage = keras.Model(network.input, table_blocks[-1].output)
    later = _later_stages(printed, network)

    rows = [
        Layer("input", _size(printed.inputs[0]), _size(network.inputs[0])),
        Layer("conv1", _size(printed.get_layer("conv1")), _size(network.get_layer("conv1_conv"))),
        Layer("pool", _size(pool), _size(network.get_layer("pool1_pool"))),
    ]
    for k, block in enumerate(blocks):
        rows.append(Layer(f"block {k + 1}", _size(block), _size(table_blocks[k]) if k < len(table_blocks) else ()))
    height, width, _ = _size(pool)
    return Handout(
        pool_size=(height, width),
        blocks=len(blocks),
        output=_size(printed.output),
        parameters=printed.count_params(),
        names=tuple(layer.name.removeprefix("conv1_") for layer in printed.layers if layer.name.startswith("conv1_")),
        table=FirstStage(_size(stage.output), len(table_blocks), stage.count_params()),
        sizes=tuple(rows),
        later=later,
        windows=tuple(_window(padding) for padding in ("valid", "same", "3")),
    )


def _later_stages(printed: keras.Model, network: keras.Model) -> tuple[LaterStage, ...]:
    """Sizes of stages 2 to 4 built upon the handout's first one, and of those of table 1."""
    from cnnlab.models.resnet_keras import SPECIFICATION, WIDTHS, block_convolutions, residual_block

    x, rows = printed.output, []
    for stage, (count, width) in enumerate(zip(SPECIFICATION[50][1][1:], WIDTHS[1:], strict=True), start=2):
        for block in range(1, count + 1):
            convolutions = block_convolutions("bottleneck", width, stride=2 if block == 1 else 1)
            x = residual_block(x, convolutions, name=f"stage{stage}_block{block}")
        rows.append(LaterStage(stage, _size(x), _size(network.get_layer(f"conv{stage + 1}_block1_out"))))
    return tuple(rows)


def _window(padding: str, side: int = 224, kernel: int = 7, stride: int = 2) -> Window:
    """Where conv1 reads a row, from the gradient of its outputs with kernels of ones."""
    import keras
    import numpy as np
    import tensorflow

    zeros = int(padding) if padding.isdigit() else 0
    convolution = keras.layers.Conv2D(
        1, kernel, stride, "valid" if zeros else padding, use_bias=False, kernel_initializer="ones"
    )
    network = keras.Sequential([keras.layers.ZeroPadding2D((0, zeros)), convolution])
    row = tensorflow.ones((1, kernel, side, 1))
    with tensorflow.GradientTape(persistent=True) as tape:
        tape.watch(row)
        out = network(row)
        column = out.shape[2] // 2
        middle, every = out[0, 0, column, 0], tensorflow.reduce_sum(out)
    read, seen = (np.flatnonzero(np.asarray(tape.gradient(each, row))[0, 0, :, 0]) for each in (middle, every))
    return Window(padding, out.shape[2], int(read[0]) - stride * column, side - 1 - int(seen[-1]))


def _size(node: keras.Layer | keras.KerasTensor) -> tuple[int, int, int]:
    """(height, width, channels) of a tensor, or of a layer's output."""
    height, width, channels = getattr(node, "output", node).shape[1:]
    return height, width, channels
