"""The places in drawn photos to which channels answer most."""

import json

import numpy as np
import pytest
from PIL import Image

from cnnlab.errors import DataError, OptionError

pytestmark = pytest.mark.torch
RED, BLUE, GREY = (230, 20, 20), (20, 20, 230), (120, 120, 120)


@pytest.fixture
def network():
    """Channels that answer to red and to blue, whose answers "1" gives in cells of 16 pixels."""
    import torch
    from torch import nn

    colours = nn.Conv2d(3, 2, 1)
    colours.weight.data = torch.tensor([[1, -0.5, -0.5], [-0.5, -0.5, 1]]).view(2, 3, 1, 1)
    colours.bias.data.zero_()
    return nn.Sequential(colours, nn.AvgPool2d(16), nn.Flatten())


def exhibit(name, *squares, size=(64, 40)):
    """A grey photo with squares of 8 pixels: (colour, left, upper)."""
    from cnnlab.interpret.exemplars import Exhibit

    picture = Image.new("RGB", size, GREY)
    for colour, left, upper in squares:
        picture.paste(colour, (left, upper, left + 8, upper + 8))
    return Exhibit("drawn", name, f"drawn, {name}", picture)


@pytest.fixture
def photos():
    dark = tuple(each // 2 for each in RED)
    return [
        exhibit("grey"),
        exhibit("red", (RED, 24, 8)),
        exhibit("both", (BLUE, 48, 16), (dark, 8, 24)),
        exhibit("dark", (dark, 40, 32)),
    ]


def found(network, photos, **options):
    from cnnlab.interpret.exemplars import strongest

    return strongest(network, {"1": [0, 1], "0": [0]}, iter(photos), {"1": 16, "0": 30}, **dict(side=80) | options)


def colour(picture):
    return np.asarray(picture).mean(axis=(0, 1))


def test_channels_find_the_photos_that_hold_their_colour(network, photos):
    places = found(network, photos, count=2)
    assert list(places) == [("1", 0), ("1", 1), ("0", 0)]
    names = {each: [place.exhibit.name for place in kept] for each, kept in places.items()}
    assert names["1", 0][0] == names["0", 0][0] == "red" and names["1", 1] == ["both", "grey"]
    assert all(kept[0].activation > kept[1].activation for kept in places.values())


def test_the_patch_is_what_lies_around_the_place(network, photos):
    places = found(network, photos)
    (red, *_), (blue, *_), (wide, *_) = (places[each] for each in (("1", 0), ("1", 1), ("0", 0)))
    assert red.patch.size == blue.patch.size == (16, 16) and wide.patch.size == (30, 30)
    assert np.abs(colour(red.patch) - RED).max() < 40 and np.abs(colour(blue.patch) - BLUE).max() < 40
    assert np.abs(np.asarray(red.patch)[8, 8].astype(int) - RED).max() <= 2


def test_activations_are_those_of_the_photo_that_is_resized(network, photos):
    import torch
    from torchvision.transforms import v2

    from cnnlab.interpret.feature_visualisation import normalised

    place = found(network, photos)["1", 0][0]
    scaled = v2.functional.pil_to_tensor(v2.functional.resize(place.exhibit.picture, [80], antialias=True))
    with torch.inference_mode():
        answer = network[:2](normalised(scaled[None] / 255))[0, 0]
    assert answer.shape == (5, 8) and answer.argmax() == 8 * 1 + 3
    assert place.activation == pytest.approx(float(answer.max())) and place.mean == pytest.approx(float(answer.mean()))
    assert place.activation > 5 * place.mean


def test_the_sign_finds_what_a_channel_answers_to_least(network, photos):
    least = found(network, photos, sign=-1)
    assert least["1", 0][0].exhibit.name == "both" and np.abs(colour(least["1", 0][0].patch) - BLUE).max() < 40
    assert least["1", 1][0].exhibit.name == "red"
    assert [place.activation for place in least["1", 0]] == sorted(place.activation for place in least["1", 0])


@pytest.mark.parametrize("count, expected", [(1, 1), (3, 3), (9, 4)])
def test_no_more_places_are_kept_than_asked_for(network, photos, count, expected):
    places = found(network, photos, count=count)
    assert {len(kept) for kept in places.values()} == {expected}
    assert all(len({place.exhibit.name for place in kept}) == expected for kept in places.values())


def test_an_unknown_layer_is_refused(network, photos):
    from cnnlab.interpret.exemplars import strongest

    with pytest.raises(OptionError, match="no layer '7'"):
        strongest(network, {"7": [0]}, photos, {"7": 16})


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
    from cnnlab.interpret.exemplars import cut

    picture = Image.fromarray(np.random.randint(0, 256, (40, 60, 3), np.uint8))
    assert np.array_equal(cut(picture, centre, window), picture.crop(box))


def test_a_sheet_has_clear_gaps_between_its_cells():
    from cnnlab.interpret.exemplars import sheet

    square = np.full((10, 10, 3), BLUE, np.uint8)
    whole = sheet([[Image.new("RGB", (7, 7), RED), square, square], [square]], 20, gap=6)
    assert whole.mode == "RGBA" and whole.size == (3 * 20 + 2 * 6, 2 * 20 + 6)
    clear = np.ones((46, 72), bool)
    for left, upper in ((0, 0), (26, 0), (52, 0), (0, 26)):
        clear[upper : upper + 20, left : left + 20] = False
    pixels = np.asarray(whole)
    assert np.array_equal(pixels[..., 3] == 0, clear) and set(pixels[..., 3].flat) == {0, 255}
    assert pixels[19, 19].tolist() == [*RED, 255] and pixels[26, 0].tolist() == [*BLUE, 255]
    assert sheet([[square]], 20).size == (20, 20)
    assert sheet([[square, square]] * 2, 20).size == (52, 52)


@pytest.mark.parametrize(
    "url, name",
    [
        ("http://creativecommons.org/licenses/by-sa/2.0/", "CC BY-SA 2.0"),
        ("https://creativecommons.org/licenses/by/4.0", "CC BY 4.0"),
    ],
)
def test_a_licence_is_named_by_its_address(url, name):
    from cnnlab.data.coco import licence_name

    assert licence_name(url) == name


def test_photos_of_coco_are_credited(drawn_coco):
    from cnnlab.interpret.exemplars import coco_exhibits

    first, second = coco_exhibits(drawn_coco)
    assert (first.source, first.name, first.credit) == ("coco", "5001", "COCO 5001, CC BY 2.0")
    assert (second.source, second.name, second.credit) == ("coco", "30213", "COCO 30213, CC BY-SA 2.0")
    assert first.picture.size == (64, 48) and first.picture.mode == "RGB" and first.picture.getpixel((9, 9))[0] > 180


def test_exhibits_are_scikit_images_cocos_and_some_of_each_species(drawn_coco, drawn_flowers):
    from cnnlab.interpret.exemplars import exhibits

    found = exhibits(drawn_coco, drawn_flowers, per_species=2)
    assert [each.source for each in found] == ["scikit-image"] * 4 + ["coco"] * 2 + ["flowers"] * 6
    assert [each.name for each in found[6:]] == ["00001", "00002", "00003", "00004", "00005", "00006"]
    assert found[0].credit == "scikit-image, cat" and found[6].credit == "Oxford 102 Flowers, 00001"
    assert {each.picture.mode for each in found} == {"RGB"} and len({each.credit for each in found}) == 12


def cut_short(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def edited(path, change):
    listed = json.loads(path.read_text(encoding="utf-8"))
    change(listed)
    path.write_text(json.dumps(listed), encoding="utf-8")


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda listed, photo: cut_short(listed), "COCO's photos in .*coco cannot be read"),
        (lambda listed, photo: listed.write_text("[]"), "COCO's photos in .*coco cannot be read"),
        (lambda listed, photo: edited(listed, lambda all: all.pop("images")), "cannot be read: 'images'"),
        (lambda listed, photo: edited(listed, lambda all: all["licenses"].pop()), "cannot be read: 5"),
        (lambda listed, photo: photo.unlink(), "cannot be read: .*000000005001.jpg"),
        (lambda listed, photo: cut_short(photo), r"000000005001\.jpg is no whole picture"),
        (lambda listed, photo: photo.write_bytes(b""), r"000000005001\.jpg is no whole picture"),
    ],
)
def test_damaged_photos_of_coco_are_named(drawn_coco, damage, message):
    from cnnlab.interpret.exemplars import coco_exhibits

    damage(drawn_coco / "instances_val2017_subset.json", drawn_coco / "images" / "000000005001.jpg")
    with pytest.raises(DataError, match=message) as caught:
        coco_exhibits(drawn_coco)
    assert "fetch the data again" in caught.value.remedy


def test_another_folder_is_no_coco(tmp_path):
    from cnnlab.interpret.exemplars import coco_exhibits

    with pytest.raises(DataError, match="COCO's photos in .* cannot be read(.|\n)*cnnlab doctor"):
        coco_exhibits(tmp_path)
