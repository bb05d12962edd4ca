"""Rows A4 to A6, small."""

import pytest


@pytest.mark.keras
def test_networks_read_off_and_compared(smoke):
    values, _ = smoke("resnet")
    fifty = values["depths"]["50"]
    assert (fifty["parameters"], fifty["non_trainable"], fifty["biases"]) == (25_636_712, 53_120, 26_560)
    assert fifty["trainable"] - fifty["biases"] == values["torchvision_parameters"]
    for row in values["depths"].values():
        for field in ("parameters", "multiply_adds"):
            assert sum(stage[field] for stage in row["stages"]) == row[field]
    assert [block["size"] for block in fifty["blocks"] if block["block"] == 1] == [
        [56, 56, 256],
        [28, 28, 512],
        [14, 14, 1024],
        [7, 7, 2048],
    ]
    assert len(fifty["blocks"]) == 16 and fifty["blocks"][2]["receptive_field"] == 35
    assert values["receptive_field"] == {"1x1": 483, "3x3": 427}
    assert (values["stride_in_1x1"], values["stride_in_3x3"]) == (3_857_973_248, 4_089_184_256)
    assert values["unread"]["1x1"]["fraction"] == 0.75 and values["unread"]["3x3"]["multiply_adds"] == 0
    assert values["layers_equal"] == values["layers_compared"] == 176
    assert values["max_output_difference"] < 1e-5 and values["softmax_sum"] == pytest.approx(1, abs=1e-5)
    assert [row["init"] for row in values["random"]["seeds"]] == ["he_normal", "glorot_uniform"]
    assert all(1 <= row["effective"] <= 1000 for row in values["random"]["seeds"] + values["random"]["batch"])
