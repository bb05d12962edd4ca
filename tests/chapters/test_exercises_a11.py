"""The listings under "Qué probar después" of a11-encontrar run as they are printed."""

import re

import pytest
from PIL import Image

from cnnlab import catalog, results

CHAPTER = "a11-encontrar"
pytestmark = [pytest.mark.torch, pytest.mark.data("yolox_nano.onnx", "coco")]


def test_what_is_in_a_photo(listing, printed, tmp_path):
    shown = results.load("found_photos").photos[2]
    photo, boxes = tmp_path / "photo.png", tmp_path / "boxes.jpg"
    path = catalog.find("coco").path / "images" / f"{shown.number:012d}.jpg"
    with Image.open(path) as picture:
        picture.save(photo)
    less = ('"photo.jpg", 0.3', f"{str(photo)!r}, 0.3"), ('"photo.jpg", found', f"{str(photo)!r}, found")
    rows = printed(listing(CHAPTER, "lst-encontrar", *less, ('"boxes.jpg"', repr(str(boxes)))))
    found = [re.fullmatch(r"(.+?) +score (\d\.\d\d), box \[(.+)\]", row).groups() for row in rows]
    assert all(len(box.split()) == 4 for *_, box in found)
    told = [(name, float(score)) for name, score, _ in found]
    assert told == [(name, round(score, 2)) for name, score in zip(shown.names, shown.scores, strict=True)]
    with Image.open(boxes) as drawn:
        assert drawn.size == picture.size


def test_cocos_numbers_of_a_detector(listing, printed):
    rows = [row.split() for row in printed(listing(CHAPTER, "lst-evaluar"))]
    kept = results.load("found_coco").coco
    assert {name: float(value) for name, value in rows} == {name: round(value, 3) for name, value in kept.items()}
