"""A 1×1 convolution is a matrix product at each pixel, and what it saves in a bottleneck (row A1)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment


@dataclass(frozen=True)
class Options:
    side: int = 56  # of the feature map, as in conv2_x
    channels_in: int = 256
    channels_out: int = 64
    seed: int = 0


@experiment("pointwise", options=Options, engine="tensorflow", smoke=dict(side=7))
def pointwise(options: Options, run: Run) -> dict:
    """The largest difference between a 1×1 convolution and the matrix product of every pixel's channels, in float32,
    and the parameters and multiply-adds of a bottleneck 256→64→64→256 beside two 3×3 of 256, biases and normalisation
    left out.

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

    bottleneck = _cost(block_convolutions("bottleneck", channels_in // EXPANSION), options)
    basic = _cost(block_convolutions("basic", channels_in), options)
    return {
        "max_difference": float(difference),
        "largest": float(np.abs(product).max()),
        "side": options.side,
        "pixels": options.side**2,
        "channels_in": channels_in,
        "channels_out": channels_out,
        "bottleneck": bottleneck,
        "basic": basic,
        "ratio_parameters": basic["parameters"] / bottleneck["parameters"],
    }


def _cost(convolutions: list[tuple[int, int, int]], options: Options) -> dict:
    """Parameters and multiply-adds of these convolutions in a row, without biases, and of each of them."""
    import keras

    from cnnlab.models.cost_keras import cost

    network = keras.Sequential([keras.Input((options.side, options.side, options.channels_in))])
    for channels, side, stride in convolutions:
        network.add(keras.layers.Conv2D(channels, side, stride, "same", use_bias=False))
    rows = [
        {
            "kernel": layer.kernel_size[0],
            "channels_in": layer.kernel.shape[2],
            "channels_out": layer.filters,
            **cost([layer]),
        }
        for layer in network.layers
    ]
    return {**cost(network.layers), "layers": rows}
