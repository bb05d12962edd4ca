"""Selectivity of channels, and their activations in photos, against values worked out by hand."""

import numpy as np
import pytest
from PIL import Image

from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch


@pytest.mark.parametrize(
    "activations, expected",
    [
        ([1, 1, 1, 1], 0),
        ([0, 7, 0, 0], 1),
        ([2, 2, 0, 0], 2 / 3),  # (1 - 1² / 2) / (1 - 1/4)
        ([3, 1], 0.4),  # (1 - 2² / 5) / (1 - 1/2)
        ([0, 0, 0], 0),
        ([1e-300, 0], 1),
        ([1e200, 1e200], 0),
    ],
)
def test_selectivity_by_hand(activations, expected):
    from cnnlab.interpret.selectivity import selectivity

    assert selectivity(np.array(activations, float)[:, None]) == pytest.approx([expected], abs=1e-12)


def test_channels_do_not_depend_on_each_other_nor_on_their_scale():
    from cnnlab.interpret.selectivity import selectivity

    several = np.random.default_rng(0).random((30, 5), np.float32) ** [1, 2, 4, 8, 16]
    found = selectivity(several)
    assert found.shape == (5,) and (np.diff(found) > 0).all() and 0 < found[0] and found[-1] < 1
    assert found == pytest.approx([selectivity(each[:, None])[0] for each in several.T])
    assert found == pytest.approx(selectivity(several[::-1] * [1, 10, 100, 1e3, 1e4]))


@pytest.mark.parametrize(
    "activations, message",
    [
        ([[1.0, 2.0]], r"shape \(1, 2\)"),
        ([1.0, 2.0], r"shape \(2,\)"),
        ([[1.0], [-1.0]], "from -1.0 to 1.0"),
        ([[1.0], [np.inf]], "from 1.0 to inf"),
        ([[1.0], [np.nan]], "nan"),
    ],
)
def test_activations_are_finite_not_negative_and_of_two_photos(activations, message):
    from cnnlab.interpret.selectivity import selectivity

    with pytest.raises(OptionError, match=message):
        selectivity(np.array(activations))


@pytest.fixture
def network():
    """Two channels of a pixel: its red plus its green, from 0 to 2, and minus its blue; "1" clips them at 0."""
    import torch
    from torch import nn

    from cnnlab.models.pretrained import normalise

    black, white = (normalise(torch.full((1, 3, 1, 1), each))[0].flatten() for each in (0.0, 1.0))
    layer = nn.Conv2d(3, 2, 1)
    signs = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, -1.0]]) / (white - black)
    layer.weight.data, layer.bias.data = signs.view(2, 3, 1, 1), -(signs * black).sum(1)
    return nn.Sequential(layer, nn.ReLU(inplace=True)).eval()


def photo(*pixels):
    """A photo two pixels high: the colours of its upper row, and black."""
    from cnnlab.interpret.exemplars import Candidate

    image = Image.new("RGB", (len(pixels), 2))
    for at, colour in enumerate(pixels):
        image.putpixel((at, 0), colour)
    return Candidate("synthetic", str(pixels), "synthetic", image)


def test_activations_in_photos_by_hand(network):
    from cnnlab.interpret.selectivity import photo_activations

    photos = [photo((255, 0, 0), (255, 255, 0)), photo((0, 0, 255), (0, 51, 0), (0, 0, 0))]
    found = photo_activations(network, ["1", "0"], iter(photos), side=2)
    assert list(found) == ["1", "0"]
    signed, clipped = found["0"], found["1"]
    assert np.allclose(signed.lowest, [[0, 0], [0, -1]], atol=1e-6)
    assert np.allclose(signed.mean, [[3 / 4, 0], [0.2 / 6, -1 / 6]], atol=1e-6)
    assert np.allclose(signed.highest, [[2, 0], [0.2, 0]], atol=1e-6)
    assert np.allclose(clipped.highest, [[2, 0], [0.2, 0]], atol=1e-6)
    assert np.allclose(clipped.lowest, 0, atol=1e-6) and np.allclose(clipped.mean[:, 1], 0, atol=1e-6)


def test_photos_are_resized_by_their_shorter_side(network):
    from cnnlab.interpret.exemplars import maps_of

    resized, maps = maps_of(network, ["0"], photo((255, 0, 0), (0, 0, 255), (0, 0, 0)), 8)
    assert resized.size == (12, 8) and maps["0"].shape == (2, 8, 12)


def test_no_photo_and_no_layer_are_refused(network):
    from cnnlab.interpret.selectivity import photo_activations

    with pytest.raises(OptionError, match="without a photo"):
        photo_activations(network, ["0"], [])
    with pytest.raises(OptionError, match="no layer '7'"):
        photo_activations(network, ["7"], [photo((0, 0, 0))])


@pytest.mark.parametrize("given", [[["a"], ["b"]], [[1], [1, 2]]])
def test_activations_that_are_no_numbers_are_refused(given):
    from cnnlab.interpret.selectivity import selectivity

    with pytest.raises(OptionError, match="activations of type list are no numbers"):
        selectivity(given)


def test_activations_of_autograd_are_refused():
    import torch

    from cnnlab.interpret.selectivity import selectivity

    with pytest.raises(OptionError, match=r"activations of type Tensor(.|\n)*\.detach\(\)"):
        selectivity(torch.ones(2, 2, requires_grad=True))


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "CMYK", "LA"])
def test_a_photo_of_any_mode_is_searched_in_its_colours(network, mode):
    from PIL import Image

    from cnnlab.interpret.exemplars import Candidate
    from cnnlab.interpret.selectivity import photo_activations

    shown = photo((255, 255, 255), (0, 0, 0)).image.convert(mode)
    expected = Candidate("s", "n", "c", shown.convert("RGB"))
    one, other = (
        photo_activations(network, ["0"], [each], side=4)["0"] for each in (Candidate("s", "n", "c", shown), expected)
    )
    assert np.array_equal(one.highest, other.highest) and isinstance(shown, Image.Image)


@pytest.mark.parametrize(
    "layers, change, message",
    [
        (["0"], dict(side=0), r"side=0, a candidate's image of"),
        (["0"], dict(side=2.5), r"side=2\.5\n  allowed: whole numbers"),
        ("0", {}, r"layers '0'\n  allowed: a list of names"),
        ([0], {}, r"layers \[0\]"),
        (["2"], {}, r"layer '2' gives an output of shape \(1, \d+\)\n  allowed: maps"),
    ],
)
def test_arguments_that_are_not_allowed_are_refused(network, layers, change, message):
    from torch import nn

    from cnnlab.interpret.selectivity import photo_activations

    network = nn.Sequential(*network, nn.Flatten()).eval()
    with pytest.raises(OptionError, match=message):
        photo_activations(network, layers, [photo((0, 0, 0))], **dict(side=4) | change)


@pytest.mark.parametrize("image", [None, np.zeros((4, 4, 3), np.uint8), "empty"])
def test_what_is_no_picture_is_refused(network, image):
    from PIL import Image

    from cnnlab.interpret.exemplars import Candidate
    from cnnlab.interpret.selectivity import photo_activations

    given = Image.new("RGB", (0, 4)) if isinstance(image, str) else image
    with pytest.raises(OptionError, match="a candidate's image of (NoneType|ndarray|0 × 4 pixels)"):
        photo_activations(network, ["0"], [Candidate("s", "n", "c", given)])
