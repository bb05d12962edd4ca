"""Multiply-adds counted by hand."""

import pytest

pytestmark = pytest.mark.keras


def test_tiny_network_costs_what_the_hand_counts():
    import keras

    from cnnlab.models.cost_keras import cost, multiply_adds

    network = keras.Sequential(
        [
            keras.Input((5, 5, 2)),
            keras.layers.Conv2D(3, 3),
            keras.layers.MaxPooling2D(3),
            keras.layers.Flatten(),
            keras.layers.Dense(4),
        ]
    )
    convolution, pooling, _, dense = network.layers
    assert multiply_adds(convolution) == 3 * 3 * 3 * (3 * 3 * 2)  # nine positions, three channels, a kernel of eighteen
    assert multiply_adds(dense) == 3 * 4
    assert multiply_adds(pooling) == 0
    assert cost(network.layers) == {"parameters": 3 * 18 + 3 + 3 * 4 + 4, "multiply_adds": 486 + 12}


@pytest.mark.parametrize(("padding", "stride", "positions"), [("valid", 1, 36), ("same", 1, 64), ("same", 2, 16)])
def test_every_position_of_the_output_applies_the_kernel(padding, stride, positions):
    import keras

    from cnnlab.models.cost_keras import cost

    network = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(1, 3, stride, padding, use_bias=False)])
    assert cost(network.layers) == {"parameters": 9, "multiply_adds": 9 * positions}
