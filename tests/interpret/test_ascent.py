"""Gradient ascent on pixels, on a network that looks for red and for blue."""

import numpy as np
import pytest

from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch


@pytest.fixture
def network():
    import torch
    from torch import nn

    colours = nn.Conv2d(3, 2, 1)
    colours.weight.data = torch.tensor([[1, -0.5, -0.5], [-0.5, -0.5, 1]]).view(2, 3, 1, 1)
    colours.bias.data.zero_()
    return nn.Sequential(colours, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()


@pytest.mark.parametrize("layer", ["0", "labels"])
def test_channels_draw_their_colour_and_activate_more(network, layer):
    from cnnlab.interpret.ascent import ascend_blurred

    options = dict(size=32, rate=0.5)
    pictures, activation = ascend_blurred(network, layer, [0, 1], steps=12, **options)
    red, blue = pictures.reshape(2, -1, 3).mean(1)
    assert pictures.shape == (2, 32, 32, 3) and pictures.dtype == np.uint8
    assert red[0] > red[2] + 60 and blue[2] > blue[0] + 60
    _, early = ascend_blurred(network, layer, [0, 1], steps=1, **options)
    assert (activation > early).all()


def test_blur_smooths_and_the_seed_decides(network):
    from cnnlab.interpret.ascent import ascend_blurred

    smooth, again, rough, other = (
        ascend_blurred(network, "0", [0], size=32, steps=4, **options)[0].astype(float)
        for options in ({}, {}, {"blur": 0}, {"seed": 1})
    )
    assert (smooth == again).all() and (smooth != other).any()
    assert np.abs(np.diff(smooth, axis=1)).mean() < 0.6 * np.abs(np.diff(rough, axis=1)).mean()


def test_a_dream_is_the_photo_with_more_of_what_the_layer_sees(network):
    import torch

    from cnnlab.interpret.ascent import dream

    photo = torch.full((1, 3, 40, 48), 0.5)
    photo[:, 0] = 0.6
    before = photo.clone()
    drawn = dream(network, "0", photo, steps=3, jitter=2)
    assert torch.equal(photo, before) and drawn.shape == (40, 48, 3) and drawn.dtype == np.uint8
    red, green, _ = drawn.reshape(-1, 3).mean(0)
    assert red > 0.6 * 255 + 2 and green < 0.5 * 255


@pytest.mark.parametrize(
    "options, message",
    [({"channels": [2]}, "0 to 1"), ({"layer": "9"}, "no layer"), ({"steps": 0}, "steps=0"), ({"size": 8}, "size=8")],
)
def test_wrong_values_are_named(network, options, message):
    from cnnlab.interpret.ascent import ascend_blurred

    given = {"layer": "0", "channels": [0], "size": 32, "steps": 1} | options
    with pytest.raises(OptionError, match=message):
        ascend_blurred(network, given.pop("layer"), given.pop("channels"), **given)


def test_dreams_of_no_step_are_refused(network):
    import torch

    from cnnlab.interpret.ascent import dream

    with pytest.raises(OptionError, match="octaves=0"):
        dream(network, "0", torch.zeros(1, 3, 32, 32), octaves=0)
