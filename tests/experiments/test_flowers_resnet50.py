"""Row A8 on drawn flowers: trained for two epochs, measured, its network kept."""

import pytest


@pytest.mark.torch
def test_two_epochs_on_drawn_flowers(smoke, drawn_flowers, tmp_path):
    from safetensors.torch import save_file

    from cnnlab.nets.pretrained import load, replace_head, resnet50

    weights = tmp_path / "weights.safetensors"
    save_file(keras_named(resnet50()), weights)
    values, kept = smoke("flowers_resnet50", flowers102=drawn_flowers, resnet50_keras=weights)
    assert [row["epoch"] for row in values["curve"]] == [1, 2] and values["photos"] == 9
    assert 0 <= values["test"]["low"] <= values["test"]["accuracy"] <= values["test"]["high"] <= 1
    assert kept.arrays["test_label"].tolist() == [0, 1, 2] * 3
    assert values["parameters"] == values["trained_parameters"] == 23_717_030
    load(replace_head(resnet50(), 102), kept.files["network.safetensors"])


def keras_named(network):
    """The weights of torchvision's module under the names, and in the layout, of Keras's file."""
    from cnnlab.nets.pretrained import VARIABLES, torch_name

    stages = {"conv1": 0, **{f"conv{s}": blocks for s, blocks in zip((2, 3, 4, 5), (3, 4, 6, 3), strict=True)}}
    layers = ["conv1_conv", "conv1_bn"]
    for stage, blocks in stages.items():
        for block in range(1, blocks + 1):
            places = (0, 1, 2, 3) if block == 1 else (1, 2, 3)
            layers += [f"{stage}_block{block}_{place}_{kind}" for place in places for kind in ("conv", "bn")]
    state, out = network.state_dict(), {}
    for layer in layers:
        name = torch_name(layer)
        if layer.endswith("conv"):
            out[f"{layer}/kernel"] = state[f"{name}.weight"].permute(2, 3, 1, 0).contiguous()
        else:
            out |= {f"{layer}/{theirs}": state[f"{name}.{ours}"].clone() for theirs, ours in VARIABLES.items()}
    out["predictions/kernel"] = state["fc.weight"].T.contiguous()
    return {**out, "predictions/bias": state["fc.bias"]}
