"""Row A1, small."""

import pytest


@pytest.mark.keras
def test_convolution_is_the_product_and_the_bottleneck_saves(smoke):
    values, _ = smoke("pointwise")
    assert values["max_difference"] < 1e-4 < values["largest"]
    assert (values["bottleneck"]["parameters"], values["basic"]["parameters"]) == (69_632, 1_179_648)
    assert values["bottleneck"]["multiply_adds"] == 69_632 * values["pixels"]
    assert [row["kernel"] for row in values["bottleneck"]["layers"]] == [1, 3, 1]
