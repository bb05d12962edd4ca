"""The cost of a Keras network: parameters and multiply-adds, layer by layer, counted on the live model.

A multiply-add (MAC) is one product and its addition to a sum; papers of the time print it as one "FLOP". Only
convolutions and dense layers are counted, as is usual: normalisation, activation, pooling and additions cost
thousandths of them. Biases are added without a product and are not counted either.

Chapters: a01-kernel-1x1, a06-red.
"""

import math
from typing import TypedDict

import keras


class Cost(TypedDict):
    """Parameters, biases and moving statistics included, and multiply-adds for one picture."""

    parameters: int
    multiply_adds: int


def multiply_adds(layer: keras.Layer) -> int:
    """Multiply-adds of one layer for one picture: a convolution applies its whole kernel at each position of its
    output. 0 for a layer that is neither a Conv2D nor a Dense.
    """
    if isinstance(layer, keras.layers.Conv2D):
        _, height, width, _ = layer.output.shape
        return height * width * math.prod(layer.kernel.shape)  # kernel (side, side, channels in, channels out)
    if isinstance(layer, keras.layers.Dense):
        return math.prod(layer.kernel.shape)
    return 0


def cost(layers: list[keras.Layer]) -> Cost:
    """`parameters` and `multiply_adds` of these layers together, for one picture."""
    return {
        "parameters": sum(layer.count_params() for layer in layers),
        "multiply_adds": sum(map(multiply_adds, layers)),
    }
