"""Patches of synthetic photos with the highest activation of a channel."""

import numpy as np
import pytest
from PIL import Image

from cnnlab.errors import OptionError, TrainingError

pytestmark = pytest.mark.torch
RED, BLUE, GREY = (230, 20, 20), (20, 20, 230), (120, 120, 120)


@pytest.fixture
def network():
    """Channels that respond to red and to blue; "1" averages them in cells of 16 pixels."""
    import torch
    from torch import nn

    colours = nn.Conv2d(3, 2, 1)
    colours.weight.data = torch.tensor([[1, -0.5, -0.5], [-0.5, -0.5, 1]]).view(2, 3, 1, 1)
    colours.bias.data.zero_()
    return nn.Sequential(colours, nn.AvgPool2d(16), nn.Flatten()).eval()


def candidate(name, *squares, size=(64, 40)):
    """A grey photo with squares of 8 pixels: (colour, left, upper)."""
    from cnnlab.interpret.exemplars import Candidate

    picture = Image.new("RGB", size, GREY)
    for colour, left, upper in squares:
        picture.paste(colour, (left, upper, left + 8, upper + 8))
    return Candidate("synthetic", name, f"synthetic, {name}", picture)


@pytest.fixture
def photos():
    dark = tuple(each // 2 for each in RED)
    return [
        candidate("grey"),
        candidate("red", (RED, 24, 8)),
        candidate("both", (BLUE, 48, 16), (dark, 8, 24)),
        candidate("dark", (dark, 40, 32)),
    ]


def found(network, photos, **options):
    from cnnlab.interpret.exemplars import strongest_patches

    return strongest_patches(
        network, {"1": [0, 1], "0": [0]}, iter(photos), {"1": 16, "0": 30}, **dict(side=80) | options
    )


def colour(picture):
    return np.asarray(picture).mean(axis=(0, 1))


def test_channels_find_the_photos_that_hold_their_colour(network, photos):
    patches = found(network, photos, count=2)
    assert list(patches) == [("1", 0), ("1", 1), ("0", 0)]
    names = {each: [patch.candidate.name for patch in strongest] for each, strongest in patches.items()}
    assert names["1", 0][0] == names["0", 0][0] == "red" and names["1", 1] == ["both", "grey"]
    assert all(strongest[0].activation > strongest[1].activation for strongest in patches.values())


def test_the_patch_is_what_lies_around_the_place(network, photos):
    patches = found(network, photos)
    (red, *_), (blue, *_), (wide, *_) = (patches[each] for each in (("1", 0), ("1", 1), ("0", 0)))
    assert red.image.size == blue.image.size == (16, 16) and wide.image.size == (30, 30)
    assert np.abs(colour(red.image) - RED).max() < 40 and np.abs(colour(blue.image) - BLUE).max() < 40
    assert np.abs(np.asarray(red.image)[8, 8].astype(int) - RED).max() <= 2


def test_activations_are_those_of_the_photo_that_is_resized(network, photos):
    import torch
    from torchvision.transforms import v2

    from cnnlab.models.pretrained import normalise

    patch = found(network, photos)["1", 0][0]
    scaled = v2.functional.pil_to_tensor(v2.functional.resize(patch.candidate.image, [80], antialias=True))
    with torch.inference_mode():
        maps = network[:2](normalise(scaled[None] / 255))[0, 0]
    assert maps.shape == (5, 8) and maps.argmax() == 8 * 1 + 3
    assert patch.activation == pytest.approx(float(maps.max())) and patch.mean == pytest.approx(float(maps.mean()))
    assert patch.activation > 5 * patch.mean


def test_the_sign_finds_the_lowest_activations(network, photos):
    least = found(network, photos, sign=-1)
    assert least["1", 0][0].candidate.name == "both" and np.abs(colour(least["1", 0][0].image) - BLUE).max() < 40
    assert least["1", 1][0].candidate.name == "red"
    assert [patch.activation for patch in least["1", 0]] == sorted(patch.activation for patch in least["1", 0])


@pytest.fixture
def red():
    """One channel: the red of a pixel, from 0 to 1."""
    import torch
    from torch import nn

    from cnnlab.models.pretrained import normalise

    black, white = (normalise(torch.full((1, 3, 1, 1), each))[0, 0].item() for each in (0.0, 1.0))
    layer = nn.Conv2d(3, 1, 1)
    layer.weight.data = torch.tensor([1 / (white - black), 0, 0]).view(1, 3, 1, 1)
    layer.bias.data = torch.tensor([-black / (white - black)])
    return nn.Sequential(layer).eval()


def test_patches_nearest_to_levels_by_hand(red):
    from cnnlab.interpret.exemplars import nearest_patches

    shades = [candidate(f"{each}", size=(48, 40)) for each in (0, 51, 102, 255)]
    for each in shades:
        each.image.paste((int(each.name), 0, 0), (0, 0, 48, 40))
    shades[3].image.paste((153, 0, 0), (24, 8, 40, 24))  # 0.6 around (32, 16), in a photo of 1
    found = nearest_patches(red, "0", 0, [-2.0, 0.28, 0.65, 9.0], iter(shades), 8, side=40, count=2)
    names = [[patch.candidate.name for patch in patches] for patches in found]
    assert names == [["0", "51"], ["51", "102"], ["255", "102"], ["255", "102"]]
    activations = [[patch.activation for patch in patches] for patches in found]
    assert np.allclose(activations, [[0, 0.2], [0.2, 0.4], [0.6, 0.4], [1, 0.4]], atol=1e-5)
    assert np.asarray(found[2][0].image)[4, 4].tolist() == [153, 0, 0]
    assert found[2][0].mean == pytest.approx((0.6 * 256 + 1 * (48 * 40 - 256)) / (48 * 40), abs=1e-5)


def test_levels_beyond_the_extremes_find_the_strongest_patches(network, photos):
    from cnnlab.interpret.exemplars import nearest_patches

    low, high = nearest_patches(network, "1", 0, [-99.0, 99.0], photos, 16, side=80, count=3)
    for patches, sign in ((low, -1), (high, 1)):
        expected = found(network, photos, sign=sign)["1", 0]
        assert [each.activation for each in patches] == pytest.approx([each.activation for each in expected])


@pytest.mark.parametrize("count, expected", [(1, 1), (3, 3), (9, 4)])
def test_no_more_places_are_kept_than_asked_for(network, photos, count, expected):
    patches = found(network, photos, count=count)
    assert {len(strongest) for strongest in patches.values()} == {expected}
    assert all(len({patch.candidate.name for patch in strongest}) == expected for strongest in patches.values())


def test_an_unknown_layer_is_refused(network, photos):
    from cnnlab.interpret.exemplars import strongest_patches

    with pytest.raises(OptionError, match="no layer '7'"):
        strongest_patches(network, {"7": [0]}, photos, {"7": 16})


@pytest.mark.parametrize(
    "centre, window, box",
    [
        ((30, 20), 10, (25, 15, 35, 25)),
        ((2, 1), 10, (0, 0, 10, 10)),
        ((59.5, 39.5), 10, (50, 30, 60, 40)),
        ((30, 20), 100, (10, 0, 50, 40)),
        ((59, 20), 100, (20, 0, 60, 40)),
        ((30.5, 20.5), 1, (30, 20, 31, 21)),
    ],
)
def test_a_cut_stays_inside_the_picture(centre, window, box):
    from cnnlab.interpret.exemplars import crop_around

    picture = Image.fromarray(np.random.randint(0, 256, (40, 60, 3), np.uint8))
    assert np.array_equal(crop_around(picture, centre, window), picture.crop(box))


@pytest.mark.parametrize(
    "change, message",
    [
        (dict(channels={"0": [9]}), r"channels \[9\] of '0'\n  allowed: 0 to 1"),
        (dict(channels={"0": [-1]}), r"channels \[-1\] of '0'"),
        (dict(channels={"0": [1, 1]}), r"channels \[1, 1\] of '0'\n  allowed: each channel once"),
        (dict(channels={"0": [1.0]}), r"channel of '0'=1\.0\n  allowed: whole numbers"),
        (dict(channels={"2": [0]}), "layer '2' gives an output of shape"),
        (dict(windows={}), r"window=None of layer '0'\n  allowed: a whole number from 1"),
        (dict(windows=8), r"windows=8\n  allowed: \{layer: pixels"),
        (dict(side=10**9), r"side=1000000000, (.|\n)*1 to 8192"),
        (dict(windows={"0": 0}), "window=0 of layer '0'"),
        (dict(windows={"0": -5}), "window=-5 of layer '0'"),
        (dict(count=0), r"count=0\n  allowed: a whole number from 1"),
        (dict(count=-1), "count=-1"),
        (dict(sign=0), r"sign=0\n  allowed: 1 \(highest\) or -1 \(lowest\)"),
        (dict(sign=float("nan")), r"sign=nan\n  allowed: whole numbers"),
        (dict(candidates=[]), "candidates without a photo"),
    ],
)
def test_arguments_that_are_not_allowed_are_refused(network, photos, change, message):
    from cnnlab.interpret.exemplars import strongest_patches

    given = dict(channels={"0": [0]}, candidates=photos, windows={"0": 16, "2": 16}) | change
    options = {name: given.pop(name) for name in ("count", "sign", "side") if name in given}
    with pytest.raises(OptionError, match=message):
        strongest_patches(network, given["channels"], given["candidates"], given["windows"], **options)


@pytest.mark.parametrize("levels", [[float("nan")], [0, np.inf], ["0"], [None], 0.5])
def test_levels_that_are_no_numbers_are_refused(network, photos, levels):
    from cnnlab.interpret.exemplars import nearest_patches

    with pytest.raises(OptionError, match=r"levels=.*\n  allowed: finite numbers"):
        nearest_patches(network, "0", 0, levels, photos, 16)
    assert len(nearest_patches(network, "0", 0, iter([0.0, 0.5]), photos, 16)) == 2


def test_activations_that_are_not_finite_are_noticed(network, photos):
    from cnnlab.interpret.exemplars import strongest_patches

    network[0].weight.data[1] = float("nan")
    assert strongest_patches(network, {"0": [0]}, photos, {"0": 16})
    with pytest.raises(TrainingError, match="channel 1 of '0' in photo '.*' are not finite"):
        strongest_patches(network, {"0": [1]}, photos, {"0": 16})


def of_any_mode():
    """Pictures of other modes, and what they look like."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 50, 3), dtype=np.uint8))
    palette = noise.quantize(16)
    lying, exif = noise.copy(), Image.Exif()
    exif[0x0112] = 6
    lying.info["exif"] = exif.tobytes()
    return {
        "palette": (palette, palette.convert("RGB")),
        "cmyk": (noise.convert("CMYK"), noise),
        "clear": (Image.new("RGBA", (50, 40)), Image.new("RGB", (50, 40), "white")),
        "16 bits": (Image.fromarray(np.full((40, 50), 32768, np.uint16)), Image.new("RGB", (50, 40), (128,) * 3)),
        "lying": (lying, noise.transpose(Image.Transpose.ROTATE_270)),
    }


@pytest.mark.parametrize("mode", ["palette", "cmyk", "clear", "16 bits", "lying"])
def test_pictures_of_any_mode_are_searched_as_detect_sees_them(network, mode):
    from cnnlab.interpret.exemplars import Candidate

    picture, plain = (Candidate("drawn", mode, "", each) for each in of_any_mode()[mode])
    first, second = (found(network, [each], count=1) for each in (picture, plain))
    assert first.keys() == second.keys() and first
    for key, (patch,) in first.items():
        assert patch.activation == second[key][0].activation
        assert np.array_equal(patch.image, second[key][0].image)
