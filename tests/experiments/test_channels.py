"""The experiments of a07-canales with random weights and synthetic photos."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from cnnlab.errors import DataError

pytestmark = pytest.mark.torch
CHAPTERS = Path(__file__).parents[2] / "chapters"
STAGES = ("early", "middle", "late")
ALIVE = ((0, 1, 2), (0, 1), (0, 1, 2))  # channels of the three stages that the random network uses


def cells(width, height, cell=64, gap=12):
    return (width * (cell + gap) - gap, height * (cell + gap) - gap)


def sizes(kept):
    return {name: picture.size for name, picture in kept.pictures.items()}


def test_channels_are_rendered_and_found_in_photos(smoke, written, drawn_coco, drawn_flowers, weights):
    values, kept = smoke("channels", dict(channels=ALIVE), coco=drawn_coco, flowers102=drawn_flowers, **weights)
    assert sizes(kept) == dict.fromkeys(STAGES, cells(4, 3)) | {"middle": cells(4, 2)}
    assert values.photos == 4 + 2 + 3 and (values.steps, values.size) == (4, 64)
    assert [(each.stage, each.layer) for each in values.stages] == [
        *(("early", "layer1.2"), ("middle", "layer2.3"), ("late", "layer4.1")),
    ]
    for stage, chosen in zip(values.stages, ALIVE, strict=True):
        assert [each.channel for each in stage.channels] == list(chosen)
        for each in stage.channels:
            assert each.drawn > 0 and each.photos > 0
            assert len(each.credits) == len(each.sources) == len(set(each.credits)) == 3
            assert set(each.sources) <= {"scikit-image", "coco", "flowers"}
    numbers = written("channels", values)
    assert numbers["photos"] == ("9", "9") and numbers["late_3"] == ("2", "2")
    assert numbers["credits"][0].startswith("COCO (") and "early_least" in numbers and "middle_most" in numbers


def test_variants_of_one_channel(smoke, written, drawn_coco, drawn_flowers, weights):
    alive = dict(signed=("layer2.3.bn3", 0), channel=0)
    values, kept = smoke("channels_beyond", alive, coco=drawn_coco, flowers102=drawn_flowers, **weights)
    assert sizes(kept) == {
        "signed": cells(4, 2),
        "diversity": cells(2, 1),
        "steps": cells(2, 1),
        "helps": cells(4, 1),
        "classes": cells(4, 1),
    }
    assert all(np.isfinite(each) and each > 0 for each in vars(values.activation).values())
    assert len(values.signed.credits) == 6 and values.steps == (1, 2)
    assert [each.name for each in values.classes] == ["miniature schnauzer", "daisy"]
    numbers = written("channels_beyond", values)
    assert numbers["class_2"] == ("985", "985") and numbers["class_2_name"] == ("daisy", "daisy")
    assert (numbers["step_1"], numbers["step_2"]) == (("1", "1"), ("2", "2")) and "without_transformations" in numbers


def test_alexnets_layers_have_lucents_names(smoke, written):
    values, _ = smoke("alexnet_layers")
    layers = {each.name: each for each in values.layers}
    assert len(layers) == 23 and values.features == 13
    first = layers["features_0"]
    assert (first.name, first.kind, first.size, first.printed) == ("features_0", "Conv2d", (64, 31, 31), "features_0")
    assert (layers["classifier_6"].kind, layers["classifier_6"].size) == ("Linear", (1000,))
    assert values.rectified == ("features_1", "features_4", "features_7", "features_9", "features_11")
    assert values.rectified == values.said
    assert len(values.in_place) == 5 and all(each.same for each in values.in_place)
    assert written("alexnet_layers", values)["misprinted"] == ("`features_4`", "`features_4`")


def test_credits_name_each_photo_of_coco_once_under_its_licence():
    from cnnlab.experiments.channel_sheets import photo_credits

    first = ["COCO 7, CC BY 2.0", "Oxford 102 Flowers, 00001", "COCO 5, CC BY-SA 2.0"]
    credits = photo_credits([*first, "COCO 7, CC BY 2.0", "COCO 9, CC BY 2.0", "scikit-image, cat"])
    assert credits.show("en") == "COCO (CC BY 2.0: 7, 9; CC BY-SA 2.0: 5), scikit-image and Oxford 102 Flowers"
    assert credits.show("es") == "COCO (CC BY 2.0: 7, 9; CC BY-SA 2.0: 5), scikit-image y Oxford 102 Flowers"
    assert photo_credits(first).show("en") == "COCO (CC BY 2.0: 7; CC BY-SA 2.0: 5) and Oxford 102 Flowers"


# ---- what they share


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


# ---- the chapters' listings, as printed


def listing(chapter, name):
    """The code of a listing; the same in both languages."""
    found = [
        re.search(rf"^```{{#{name} \.python .*?}}\n(.*?)^```", path.read_text(encoding="utf-8"), re.S | re.M)[1]
        for path in (CHAPTERS / f"{chapter}.qmd", CHAPTERS / "en" / f"{chapter}.qmd")
    ]
    assert found[0] == found[1]
    return found[0]


def test_the_listing_of_channels_runs(weights, monkeypatch):
    from cnnlab import catalog

    monkeypatch.setattr(catalog, "find", lambda name: SimpleNamespace(path=weights[name]))
    code = listing("a07-canales", "lst-canales")
    assert "steps=512" in code
    names = {}
    exec(code.replace("steps=512", "steps=1, size=32"), names)
    assert {key: each.shape for key, each in names["drawn"].items()} == dict.fromkeys(
        [("layer3.5", 908), ("labels", 985)], (1, 1, 32, 32, 3)
    )
