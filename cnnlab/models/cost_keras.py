"""What a Keras network costs: parameters and multiply-adds, layer by layer, read off the live model.

A multiply-add is one product and the sum that takes it in; papers of the time print it as one "FLOP". Only convolutions
and dense layers are counted, as is usual: normalisation, activation, pooling and sums cost thousandths of them. Biases
are not products and are not counted either.
"""

import math

import keras


def multiply_adds(layer: keras.Layer) -> int:
    """Multiply-adds of one layer for one picture: a convolution applies its whole kernel at each position of its
    output."""
    if isinstance(layer, keras.layers.Conv2D):
        _, height, width, _ = layer.output.shape
        return height * width * math.prod(layer.kernel.shape)  # kernel (side, side, channels in, channels out)
    if isinstance(layer, keras.layers.Dense):
        return math.prod(layer.kernel.shape)
    return 0


def cost(layers: list[keras.Layer]) -> dict:
    """`parameters` and `multiply_adds` of these layers together, for one picture."""
    return {
        "parameters": sum(layer.count_params() for layer in layers),
        "multiply_adds": sum(map(multiply_adds, layers)),
    }
