"""Outputs of layers for images: networks of other inputs are refused in words, channels come first."""

import numpy as np
import pytest

from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch


def rendered(network, layer="0", channel=0, **options):
    from cnnlab.interpret.feature_visualisation import render_channels

    return render_channels(network.eval(), {layer: [channel]}, **{"size": 32, "steps": 2} | options)[layer, channel]


def convolution(channels=3):
    from torch import nn

    return nn.Sequential(nn.Conv2d(channels, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))


def sized():
    """A network of pictures of 32 × 32 pixels alone."""
    from torch import nn

    return nn.Sequential(nn.Conv2d(3, 2, 3, padding=1), nn.Flatten(), nn.Linear(2 * 32 * 32, 5))


def transformer():
    from torchvision.models import VisionTransformer

    return VisionTransformer(32, 8, 1, 2, 16, 16, num_classes=4)


def swin():
    import torch
    from torchvision.models.swin_transformer import SwinTransformer

    torch.manual_seed(0)
    return SwinTransformer([4, 4], 16, [1, 1], [1, 1], [2, 2], num_classes=4).eval()


OTHERS = {
    "grey": (lambda: convolution(1), "0", r"Sequential fails on images \(1, 3, (.|\n)*other channels"),
    "four channels": (lambda: convolution(4), "1", "fails on images"),
    "one size": (sized, "labels", r"fails on images \(1, 3, (.|\n)*transforms=\(\)"),
    "a transformer": (transformer, "conv_proj", "AssertionError: Wrong image height(.|\n)*that size"),
}


@pytest.mark.parametrize(("make", "layer", "message"), OTHERS.values(), ids=OTHERS)
def test_a_network_of_other_images_is_refused_before_the_first_step(make, layer, message):
    with pytest.raises(OptionError, match=message):
        rendered(make(), layer)


def test_a_network_of_one_size_is_drawn_at_that_size():
    for network, layer in ((sized(), "labels"), (transformer(), "conv_proj"), (transformer(), "labels")):
        assert rendered(network, layer, transforms=()).shape == (1, 1, 32, 32, 3)


@pytest.mark.parametrize("part", ["whole", "half"])
def test_networks_in_half_precision_are_refused(part):
    network = convolution()
    (network if part == "whole" else network[4]).half()
    with pytest.raises(OptionError, match=r"weights of torch\.float16(.|\n)*network\.float\(\)"):
        rendered(network)


def test_gradients_are_had_whatever_the_callers_mode():
    import torch

    network = convolution()
    with torch.no_grad():
        first = rendered(network)
    with torch.inference_mode():
        assert np.array_equal(first, rendered(network))


@pytest.mark.parametrize("change", [lambda images: images[0], lambda images: None, lambda images: images[:, :1]])
def test_transforms_that_give_no_images_are_named(change):
    with pytest.raises(OptionError, match=r"transforms make .* of images \(1, 3, 32, 32\)"):
        rendered(convolution(), transforms=(change,))


def test_channels_that_are_last_are_found():
    """The maps of Swin are (n, h, w, channels): a row of them was drawn for a channel."""
    import torch

    from cnnlab.interpret.activations import activations

    network, images = swin(), torch.rand(2, 3, 64, 96)
    names = ["features.0.0", "features.1", "features.3", "norm", "avgpool"]
    found = activations(network, names, images)
    assert [tuple(each.shape[1:]) for each in found.values()] == [
        *((16, 16, 24), (16, 16, 24), (32, 8, 12), (32, 8, 12), (32, 1, 1))
    ]
    same = activations(network, ["norm", "permute"], images)
    assert torch.equal(same["norm"], same["permute"])  # the second are the first, turned by the network itself
    assert tuple(activations(network, ["features.1"], images[..., :64])["features.1"].shape[1:]) == (16, 16, 16)
    with pytest.raises(OptionError, match=r"0 to 31"):
        rendered(network, "norm", channel=32)
    tokens = transformer().eval()
    with pytest.raises(OptionError, match=r"'encoder\.ln' gives an output of shape \(1, 17, 16\)"):
        activations(tokens, ["encoder.ln"], images[:1, :, :32, :32])


def test_a_network_in_train_mode_is_refused_even_in_part():
    """Its running statistics would change, and what it gives depend on the batch."""
    import torch
    from torch import nn

    from cnnlab.interpret.embeddings import layer_points
    from cnnlab.interpret.similarity import extract_features

    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).eval()
    network[1].train()
    before, images = network[1].running_mean.clone(), torch.rand(2, 3, 8, 8)
    looks = {
        "points": lambda: layer_points(network, ["1"], [images]),
        "features": lambda: extract_features(network, ["1"], [(images, None)]),
    }
    for look in looks.values():
        with pytest.raises(OptionError, match=r"train mode(.|\n)*network\.eval\(\)"):
            look()
    assert torch.equal(network[1].running_mean, before)


def test_errors_of_memory_pass():
    import torch

    from cnnlab.interpret.activations import taking

    with pytest.raises(torch.OutOfMemoryError), taking(convolution(), torch.ones(1)):
        raise torch.OutOfMemoryError("out of memory")
