"""Classifiers of torchvision with ImageNet's weights, Keras's ResNet-50 folded into torchvision's among them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnnlab.errors import DataError, OptionError

pytestmark = pytest.mark.torch
ROOT = Path(__file__).parents[2]
KERAS = """
import sys
import numpy as np
from safetensors.numpy import save_file
from cnnlab.data.imagenet import photo, prepare
from cnnlab.models.resnet_keras import build_resnet
network = build_resnet(50, init="glorot_uniform")
rng = np.random.default_rng(0)
for variable in network.variables:
    name, value = variable.path.rpartition("/")[2], variable.numpy()
    if name in ("moving_mean", "beta", "bias"):
        variable.assign(rng.normal(size=value.shape) * 0.1)
    if name in ("moving_variance", "gamma"):
        variable.assign(rng.uniform(0.5, 1.5, value.shape))
save_file({v.path: v.numpy() for v in network.variables}, sys.argv[1])
np.save(sys.argv[2], np.asarray(network(prepare([photo("cat", 224), photo("coffee", 224)]), training=False)))
"""


def probabilities(network, names):
    import torch

    from cnnlab.data.augment import centre_crop, v2
    from cnnlab.data.imagenet import photo

    transform = centre_crop(224)
    batch = torch.stack([transform(v2.functional.pil_to_tensor(photo(name, 224))) for name in names])
    with torch.inference_mode():
        return network(batch).softmax(1).numpy()


@pytest.mark.keras
def test_keras_weights_give_the_same_probabilities(tmp_path):
    # in a process of its own: one cannot load both frameworks
    from cnnlab.models.pretrained import resnet50

    weights, outputs = tmp_path / "weights.safetensors", tmp_path / "outputs.npy"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", KERAS, str(weights), str(outputs)], check=True, env=environment)
    expected = np.load(outputs)
    assert expected.max() > 2e-3  # the network does not give all classes the same probability
    assert np.abs(probabilities(resnet50(weights), ["cat", "coffee"]) - expected).max() < 1e-4


@pytest.mark.data("resnet50_v1_keras.fp16.safetensors", "squeezenet1_1.safetensors")
def test_real_weights_name_the_cat_and_the_coffee():
    from cnnlab import catalog
    from cnnlab.data.imagenet import class_names, top
    from cnnlab.models.pretrained import resnet50, squeezenet1_1

    for build, name, cat in ((resnet50, "resnet50_keras", "Egyptian cat"), (squeezenet1_1, "squeezenet1_1", "tabby")):
        network = build(catalog.find(name).path)
        outputs = [top(row, class_names())[0].label for row in probabilities(network, ["cat", "coffee"])]
        assert (outputs[1] == "espresso" and "cat" in outputs[0]) or outputs[0] == cat


@pytest.mark.parametrize(
    "name",
    [
        *("features.0.weight", "fc.weight", "kernel", "conv1/kernel", "conv6_block1_1_conv/kernel"),
        *("conv2_block1_4_conv/kernel", "conv2_block0_1_conv/kernel", "conv2_block1_1_bn/kernel", "predictions/gamma"),
        *("conv1_conv/gamma", "a/b/c", ""),
    ],
)
def test_a_name_that_is_not_kerass_is_refused(name):
    import torch

    from cnnlab.models.pretrained import from_keras

    tensors = {"conv1_conv/kernel": torch.zeros(7, 7, 3, 64), name: torch.zeros(3), "other": torch.zeros(3)}
    with pytest.raises(DataError) as caught:
        from_keras(tensors, Path("weights.h5"))
    assert f"weights.h5 does not hold Keras's ResNet-50: its first foreign name is {name!r} (2 of 3" in str(
        caught.value
    )
    assert "cnnlab doctor" in caught.value.remedy


def test_a_file_of_another_network_is_no_kerass(weights):
    from cnnlab.models.pretrained import resnet50

    with pytest.raises(DataError, match=r"squeezenet1_1\.safetensors does not hold .*'classifier\.1\.bias' \(52 of 52"):
        resnet50(weights["squeezenet1_1"])


def test_every_layer_of_kerass_resnet_has_torchvisions_name(weights):
    from cnnlab.models.pretrained import from_keras, resnet50, torch_name
    from cnnlab.models.weights_torch import read_tensors

    path = weights["resnet50_keras"]
    state, network = from_keras(read_tensors(path), path), resnet50(path)
    assert {name for name in network.state_dict() if not name.endswith("num_batches_tracked")} == set(state)
    with pytest.raises(ValueError, match="'conv1_pad' is no layer of Keras's ResNet-50"):
        torch_name("conv1_pad")


def test_stride_stands_on_the_first_convolution():
    from cnnlab.models.pretrained import resnet50
    from cnnlab.models.weights_torch import parameters

    network = resnet50()
    assert network.layer2[0].conv1.stride == (2, 2) and network.layer2[0].conv2.stride == (1, 1)
    assert parameters(network) == 25_557_032 and not network.training


@pytest.mark.parametrize("name", ["resnet5", "detection", "ResNet", None])
def test_a_name_that_is_none_of_torchvisions_classifiers_is_refused(name):
    from cnnlab.models.pretrained import torchvision_network

    with pytest.raises(OptionError, match=f"network {name!r}\n *allowed: names of torchvision"):
        torchvision_network(name)
