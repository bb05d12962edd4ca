"""A 1×1 convolution, and the cost and time of a bottleneck, small. Chapter: a01-kernel-1x1."""

import pytest

from cnnlab.experiments.pointwise.compute import Pointwise
from cnnlab.results.schema import measured_fields


@pytest.mark.keras
def test_convolution_is_the_product_and_the_bottleneck_saves(smoke):
    result, _ = smoke("pointwise")
    assert result.max_difference < 1e-4 < result.largest
    assert result.max_difference_double < 1e-6 * result.max_difference
    blocks = result.bottleneck, result.wide, result.narrow
    assert [block.parameters for block in blocks] == [69_632, 1_179_648, 73_728]
    assert result.bottleneck.multiply_adds == 69_632 * result.pixels
    assert [layer.kernel for layer in result.bottleneck.layers] == [1, 3, 1]
    assert [(layer.channels_in, layer.channels_out) for layer in result.narrow.layers] == [(64, 64), (64, 64)]
    assert result.ranks.normalised == result.ranks.convolved <= result.channels_out
    low, median, high = result.times.wide_ratio
    assert 0 < low <= median <= high


def test_times_are_measured_anew_by_every_run():
    names = {f"times.{name}_seconds" for name in ("bottleneck", "wide", "narrow")}
    names |= {f"times.{name}_ratio[{place}]" for name in ("wide", "narrow") for place in range(3)}
    assert measured_fields(Pointwise) == names
