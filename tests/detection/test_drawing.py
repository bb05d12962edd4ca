"""Detections drawn into pictures: labels inside, apart and in both languages, and nothing else painted."""

from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from cnnlab.detection import Detections, draw_detections
from cnnlab.detection import drawing as module
from cnnlab.detection.names import class_name
from cnnlab.errors import DataError, OptionError

GREY = (128, 128, 128)
CATEGORIES = module.look.inks("light")[1]
ENLARGE = 640


def found(*boxes, names=None, labels=None):
    names = names or ["cat"] * len(boxes)
    labels = labels or [sorted(set(names)).index(each) + 1 for each in names]
    scores = np.linspace(0.9, 0.5, len(boxes), dtype=np.float32)
    return Detections(np.array(boxes, np.float32).reshape(-1, 4), np.array(labels), scores, tuple(names))


def drawn(size, *boxes, lang="en", names=None, labels=None, **options):
    options = {"enlarge_to": ENLARGE} | options
    detections = found(*boxes, names=names, labels=labels)
    return draw_detections(Image.new("RGB", size, GREY), detections, lang=lang, **options)


def labels_of(size, *boxes, lang="en", names=None, labels=None, **options):
    """Where the labels of the same drawing are, and the size of its picture."""
    style = {"font_size": None, "line_width": None, "show_scores": True, "enlarge_to": ENLARGE} | options
    detections = found(*boxes, names=names, labels=labels)
    picture, placed = module.drawn(Image.new("RGB", size, GREY), detections, module.Style(lang, **style))
    return placed, picture.size


def rgb(colour):
    return tuple(int(colour[k : k + 2], 16) for k in (1, 3, 5))


def lies_inside(label, size):
    x1, y1, x2, y2 = label.rectangle
    return 0 <= x1 < x2 <= size[0] and 0 <= y1 < y2 <= size[1]


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


def test_nothing_is_painted_but_boxes_and_labels():
    boxes = [(100, 120, 300, 300), (250, 50, 600, 460)]
    painted = np.asarray(drawn((640, 480), *boxes)) != np.array(GREY)
    allowed = np.zeros((480, 640), bool)
    for x1, y1, x2, y2 in boxes:
        allowed[y1 - 4 : y2 + 5, x1 - 4 : x2 + 5] = True
        allowed[y1 + 9 : y2 - 8, x1 + 9 : x2 - 8] = False
    for x1, y1, x2, y2 in boxes:
        allowed[y1 - 4 : y2 + 5, x1 - 4 : x1 + 9] = allowed[y1 - 4 : y2 + 5, x2 - 8 : x2 + 5] = True
        allowed[y1 - 4 : y1 + 9, x1 - 4 : x2 + 5] = allowed[y2 - 8 : y2 + 5, x1 - 4 : x2 + 5] = True
    for label in labels_of((640, 480), *boxes)[0]:
        x1, y1, x2, y2 = (round(each) for each in label.rectangle)
        allowed[y1 : y2 + 2, x1 : x2 + 2] = True
    assert painted.any() and not (painted.any(axis=2) & ~allowed).any()


def test_boxes_are_scaled_with_the_picture():
    picture, colour = drawn((64, 48), (10, 10, 30, 40)), rgb(CATEGORIES[0])
    assert picture.size == (640, 480)
    assert picture.getpixel((200, 400)) == picture.getpixel((300, 250)) == colour != GREY


def test_without_an_option_the_size_stays():
    for size in ((1, 1), (3, 2), (100, 1), (32, 24), (64, 48), (1000, 100)):
        width, height = size
        picture = drawn(size, (0, 0, width, height), enlarge_to=None)
        assert picture.size == size and picture.mode == "RGB"
        placed, _ = labels_of(size, (0, 0, width, height), enlarge_to=None)
        assert all(label is None or lies_inside(label, size) for label in placed)
    assert labels_of((3, 2), (0, 0, 3, 2), enlarge_to=None)[0] == [None]  # too small for any text
    assert labels_of((64, 48), (0, 0, 64, 48), enlarge_to=None)[0] != [None]
    picture = drawn((64, 48), (10, 10, 30, 40), enlarge_to=None)
    assert picture.getpixel((20, 40)) == picture.getpixel((30, 30)) == rgb(CATEGORIES[0])


def test_the_box_of_highest_score_lies_on_top():
    picture = drawn((640, 480), (100, 200, 300, 400), (200, 100, 400, 300), labels=[1, 2], names=["cat", "dog"])
    first, second = map(rgb, CATEGORIES[:2])
    assert picture.getpixel((200, 200)) == first and picture.getpixel((200, 150)) == second
    assert picture.getpixel((300, 300)) == first


