"""Boxes drawn into pictures: labels inside, apart and in both languages, and nothing else painted."""

import inspect
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from cnnlab.detection.detections import Detections
from cnnlab.plots import detections as module
from cnnlab.plots.detections import draw_detections, name_in
from cnnlab.plots.style import contrast, inks

GREY = (128, 128, 128)


@pytest.fixture
def plates(monkeypatch):
    """What `plate` is given for each label, in order, and `at`, where the label lies."""
    seen, plate = [], module.plate
    signature = inspect.signature(plate)

    def watched(*given):
        plate(*given)
        told = signature.bind(*given).arguments
        seen.append(SimpleNamespace(**told, at=told["taken"][-1]))

    monkeypatch.setattr(module, "plate", watched)
    return seen


def found(*boxes, names=None, labels=None):
    names = names or ["cat"] * len(boxes)
    labels = labels or [sorted(set(names)).index(each) + 1 for each in names]
    scores = np.linspace(0.9, 0.5, len(boxes), dtype=np.float32)
    return Detections(np.array(boxes, np.float32).reshape(-1, 4), np.array(labels), scores, tuple(names))


def drawn(size, *boxes, lang="en", **options):
    return draw_detections(Image.new("RGB", size, GREY), found(*boxes, **options), lang=lang)


def lies_inside(plate):
    x1, y1, x2, y2 = plate.at
    return 0 <= x1 < x2 <= plate.size[0] and 0 <= y1 < y2 <= plate.size[1]


def apart(one, other):
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


# ---- the picture


@pytest.mark.parametrize(
    "size, expected",
    [
        ((800, 600), (800, 600)),
        ((640, 200), (640, 200)),
        ((320, 240), (640, 480)),
        ((30, 60), (320, 640)),
        ((1, 1), (640, 640)),
        ((100, 1), (640, 320)),
        ((1, 100), (320, 640)),
        ((1000, 100), (1000, 320)),
    ],
)
@pytest.mark.parametrize("boxes", [(), ((0, 0, 1, 1),)])
def test_small_pictures_are_enlarged_and_thin_ones_laid_on_white(size, expected, boxes):
    picture = drawn(size, *boxes)
    assert picture.size == expected and picture.mode == "RGB"


def test_without_detections_the_picture_is_returned():
    pixels = np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    assert np.array_equal(np.asarray(draw_detections(pixels, found(), lang="es")), pixels)


def test_the_picture_that_is_given_stays_as_it_was():
    picture = Image.new("RGB", (640, 480), GREY)
    draw_detections(picture, found((100, 100, 300, 300)), lang="es")
    assert picture.getcolors() == [(640 * 480, GREY)]


def test_nothing_is_painted_but_frames_and_labels(plates):
    boxes = [(100, 120, 300, 300), (250, 50, 600, 460)]
    painted = np.asarray(drawn((640, 480), *boxes)) != np.array(GREY)
    allowed = np.zeros((480, 640), bool)
    for x1, y1, x2, y2 in boxes:
        allowed[y1 - 4 : y2 + 5, x1 - 4 : x2 + 5] = True
        allowed[y1 + 9 : y2 - 8, x1 + 9 : x2 - 8] = False
    for x1, y1, x2, y2 in boxes:
        allowed[y1 - 4 : y2 + 5, x1 - 4 : x1 + 9] = allowed[y1 - 4 : y2 + 5, x2 - 8 : x2 + 5] = True
        allowed[y1 - 4 : y1 + 9, x1 - 4 : x2 + 5] = allowed[y2 - 8 : y2 + 5, x1 - 4 : x2 + 5] = True
    for plate in plates:
        x1, y1, x2, y2 = (round(each) for each in plate.at)
        allowed[y1 : y2 + 2, x1 : x2 + 2] = True
    assert painted.any() and not (painted.any(axis=2) & ~allowed).any()


def test_boxes_are_scaled_with_the_picture(plates):
    picture = drawn((64, 48), (10, 10, 30, 40))
    assert plates[0].box == [100, 100, 300, 400]
    colour = tuple(int(plates[0].colour[k : k + 2], 16) for k in (1, 3, 5))
    assert picture.getpixel((200, 400)) == picture.getpixel((300, 250)) == colour != GREY


def test_the_surest_frame_lies_on_top():
    picture = drawn((640, 480), (100, 200, 300, 400), (200, 100, 400, 300), labels=[1, 2], names=["cat", "dog"])
    first, second = (tuple(int(each[k : k + 2], 16) for k in (1, 3, 5)) for each in inks("light")[1][:2])
    assert picture.getpixel((200, 200)) == first and picture.getpixel((200, 150)) == second
    assert picture.getpixel((300, 300)) == first


# ---- labels


EDGES = [
    (0, 0, 60, 40),
    (580, 0, 640, 40),
    (0, 440, 60, 480),
    (580, 440, 640, 480),
    (0, 0, 640, 480),
    (300, 0, 302, 480),
]
EDGES += [(0, 200, 640, 202), (639, 479, 640, 480), (0, 0, 1, 1), (300, 479, 301, 480), (639, 0, 640, 480)]


