"""A 1×1 convolution against a matrix product at each pixel; a bottleneck's cost beside that of two 3×3.

Chapter: a01-kernel-1x1.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.results import Result, Run, experiment


@dataclass(frozen=True)
class Options:
    """side: of the feature map, in pixels, as in conv2_x. The kernel is (1, 1, channels_in, channels_out)."""

    side: int = 56
    channels_in: int = 256
    channels_out: int = 64
    seed: int = 0


@dataclass(frozen=True)
class Convolution:
    """A convolution of a block: side of its kernel in pixels, channels, cost for one picture without biases."""

    kernel: int
    channels_in: int
    channels_out: int
    parameters: int
    multiply_adds: int


@dataclass(frozen=True)
class Block:
    """The convolutions of a block in order, and their cost together."""

    parameters: int
    multiply_adds: int
    layers: tuple[Convolution, ...]


@dataclass(frozen=True)
class Pointwise(Result):
    """max_difference: between the outputs of convolution and product, in float32; largest: the largest absolute output.

    bottleneck: 1×1, 3×3, 1×1; basic: two 3×3 over all channels. ratio_parameters: basic / bottleneck.
    """

    max_difference: float
    largest: float
    side: int
    pixels: int
    channels_in: int
    channels_out: int
    bottleneck: Block
    basic: Block
    ratio_parameters: float


@experiment("pointwise", options=Options, result=Pointwise, engine="tensorflow", smoke=dict(side=7))
def pointwise(options: Options, run: Run) -> Pointwise:
    """The largest difference between a 1×1 convolution and the matrix product of every pixel's channels, in float32;
    parameters and multiply-adds of a bottleneck 256→64→64→256 and of two 3×3 of 256, without biases and normalisation.

    `cnnlab run pointwise`: difference below 1e-5; 69,632 and 1,179,648 parameters. Seconds on a CPU.
    """
    import keras
    import numpy as np

    from cnnlab.models.resnet_keras import EXPANSION, block_convolutions

    run.seed(options.seed)
    channels_in, channels_out = options.channels_in, options.channels_out
    x = np.random.default_rng(options.seed).standard_normal((1, options.side, options.side, channels_in), np.float32)
    convolution = keras.layers.Conv2D(channels_out, 1, bias_initializer="random_normal")
    convolved = np.asarray(convolution(x))
    kernel, bias = (np.asarray(weight) for weight in convolution.weights)  # (1, 1, in, out) and (out,)
    product = x.reshape(-1, channels_in) @ kernel.reshape(channels_in, channels_out) + bias
    difference = np.abs(convolved.reshape(-1, channels_out) - product).max()

    bottleneck = _block(block_convolutions("bottleneck", channels_in // EXPANSION), options)
    basic = _block(block_convolutions("basic", channels_in), options)
    return Pointwise(
        max_difference=float(difference),
        largest=float(np.abs(product).max()),
        side=options.side,
        pixels=options.side**2,
        channels_in=channels_in,
        channels_out=channels_out,
        bottleneck=bottleneck,
        basic=basic,
        ratio_parameters=basic.parameters / bottleneck.parameters,
    )


def _block(convolutions: list[tuple[int, int, int]], options: Options) -> Block:
    """The cost of these convolutions, (channels, side of the kernel, stride), in a row and without biases."""
    import keras

    from cnnlab.models.cost_keras import cost

    network = keras.Sequential([keras.Input((options.side, options.side, options.channels_in))])
    for channels, side, stride in convolutions:
        network.add(keras.layers.Conv2D(channels, side, stride, "same", use_bias=False))
    layers = tuple(
        Convolution(
            kernel=layer.kernel_size[0], channels_in=layer.kernel.shape[2], channels_out=layer.filters, **cost([layer])
        )
        for layer in network.layers
    )
    return Block(**cost(network.layers), layers=layers)
