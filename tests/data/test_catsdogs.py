"""Photos of cats and dogs in both forms of the catalogue."""

import os
import zipfile

import pytest

from cnnlab.data import catsdogs
from cnnlab.errors import DataError, OptionError


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


@pytest.mark.parametrize("split", ["val", "Test", None, ["test"]])
def test_another_split_is_refused(drawn_catsdogs, split):
    with pytest.raises(OptionError, match="split=(.|\n)*allowed: train, test"):
        catsdogs.load(drawn_catsdogs, split)
    (drawn_catsdogs / "test.zip").rename(drawn_catsdogs / catsdogs.OFFICIAL)
    with pytest.raises(OptionError, match="split="):
        catsdogs.load(str(drawn_catsdogs), split)


@pytest.mark.parametrize("again", ["cats/cat.4001.webp", "cats/cat.4001.jpg", "cats/cat.04001.jpg", "Cat/4001.jpg"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_photo_that_is_there_twice_is_named(drawn_catsdogs, again):
    with zipfile.ZipFile(drawn_catsdogs / "test.zip", "a") as archive:
        archive.writestr(again, b"")
    with pytest.raises(DataError, match=rf"cats/cat\.4001\.webp and test\.zip:{again} are the same photo"):
        catsdogs.load(drawn_catsdogs, "test")


@pytest.mark.parametrize("name", ["cats/dog.4003.jpg", "cats/cat.٤٠٠٣.jpg", "cats/._cat.4003.jpg", "cats/4003.jpg\n"])
def test_names_that_are_none_of_a_photo_are_passed_over(drawn_catsdogs, name):
    """The first one was a cat."""
    with zipfile.ZipFile(drawn_catsdogs / "test.zip", "a") as archive:
        archive.writestr(name, b"")
    assert read(drawn_catsdogs) == [(0, 4001), (0, 4002), (1, 4001), (1, 4002)]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, None])
def test_damaged_and_encrypted_photos_are_no_traceback(drawn_catsdogs, method):
    """zlib, lzma and zipfile each have their own errors. None: encrypted, by a bit of the flags."""
    path = drawn_catsdogs / "test.zip"
    with zipfile.ZipFile(path, "w", method or zipfile.ZIP_STORED) as archive:
        archive.writestr("cats/cat.4001.webp", os.urandom(300) * 3)
    content = bytearray(path.read_bytes())
    if method is None:
        content[6] |= 1
        content[content.index(b"PK\x01\x02") + 8] |= 1
    else:
        content[60:120] = b"\xff" * 60
    path.write_bytes(content)
    with pytest.raises(DataError, match="the cats and dogs in .* cannot be read"):
        catsdogs.load(drawn_catsdogs, "test")