def test_the_width_of_a_line_may_be_given():
    for width in (1, 5):
        column = np.asarray(drawn((640, 480), (100, 100, 300, 300), line_width=width))[200, 50:150]
        assert (column == rgb(CATEGORIES[0])).all(axis=1).sum() == width
        assert (column == (255, 255, 255)).all(axis=1).sum() == 2 * width


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
def test_a_label_lies_inside_for_boxes_at_every_edge(box, name, lang):
    (label,), size = labels_of((640, 480), box, names=[name], lang=lang)
    assert lies_inside(label, size)
    assert module.font(15).getlength(label.text) < label.rectangle[2] - label.rectangle[0]


@pytest.mark.parametrize(
    "size", [(1, 1), (3, 2), (100, 1), (1, 100), (40, 2), (700, 7), (160, 640), (640, 160), (3000, 150)]
)
def test_a_label_lies_inside_tiny_and_thin_pictures(size):
    width, height = size
    boxes = (0, 0, width, height), (width / 2, height / 2, width, height)
    placed, whole = labels_of(size, *boxes, names=["cat", "traffic light"])
    assert len(placed) == 2 and all(lies_inside(label, whole) for label in placed)


@pytest.mark.parametrize("size", [(150, 3000), (400, 4000), (5600, 160), (8000, 170)])
def test_a_label_lies_inside_large_and_thin_pictures(size):
    placed, whole = labels_of(size, (0, 0, *size), names=["baseball glove"])
    assert all(lies_inside(label, whole) for label in placed)


@pytest.mark.parametrize("size", [(640, 480), (1, 100), (2000, 1500)])
def test_a_long_name_is_written_smaller(size):
    (label,), whole = labels_of(size, (0, 0, *size), names=["an animal whose name is rather long"])
    assert lies_inside(label, whole)


def test_the_font_size_may_be_given_in_pixels():
    heights = []
    for size in (None, 10, 48):
        (label,), whole = labels_of((640, 480), (0, 0, 640, 480), font_size=size)
        assert lies_inside(label, whole) and label.font_size == (size or 15)
        heights.append(label.rectangle[3] - label.rectangle[1])
    usual, small, large = heights
    assert small < usual < large and 48 < large < 72


def test_scores_may_be_left_out():
    (label,), _ = labels_of((640, 480), (10, 100, 200, 200), names=["cat"], lang="es", show_scores=False)
    assert label.text == "gato"


@pytest.mark.parametrize("option", ["font_size", "line_width", "enlarge_to"])
@pytest.mark.parametrize("value", [0, -3, 2.5, "12", float("nan"), True])
def test_a_wrong_size_is_refused(option, value):
    with pytest.raises(OptionError, match=f"{option}=(.|\\n)*pixels, a whole number from 1"):
        drawn((640, 480), (10, 100, 200, 200), **{option: value})


@pytest.mark.parametrize(
    "option, value, most", [("font_size", 641, 640), ("line_width", 10**9, 640), ("enlarge_to", 8193, 8192)]
)
def test_a_size_beyond_the_picture_is_refused(option, value, most):
    with pytest.raises(OptionError, match=f"{option}={value}\n  allowed: 1 to {most} pixels"):
        drawn((640, 480), (10, 100, 200, 200), **{option: value})


def test_the_largest_sizes_are_drawn():
    assert drawn((320, 240), (10, 10, 200, 200), font_size=640, line_width=640).size == (640, 480)
    assert drawn((64, 2), (0, 0, 9, 2), enlarge_to=8192).size == (8192, 4096)


@pytest.mark.parametrize("box", [(9, 1, 5, 8), (1, 9, 5, 8)])
def test_a_box_that_is_none_is_refused(box):
    with pytest.raises(OptionError, match=r"box 1 of the detections is \[(.|\n)*x1 ≤ x2 and y1 ≤ y2"):
        drawn((640, 480), (1, 1, 2, 2), box)


def test_boxes_without_an_area_and_far_outside_are_drawn():
    for box in ((5, 5, 5, 5), (-1e30, 100, 1e30, 200), (700, 500, 900, 900)):
        assert drawn((640, 480), box).size == (640, 480)


def test_a_name_of_several_lines_is_written_in_one():
    (label,), size = labels_of((640, 480), (10, 100, 200, 200), names=["big\ncat"])
    assert label.text == "big cat 0.90" and lies_inside(label, size)


def test_labels_of_equal_boxes_lie_apart():
    names = ["cat", "dog", "sheep", "cow", "bear", "zebra"]
    placed, size = labels_of((640, 480), *[(200, 150, 400, 350)] * 6, names=names)
    assert len(placed) == 6 and all(lies_inside(label, size) for label in placed)
    assert all(apart(one.rectangle, other.rectangle) for one, other in combinations(placed, 2))


def test_a_label_stands_at_a_corner_of_its_box():
    (label,), _ = labels_of((640, 480), (200, 150, 400, 350))
    x1, _y1, _x2, y2 = label.rectangle
    assert (x1, y2) == (200, 150)


def test_texts_can_be_read_on_every_colour():
    for colour in {module.colour_of(label) for label in range(1, 91)}:
        ink = module.ink_on(colour)
        assert ink in module.INKS and module.look.contrast(ink, colour) > 4.5


