"""The networks of the laboratories with MNIST and CIFAR-10, tensor by tensor. Chapters: l3-mnist, l4-cifar."""

import pytest

from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch


def sizes(network):
    from cnnlab.models.sizes import parameter_sizes

    return dict(parameter_sizes(network))


def macs(network, *size):
    from cnnlab.models.sizes import layer_sizes

    return sum(row.macs for row in layer_sizes(network, *size))


def test_the_simple_cnn_has_the_printed_parameters():
    import torch

    from cnnlab.models.simple_cnn import SimpleCNN

    network = SimpleCNN()
    assert sizes(network) == {
        "conv1.weight": 288,
        "conv1.bias": 32,
        "conv2.weight": 9216,
        "conv2.bias": 32,
        "fc1.weight": 802_816,
        "fc1.bias": 128,
        "fc2.weight": 1280,
        "fc2.bias": 10,
    }
    assert sum(sizes(network).values()) == 813_802
    assert network(torch.zeros(2, 1, 28, 28)).shape == (2, 10)


def test_cheaper_networks_for_digits():
    import torch

    from cnnlab.models.simple_cnn import SimpleCNN, pooled_cnn

    proposal, ours = SimpleCNN(hidden=0), pooled_cnn()
    assert sum(sizes(proposal).values()) == 288 + 32 + 9216 + 32 + 62_730
    assert sum(sizes(ours).values()) == 160 + 4640 + 9248 + 2890
    assert all(network(torch.zeros(2, 1, 28, 28)).shape == (2, 10) for network in (proposal, ours))
    assert macs(ours, 1, 28, 28) == 28**2 * 144 + 14**2 * 4608 + 7**2 * 9216 + 2880
    assert macs(SimpleCNN(), 1, 28, 28) == 28**2 * (288 + 9216) + 802_816 + 1280
    for hidden in (-1, None, 128.0):
        with pytest.raises(OptionError, match=f"hidden={hidden}\n *allowed: a whole number from 0"):
            SimpleCNN(hidden=hidden)


def test_alexnet_for_cifar_has_the_printed_parameters():
    import torch

    from cnnlab.models.alexnet_cifar import AlexNetCifar

    network = AlexNetCifar()
    assert sum(sizes(network).values()) == 6_199_498
    assert network(torch.zeros(2, 3, 32, 32)).shape == (2, 10)
    convolutions = 16**2 * 48 * 75 + 8**2 * 128 * 1200 + 4**2 * (192 * 1152 + 192 * 1728 + 128 * 1728)
    dense = 512 * 2048 + 2048 * 2048 + 20_480
    assert macs(network, 3, 32, 32) == convolutions + dense


def test_torchvision_s_alexnet_is_the_one_whose_table_is_printed():
    from torchvision.models import alexnet

    from cnnlab.models.alexnet_cifar import AlexNetCifar

    theirs = sizes(alexnet(weights=None))
    assert sum(theirs.values()) == 61_100_840 and theirs["classifier.1.weight"] == 37_748_736
    assert theirs.keys() == sizes(AlexNetCifar()).keys()


def test_weights_start_as_he_proposed():
    import torch

    from cnnlab.models.alexnet_cifar import started_as_he

    torch.manual_seed(0)
    network = started_as_he()
    layer = network.classifier[4]
    assert layer.weight.std().item() == pytest.approx((2 / 2048) ** 0.5, rel=0.01)
    assert not any(each.bias.any() for each in network.modules() if hasattr(each, "bias"))


def test_the_residual_network_is_cheaper_than_alexnet():
    import torch

    from cnnlab.models.alexnet_cifar import AlexNetCifar
    from cnnlab.models.residual_cifar import residual_cifar

    network = residual_cifar()
    assert network(torch.rand(2, 3, 32, 32)).shape == (2, 10)
    first = 32**2 * 27 * 16
    stage = 16**2 * 9 * (16 * 32 + 3 * 32 * 32)  # the same in all three: half the side, twice the channels
    ours = macs(network, 3, 32, 32)
    assert ours == first + 3 * stage + 1280 < macs(AlexNetCifar(), 3, 32, 32)


def test_a_width_of_any_whole_type_is_that_width():
    """Twice 128 is 0 among numpy's integers of 8 bits."""
    import numpy as np

    from cnnlab.models.residual_cifar import residual_cifar

    assert sizes(residual_cifar(np.uint8(128), np.uint8(1))) == sizes(residual_cifar(128, 1))


def test_sizes_are_those_of_any_type_and_an_input_that_does_not_fit_is_named():
    import torch
    from torch import nn

    from cnnlab.models.sizes import layer_sizes

    network = nn.Sequential(nn.Conv2d(3, 4, 3))
    assert layer_sizes(network.half(), 3, 8, 8)[0].macs == 36 * 4 * 27
    assert layer_sizes(nn.Sequential(nn.ReLU()), 3, 8, 8)[0].output == (3, 8, 8)
    with pytest.raises(OptionError, match=r"an input of shape \(1, 8, 8\) for Sequential: (.*)3 channels"):
        layer_sizes(network.float(), 1, 8, 8)
    assert network.training and not network[0]._forward_hooks and network[0].weight.dtype == torch.float32


@pytest.mark.parametrize(
    ("module", "name", "argument", "least"),
    [
        ("simple_cnn", "pooled_cnn", "width", 1),
        ("residual_cifar", "residual_cifar", "width", 2),
        ("residual_cifar", "residual_cifar", "blocks", 1),
        ("residual_cifar", "residual_cifar", "classes", 1),
        ("alexnet_cifar", "AlexNetCifar", "classes", 1),
        ("alexnet_cifar", "started_as_he", "classes", 1),
        ("document_head", "printed_head", "features", 1),
        ("document_head", "TwoClassHead", "features", 1),
    ],
)
def test_sizes_that_no_network_has_are_refused(module, name, argument, least):
    """None and texts ended in torch; with 0 blocks there was a network, of other layers."""
    from importlib import import_module

    made = getattr(import_module(f"cnnlab.models.{module}"), name)
    for wrong in (least - 1, -1, 2.0, True, "3", None):
        with pytest.raises(OptionError, match=f"{argument}={wrong!r}\n *allowed: a whole number from {least}"):
            made(**{argument: wrong})