@pytest.mark.parametrize("box", EDGES)
@pytest.mark.parametrize("name", ["cat", "baseball glove"])
@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_label_lies_inside_for_boxes_at_every_edge(plates, box, name, lang):
    drawn((640, 480), box, names=[name], lang=lang)
    (plate,) = plates
    assert lies_inside(plate)
    assert module.face(15).getlength(plate.text) < plate.at[2] - plate.at[0]


@pytest.mark.parametrize(
    "size", [(1, 1), (3, 2), (100, 1), (1, 100), (40, 2), (700, 7), (160, 640), (640, 160), (3000, 150)]
)
def test_a_label_lies_inside_tiny_and_thin_pictures(plates, size):
    width, height = size
    drawn(size, (0, 0, width, height), (width / 2, height / 2, width, height), names=["cat", "traffic light"])
    assert len(plates) == 2 and all(map(lies_inside, plates))


@pytest.mark.parametrize("size", [(150, 3000), (400, 4000), (5600, 160), (8000, 170)])
def test_a_label_lies_inside_large_and_thin_pictures(plates, size):
    drawn(size, (0, 0, *size), names=["baseball glove"])
    assert all(map(lies_inside, plates))


@pytest.mark.parametrize("size", [(640, 480), (1, 100), (2000, 1500)])
def test_a_long_name_is_written_smaller(plates, size):
    drawn(size, (0, 0, *size), names=["an animal whose name is rather long"])
    (plate,) = plates
    assert lies_inside(plate)


def test_letters_may_have_a_share_of_the_height(plates):
    for letters in (None, 0.02, 0.1):
        draw_detections(Image.new("RGB", (640, 480), GREY), found((0, 0, 640, 480)), lang="en", letters=letters)
    usual, small, large = (plate.at[3] - plate.at[1] for plate in plates)
    assert small < usual < large and 48 < large < 72 and all(map(lies_inside, plates))


def test_labels_of_equal_boxes_lie_apart(plates):
    drawn((640, 480), *[(200, 150, 400, 350)] * 6, names=["cat", "dog", "sheep", "cow", "bear", "zebra"])
    assert len(plates) == 6 and all(map(lies_inside, plates))
    assert all(apart(one.at, other.at) for one, other in combinations(plates, 2))


def test_a_label_stands_at_a_corner_of_its_box(plates):
    drawn((640, 480), (200, 150, 400, 350))
    x1, y1, x2, y2 = plates[0].at
    assert (x1, y2) == (200, 150)


def test_texts_can_be_read_on_every_colour():
    for colour in inks("light")[1]:
        assert max(contrast(module.PALE, colour), contrast(inks("light")[0]["ink"], colour)) > 4.4


def test_a_label_is_written_in_its_ink():
    picture = drawn((640, 480), (200, 150, 400, 350))
    letters = picture.crop((200, 100, 400, 150)).getcolors(10_000)
    ink = max((module.PALE, inks("light")[0]["ink"]), key=lambda each: contrast(each, inks("light")[1][0]))
    assert tuple(int(ink[k : k + 2], 16) for k in (1, 3, 5)) in [colour for _, colour in letters]


# ---- names and colours


def test_names_and_numbers_are_those_of_the_language(plates):
    for lang in ("es", "en"):
        drawn((640, 480), (10, 100, 200, 200), names=["cat"], lang=lang)
    assert [plate.text for plate in plates] == ["gato 0,90", "cat 0.90"]


def test_a_name_that_is_not_in_the_list_stays(plates):
    drawn((640, 480), (10, 100, 200, 200), names=["capybara"], lang="es")
    assert plates[0].text == "capybara 0,90"
    assert name_in("capybara", "en") == "capybara" and name_in("raccoon", "es") == "mapache"


def test_a_class_has_one_colour_and_seven_begin_again(plates):
    labels = [4, 9, 4, 1, 2, 3, 5, 6, 9]
    names = [f"class {each}" for each in labels]
    drawn((640, 480), *[(10, 100, 200, 200)] * 9, names=names, labels=labels)
    colours = inks("light")[1]
    assert len(colours) == len(set(colours)) == 6
    assert [plate.colour for plate in plates] == [
        *(colours[0], colours[1], colours[0], colours[2], colours[3], colours[4], colours[5], colours[0], colours[1])
    ]


def rows():
    from pathlib import Path

    path = Path(module.__file__).with_name("class_names.tsv")
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_class_has_two_names_and_none_is_there_twice():
    assert len(rows()) == 81 and {len(row) for row in rows()} == {2}
    for names in zip(*rows(), strict=True):
        assert len(set(names)) == 81 and all(each == each.strip() != "" for each in names)


@pytest.mark.torch
def test_the_classes_are_cocos_and_the_raccoon():
    from torchvision.models.detection import FasterRCNN_ResNet50_FPN_Weights

    coco = FasterRCNN_ResNet50_FPN_Weights.COCO_V1.meta["categories"]
    assert [english for english, _ in rows()] == [
        *(name for name in coco if name not in ("__background__", "N/A")),
        "raccoon",
    ]


def test_another_language_is_refused():
    from cnnlab.errors import OptionError

    with pytest.raises(OptionError, match="'fr'"):
        drawn((640, 480), (10, 100, 200, 200), lang="fr")


def test_what_is_no_picture_is_refused():
    from cnnlab.errors import DataError

    with pytest.raises(DataError, match="is not there"):
        draw_detections("no-such-photo.jpg", found(), lang="es")
