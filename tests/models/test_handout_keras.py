"""The handout's network keeps the slips that chapter three names."""

import pytest

pytestmark = pytest.mark.keras


def test_handout_gives_54_by_54_after_four_blocks_with_swapped_names():
    from cnnlab.models.handout_keras import build_handout

    network = build_handout()
    assert network.output.shape == (None, 54, 54, 256)
    assert network.get_layer("conv1").output.shape == (None, 109, 109, 64)
    assert sum(type(layer).__name__ == "Add" for layer in network.layers) == 4
    assert [layer.name for layer in network.layers if layer.name.startswith("conv1_")] == [
        f"conv1_block_1_stage_{k}" for k in (1, 2, 3, 4)
    ]
    assert sum(layer.name.startswith("shortcut_") for layer in network.layers) == 1
