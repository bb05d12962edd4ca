"""A 1×1 convolution and the cost of a bottleneck, small. Chapter: a01-kernel-1x1."""

import pytest


@pytest.mark.keras
def test_convolution_is_the_product_and_the_bottleneck_saves(smoke):
    result, _ = smoke("pointwise")
    assert result.max_difference < 1e-4 < result.largest
    assert (result.bottleneck.parameters, result.basic.parameters) == (69_632, 1_179_648)
    assert result.bottleneck.multiply_adds == 69_632 * result.pixels
    assert [layer.kernel for layer in result.bottleneck.layers] == [1, 3, 1]
