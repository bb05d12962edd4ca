"""What the experiments on channels share: the choice of channels, the photos to search, grids of images."""

import json

import numpy as np
import pytest
from PIL import Image

from cnnlab.errors import DataError, OptionError

pytestmark = pytest.mark.torch


def test_channels_drawn_at_random_are_different_and_by_number():
    from cnnlab.experiments.channel_sheets import drawn_at_random

    drawn = drawn_at_random(256)
    assert len(set(drawn)) == 16 and list(drawn) == sorted(drawn) and 0 <= drawn[0] and drawn[-1] < 256
    assert drawn == drawn_at_random(256, seed=0) != drawn_at_random(256, seed=1)
    assert drawn_at_random(5, count=5, seed=3) == (0, 1, 2, 3, 4)
    assert {each for seed in range(100) for each in drawn_at_random(5, count=2, seed=seed)} == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("count", [0, 6])
def test_no_more_channels_are_drawn_than_a_layer_has(count):
    from cnnlab.experiments.channel_sheets import drawn_at_random

    with pytest.raises(OptionError, match=f"count={count}") as caught:
        drawn_at_random(5, count=count)
    assert "1 to 5" in caught.value.allowed


def test_the_most_selective_of_the_channels_drawn_are_chosen():
    from cnnlab.experiments.channel_sheets import chosen_channels, drawn_at_random

    of_photos = np.array([[1, 0, 2, 3.0], [1, 4, 2, 1.0]])  # selectivity 0, 1, 0 and 1 - (16 / 4) / (10 / 2), doubled
    wide = np.tile(of_photos, (1, 5))
    found = chosen_channels({"few": of_photos, "many": wide}, count=4, shown=2)
    assert list(found) == ["few", "many"] and (found["few"].of, found["many"].of) == (4, 20)
    assert found["few"].selectivity == pytest.approx({0: 0, 1: 1, 2: 0, 3: 0.4}) and found["few"].shown == (1, 3)
    drawn = drawn_at_random(20, 4)
    assert found["many"].selectivity == pytest.approx({each: (0, 1, 0, 0.4)[each % 4] for each in drawn})
    assert set(found["many"].shown) <= set(drawn)
    with pytest.raises(OptionError, match="shown=5"):
        chosen_channels({"few": of_photos}, count=4, shown=5)


def test_the_centre_of_a_rendered_image_is_cut_out():
    from cnnlab.experiments.channel_sheets import centre

    image = np.arange(300, dtype=np.uint16).astype(np.uint8).reshape(10, 10, 3)
    assert np.array_equal(centre(image, 4), image[3:7, 3:7]) and centre(image, 10).size == (10, 10)


def test_a_grid_of_images_has_transparent_gaps():
    from cnnlab.experiments.channel_sheets import image_grid

    square = np.full((10, 10, 3), (20, 20, 230), np.uint8)
    grid = image_grid([[Image.new("RGB", (7, 7), (230, 20, 20)), square, square], [square]], 20, gap=6)
    assert grid.mode == "RGBA" and grid.size == (3 * 20 + 2 * 6, 2 * 20 + 6)
    clear = np.ones((46, 72), bool)
    for left, upper in ((0, 0), (26, 0), (52, 0), (0, 26)):
        clear[upper : upper + 20, left : left + 20] = False
    pixels = np.asarray(grid)
    assert np.array_equal(pixels[..., 3] == 0, clear) and set(pixels[..., 3].flat) == {0, 255}
    assert pixels[19, 19].tolist() == [230, 20, 20, 255] and pixels[26, 0].tolist() == [20, 20, 230, 255]
    assert image_grid([[square]], 20).size == (20, 20)
    assert image_grid([[square, square]] * 2, 20).size == (52, 52)


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
    from cnnlab.experiments.channel_sheets import coco_candidates

    first, second = coco_candidates(drawn_coco)
    assert (first.source, first.name, first.credit) == ("coco", "5001", "COCO 5001, CC BY 2.0")
    assert (second.source, second.name, second.credit) == ("coco", "30213", "COCO 30213, CC BY-SA 2.0")
    assert first.image.size == (64, 48) and first.image.mode == "RGB" and first.image.getpixel((9, 9))[0] > 180


def test_candidates_are_scikit_images_cocos_and_some_of_each_species(drawn_coco, drawn_flowers):
    from cnnlab.experiments.channel_sheets import candidates

    found = candidates(drawn_coco, drawn_flowers, per_species=2)
    assert [each.source for each in found] == ["scikit-image"] * 4 + ["coco"] * 2 + ["flowers"] * 6
    assert [each.name for each in found[6:]] == ["00001", "00002", "00003", "00004", "00005", "00006"]
    assert found[0].credit == "scikit-image, cat" and found[6].credit == "Oxford 102 Flowers, 00001"
    assert {each.image.mode for each in found} == {"RGB"} and len({each.credit for each in found}) == 12


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def edited(path, change):
    listed = json.loads(path.read_text(encoding="utf-8"))
    change(listed)
    path.write_text(json.dumps(listed), encoding="utf-8")


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda listed, photo: truncate(listed), "COCO's photos in .*coco cannot be read"),
        (lambda listed, photo: listed.write_text("[]"), "COCO's photos in .*coco cannot be read"),
        (lambda listed, photo: edited(listed, lambda all: all.pop("images")), "cannot be read: 'images'"),
        (lambda listed, photo: edited(listed, lambda all: all["licenses"].pop()), "cannot be read: 5"),
        (lambda listed, photo: photo.unlink(), "cannot be read: .*000000005001.jpg"),
        (lambda listed, photo: truncate(photo), r"000000005001\.jpg is no whole picture"),
        (lambda listed, photo: photo.write_bytes(b""), r"000000005001\.jpg is no whole picture"),
    ],
)
def test_damaged_photos_of_coco_are_named(drawn_coco, damage, message):
    from cnnlab.experiments.channel_sheets import coco_candidates

    damage(drawn_coco / "instances_val2017_subset.json", drawn_coco / "images" / "000000005001.jpg")
    with pytest.raises(DataError, match=message) as caught:
        coco_candidates(drawn_coco)
    assert "fetch the data again" in caught.value.remedy


def test_another_folder_is_no_coco(tmp_path):
    from cnnlab.experiments.channel_sheets import coco_candidates

    with pytest.raises(DataError, match="COCO's photos in .* cannot be read(.|\n)*cnnlab doctor"):
        coco_candidates(tmp_path)
