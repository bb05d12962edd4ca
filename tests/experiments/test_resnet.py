"""The five networks of table 1, small. Chapters: a04-etapas, a05-clasificador, a06-red."""

import pytest


@pytest.mark.keras
def test_networks_read_and_compared(smoke):
    result, _ = smoke("resnet")
    fifty = result.depths["50"]
    assert (fifty.parameters, fifty.non_trainable, fifty.biases) == (25_636_712, 53_120, 26_560)
    assert fifty.trainable - fifty.biases == result.torchvision_parameters
    for network in result.depths.values():
        for field in ("parameters", "multiply_adds"):
            assert sum(getattr(stage, field) for stage in network.stages) == getattr(network, field)
    assert [block.size for block in fifty.blocks if block.block == 1] == [
        (56, 56, 256),
        (28, 28, 512),
        (14, 14, 1024),
        (7, 7, 2048),
    ]
    assert len(fifty.blocks) == 16 and fifty.blocks[2].receptive_field == 35
    assert result.receptive_field == {"1x1": 483, "3x3": 427}
    assert (result.stride_in_1x1, result.stride_in_3x3) == (3_857_973_248, 4_089_184_256)
    assert result.unread["1x1"].fraction == 0.75 and result.unread["3x3"].multiply_adds == 0
    assert result.layers_equal == result.layers_compared == 176
    assert result.max_output_difference < 1e-5 and result.softmax_sum == pytest.approx(1, abs=1e-5)
    assert [row.init for row in result.random.seeds] == ["he_normal", "glorot_uniform"]
    assert all(1 <= row.perplexity <= 1000 for row in result.random.seeds + result.random.batch)
