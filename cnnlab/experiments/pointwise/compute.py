"""A 1×1 convolution against a matrix product at each pixel; a bottleneck's cost and time beside those of two 3×3.

Chapter: a01-kernel-1x1.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, Timing, experiment

if TYPE_CHECKING:
    import keras
    import numpy as np


@dataclass(frozen=True)
class Options:
    """side: of the feature map, in pixels, as in conv2_x. The kernel is (1, 1, channels_in, channels_out).

    batch: pictures that a block takes at once when it is timed. rounds: in each, every block is timed once.
    """

    side: int = 56
    channels_in: int = 256
    channels_out: int = 64
    batch: int = 4
    rounds: int = 41
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
class Ranks:
    """Rank, at most channels_in, of what a bottleneck's branch gives at all pixels, less its mean over the pixels.

    convolved: after the last 1×1; normalised: after batch normalisation too; activated: after a ReLU in the end.
    """

    convolved: int
    normalised: int
    activated: int


@dataclass(frozen=True)
class Times:
    """Seconds of a block for one batch, medians of the rounds; and how often the bottleneck's time two others take.

    wide: two 3×3 of channels_in; narrow: two 3×3 of channels_out. The quotients are taken within each round; first
    their quartile, then the median, then the third quartile.
    """

    bottleneck_seconds: Timing
    wide_seconds: Timing
    narrow_seconds: Timing
    wide_ratio: tuple[Timing, Timing, Timing]
    narrow_ratio: tuple[Timing, Timing, Timing]


@dataclass(frozen=True)
class Pointwise(Result):
    """max_difference: between a convolution in float32 and the product of the same numbers in float64; largest: the
    largest absolute output; max_difference_double: as max_difference, with a convolution in float64.

    bottleneck: 1×1, 3×3, 1×1; wide: two 3×3 over channels_in; narrow: two 3×3 over channels_out, as in ResNet-34.
    ratio_parameters: wide / bottleneck.
    """

    max_difference: float
    max_difference_double: float
    largest: float
    side: int
    pixels: int
    channels_in: int
    channels_out: int
    bottleneck: Block
    wide: Block
    narrow: Block
    ratio_parameters: float
    ranks: Ranks
    times: Times


@experiment("pointwise", options=Options, result=Pointwise, engine="tensorflow", smoke=dict(side=7, batch=1, rounds=3))
def pointwise(options: Options, run: Run) -> Pointwise:
    """The largest difference between a 1×1 convolution and the matrix product of every pixel's channels; parameters,
    multiply-adds and time on the CPU of a bottleneck 256→64→64→256 and of two 3×3 of 256 and of 64, without biases.

    `cnnlab run pointwise`: difference below 1e-5; 69,632, 1,179,648 and 73,728 parameters. Half a minute on a CPU.
    """
    import numpy as np

    from cnnlab.models.resnet_keras import EXPANSION, block_convolutions

    run.seed(options.seed)
    channels_in, channels_out = options.channels_in, options.channels_out
    x = np.random.default_rng(options.seed).standard_normal((1, options.side, options.side, channels_in), np.float32)
    difference, largest = _compared(x, channels_out, "float32")
    double, _ = _compared(x, channels_out, "float64")
    networks = {
        "bottleneck": _network(block_convolutions("bottleneck", channels_in // EXPANSION), options.side, channels_in),
        "wide": _network(block_convolutions("basic", channels_in), options.side, channels_in),
        "narrow": _network(block_convolutions("basic", channels_out), options.side, channels_out),
    }
    blocks = {name: _block(network) for name, network in networks.items()}
    return Pointwise(
        max_difference=difference,
        max_difference_double=double,
        largest=largest,
        side=options.side,
        pixels=options.side**2,
        channels_in=channels_in,
        channels_out=channels_out,
        **blocks,
        ratio_parameters=blocks["wide"].parameters / blocks["bottleneck"].parameters,
        ranks=_ranks(x, channels_out, options.seed),
        times=_times(networks, options),
    )


def _compared(x: np.ndarray, channels_out: int, dtype: str) -> tuple[float, float]:
    """The largest difference between a 1×1 convolution of x (1, side, side, channels), computed in `dtype`, and the
    product of the same numbers in float64, and the largest absolute output."""
    import keras
    import numpy as np

    x = x.astype(dtype)
    convolution = keras.layers.Conv2D(channels_out, 1, bias_initializer="random_normal", dtype=dtype)
    convolved = np.asarray(convolution(x))
    kernel, bias = (np.asarray(weight) for weight in convolution.weights)  # (1, 1, in, out) and (out,)
    product = x.reshape(-1, x.shape[-1]).astype("float64") @ kernel[0, 0] + bias
    return float(np.abs(convolved.reshape(-1, channels_out) - product).max()), float(np.abs(product).max())


def _ranks(x: np.ndarray, channels_out: int, seed: int) -> Ranks:
    """Ranks of a branch with random weights that ends in a 1×1 from channels_out to the channels of x."""
    import numpy as np

    rng = np.random.default_rng(seed)
    pixels = x.reshape(-1, x.shape[-1]).astype("float64")
    reduced = np.maximum(pixels @ rng.standard_normal((x.shape[-1], channels_out)), 0)
    convolved = reduced @ rng.standard_normal((channels_out, x.shape[-1]))
    gamma, beta = rng.standard_normal((2, x.shape[-1]))
    normalised = gamma * (convolved - convolved.mean(0)) / convolved.std(0) + beta
    outputs = convolved, normalised, np.maximum(normalised, 0)
    return Ranks(*(int(np.linalg.matrix_rank(output - output.mean(0))) for output in outputs))


def _network(convolutions: list[tuple[int, int, int]], side: int, channels: int) -> keras.Sequential:
    """These convolutions, (channels, side of the kernel, stride), in a row, without biases, for maps of `channels`."""
    import keras

    network = keras.Sequential([keras.Input((side, side, channels))])
    for channels_out, kernel, stride in convolutions:
        network.add(keras.layers.Conv2D(channels_out, kernel, stride, "same", use_bias=False))
    return network


def _block(network: keras.Sequential) -> Block:
    """The cost of the convolutions of a network."""
    from cnnlab.models.cost_keras import cost

    layers = tuple(
        Convolution(
            kernel=layer.kernel_size[0], channels_in=layer.kernel.shape[2], channels_out=layer.filters, **cost([layer])
        )
        for layer in network.layers
    )
    return Block(**cost(network.layers), layers=layers)


def _times(networks: dict[str, keras.Sequential], options: Options) -> Times:
    """Seconds of the forward pass of each network on the CPU, with as many threads as the framework takes.

    The networks take turns within a round, in an order that shifts from round to round; a first pass does not count.
    """
    import numpy as np
    import tensorflow as tf

    names = list(networks)
    seconds = np.empty((options.rounds, len(names)))
    with tf.device("CPU"):
        passes = [tf.function(network) for network in networks.values()]
        inputs = [tf.random.normal((options.batch, *network.input_shape[1:])) for network in networks.values()]
        for apply, x in zip(passes, inputs, strict=True):
            apply(x).numpy()
        for at in range(options.rounds):
            for place in np.roll(range(len(names)), at):
                start = perf_counter()
                passes[place](inputs[place]).numpy()
                seconds[at, place] = perf_counter() - start
    medians = dict(zip(names, np.median(seconds, axis=0).tolist(), strict=True))
    columns = dict(zip(names, seconds.T, strict=True))
    ratios = {
        f"{name}_ratio": tuple(np.quantile(columns[name] / columns["bottleneck"], (0.25, 0.5, 0.75)).tolist())
        for name in ("wide", "narrow")
    }
    return Times(**{f"{name}_seconds": medians[name] for name in names}, **ratios)  # type: ignore[arg-type]  # triples
