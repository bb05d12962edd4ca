"""Row A8 on drawn flowers: each network trained for a few epochs and measured."""

import pytest

pytestmark = pytest.mark.torch


@pytest.fixture
def weights(tmp_path):
    """Random weights in the form that the catalogue has them."""
    from safetensors.torch import save_file

    from cnnlab.nets.pretrained import resnet50, save, squeezenet1_1

    files = {name: tmp_path / f"{name}.safetensors" for name in ("resnet50_keras", "squeezenet1_1")}
    save_file(keras_named(resnet50()), files["resnet50_keras"])
    save(squeezenet1_1(), files["squeezenet1_1"])
    return files


@pytest.mark.parametrize(
    "name, parameters, trained",
    [
        ("flowers_resnet50", 23_717_030, 23_717_030),
        ("flowers_squeezenet", 774_822, 774_822),
        ("flowers_resnet50_head", 25_557_032 + 731_238, 731_238),  # two of each channel's 512, 1024 and 2048
        ("flowers_squeezenet_head", 1_235_496 + 235_110, 235_110),  # of 256, 384 and 512
    ],
)
def test_a_few_epochs_on_drawn_flowers(smoke, drawn_flowers, weights, name, parameters, trained):
    values, kept = smoke(name, flowers102=drawn_flowers, **weights)
    assert [row["epoch"] for row in values["curve"]] == list(range(1, values["epochs"] + 1))
    assert values["photos"] == 9
    assert 0 <= values["test"]["low"] <= values["test"]["accuracy"] <= values["test"]["high"] <= 1
    assert kept.arrays["test_label"].tolist() == [0, 1, 2] * 3
    assert (values["parameters"], values["trained_parameters"]) == (parameters, trained)
    if name == "flowers_resnet50":
        from cnnlab.nets.pretrained import load, replace_head, resnet50

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