def test_a_label_is_written_in_its_ink():
    picture = drawn((640, 480), (200, 150, 400, 350))
    letters = picture.crop((200, 100, 400, 150)).getcolors(10_000)
    assert rgb(module.ink_on(CATEGORIES[0])) in [colour for _, colour in letters]


# ---- names and colours


def test_names_and_numbers_are_those_of_the_language():
    texts = [labels_of((640, 480), (10, 100, 200, 200), names=["cat"], lang=lang)[0][0].text for lang in ("es", "en")]
    assert texts == ["gato 0,90", "cat 0.90"]


def test_by_default_names_are_those_of_the_detector():
    picture, detections = Image.new("RGB", (640, 480), GREY), found((10, 100, 200, 200), names=["cat"])
    default, english, spanish = (
        np.asarray(draw_detections(picture, detections, **lang)) for lang in ({}, {"lang": "en"}, {"lang": "es"})
    )
    assert np.array_equal(default, english) and not np.array_equal(default, spanish)


def test_a_name_that_is_not_in_the_list_stays():
    (label,), _ = labels_of((640, 480), (10, 100, 200, 200), names=["capybara"], lang="es")
    assert label.text == "capybara 0,90"
    assert class_name("capybara", "en") == "capybara" and class_name("raccoon", "es") == "mapache"


def test_a_class_has_one_colour_in_all_pictures_and_there_are_twelve():
    colours = [*CATEGORIES, *module.look.inks("dark")[1]]
    assert len(colours) == len(set(colours)) == 12
    assert [module.colour_of(label) for label in range(1, 10)] == colours[:9]
    assert [module.colour_of(label) for label in (10, 11, 12)] == [colours[10], colours[11], colours[0]]
    person, table, oven = (module.colour_of(label) for label in (1, 67, 79))
    assert len({person, table, oven}) == 3
    cat, dog = (10, 200, 200, 300), (300, 200, 600, 400)
    both = drawn((640, 480), dog, cat, names=["dog", "cat"], labels=[3, 4])
    alone = drawn((640, 480), cat, names=["cat"], labels=[4])
    assert both.getpixel((10, 250)) == alone.getpixel((10, 250)) == rgb(CATEGORIES[3])
    assert both.getpixel((300, 300)) == rgb(CATEGORIES[2])


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
    with pytest.raises(OptionError, match="'fr'"):
        drawn((640, 480), (10, 100, 200, 200), lang="fr")


def test_what_is_no_picture_is_refused():
    with pytest.raises(DataError, match="is not there"):
        draw_detections("no-such-photo.jpg", found())


@pytest.mark.parametrize("detections", [None, {}, [], np.zeros((1, 4))])
def test_what_are_no_detections_is_refused(detections):
    with pytest.raises(OptionError, match="detections of type(.|\n)*as detect gives them"):
        draw_detections(Image.new("RGB", (64, 48)), detections)


# ---- lists


def test_a_list_of_images_gives_a_list_of_pictures():
    images = [Image.new("RGB", (640, 480), GREY), np.zeros((300, 400, 3), np.uint8)]
    detections = [found((100, 100, 300, 300)), found()]
    together = draw_detections(images, detections, font_size=20)
    assert len(together) == 2 and draw_detections([], []) == []
    for picture, image, each in zip(together, images, detections, strict=True):
        assert np.array_equal(np.asarray(picture), np.asarray(draw_detections(image, each, font_size=20)))


@pytest.mark.parametrize(
    "detections, message",
    [
        ([found()], "1 Detections for 2 images"),
        (found(), "Detections for a list of images"),
        (None, "NoneType for a list of images"),
        ([found(), None], "detections of type NoneType"),
    ],
)
def test_a_list_of_images_needs_a_list_of_detections(detections, message):
    with pytest.raises(OptionError, match=message):
        draw_detections([Image.new("RGB", (64, 48))] * 2, detections)


def test_the_image_of_a_list_that_is_none_is_named():
    with pytest.raises(DataError, match="image 2 of 2: image no-such"):
        draw_detections([Image.new("RGB", (64, 48)), "no-such-photo.jpg"], [found(), found()])


@pytest.mark.parametrize("name", ["person\n", "person\r\n", " person ", "person\u2028", "person"])
def test_a_name_that_ends_in_a_line_break_is_drawn_and_translated(name):
    """As `readlines` gives names; "person" has a Spanish name."""
    (label,), _ = labels_of((640, 480), (10, 100, 200, 200), names=[name], lang="es")
    assert label.text == "persona 0,90"


@pytest.mark.parametrize("name", ["", "\x00", "\ud800", "\x1b[31m", "🦝", "ملف", "a\tb", "a" * 500])
def test_a_name_of_any_characters_is_drawn(name):
    assert drawn((640, 480), (10, 100, 200, 200), names=[name]).size == (640, 480)
