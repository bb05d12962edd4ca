"""Photos of cats and dogs in both forms of the catalogue."""

import zipfile

import pytest

from cnnlab.data import catsdogs
from cnnlab.errors import DataError


def read(folder, split="test"):
    return [(each.label, each.number) for each in catsdogs.load(folder, split)]


def test_cats_come_before_dogs_by_number(drawn_catsdogs):
    assert read(drawn_catsdogs) == [(0, 4001), (0, 4002), (1, 4001), (1, 4002)]
    assert read(drawn_catsdogs, "train") == [(0, 1), (0, 2), (1, 1), (1, 2)]
    dark, *_, light = (each.picture().getpixel((20, 15)) for each in catsdogs.load(drawn_catsdogs, "test"))
    assert max(dark) < 10 and min(light) > 245


def test_the_official_file_holds_both_splits_and_a_broken_photo(drawn_catsdogs):
    with zipfile.ZipFile(drawn_catsdogs / catsdogs.OFFICIAL, "w") as archive:
        for name in ("Cat/0", "Cat/1", "Cat/666", "Cat/4001", "Cat/12499", "Dog/2", "Dog/4200"):
            archive.writestr(f"PetImages/{name}.jpg", b"")
        archive.writestr("readme[1].txt", b"")
    assert read(drawn_catsdogs) == [(0, 4001), (1, 4200)]
    assert read(drawn_catsdogs, "train") == [(0, 1), (1, 2)]


def test_what_cannot_be_read_is_named(drawn_catsdogs):
    with zipfile.ZipFile(drawn_catsdogs / "test.zip", "w") as archive:
        archive.writestr("cats/cat.4001.webp", b"")
    with pytest.raises(DataError, match="no cats, or no dogs, of test"):
        catsdogs.load(drawn_catsdogs, "test")
    (drawn_catsdogs / "test.zip").write_bytes(b"nothing")
    with pytest.raises(DataError, match="cannot be read"):
        catsdogs.load(drawn_catsdogs, "test")
