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
    assert min(result.changed.values()) > 1e-3
    assert (result.widened["all"].parameters, result.widened["inner"].parameters) == (98_112_744, 68_985_576)
    for whole, divided in zip(result.random.seeds, result.random.divided, strict=True):
        assert divided.logits_std * 128 == pytest.approx(whole.logits_std, rel=1e-6)
    shared = result.random.shared
    assert shared.dense_equal and shared.other_seeds == () and 0 < shared.features_cosine[0] <= 1


@pytest.mark.keras
def test_layers_read_one_by_one(smoke):
    result, _ = smoke("resnet")
    for depth, network in result.depths.items():
        branches = [layer for layer in network.layers if "_0_" not in layer.name]
        assert sum(layer.kind in ("convolution", "dense") for layer in branches) == int(depth)
        assert sum(layer.kind == "convolution" for layer in network.layers) == network.convolutions
    conv1, pool = result.depths["50"].layers[:2]
    assert (conv1.side, conv1.stride, conv1.output) == (7, 2, (112, 112, 64))
    assert (pool.kind, pool.side, pool.stride, pool.output) == ("max_pool", 3, 2, (56, 56, 64))
    uneven = {
        depth: [layer.name for layer in network.layers if layer.uneven] for depth, network in result.depths.items()
    }
    assert uneven == {"18": [f"conv{stage}_block1_1_conv" for stage in (3, 4, 5)], "50": []}
    assert result.depths["50"].uneven_in_3x3 == 3


def test_table_1_is_that_of_the_paper():
    from cnnlab import results
    from cnnlab.experiments.resnet.figures.table import table_1
    from cnnlab.words import Words

    heading, rows = table_1(results.load("resnet"), Words("en"))
    assert heading[3:5] + heading[6:] == ["18", "34", "50", "101", "152"]
    assert all(len(row) == len(heading) for row in rows)
    assert [row[1] for row in rows[:-2]] == ["112×112", "56×56", "56×56", "28×28", "14×14", "7×7", "1×1"]
    assert [row[3:5] + row[6:] for row in rows[2:6]] == [
        ["2", "3", "3", "3", "3"],
        ["2", "4", "4", "4", "8"],
        ["2", "6", "6", "23", "36"],
        ["2", "3", "3", "3", "3"],
    ]
    assert rows[-2][3:5] + rows[-2][6:] == ["1.8", "3.6", "3.8", "7.6", "11.3"]
