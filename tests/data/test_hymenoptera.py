"""Photos of ants and bees, in the zip file and unpacked."""

import zipfile

import pytest

from cnnlab.data import hymenoptera
from cnnlab.errors import DataError, OptionError

FILES = [f"hymenoptera_data/{s}/{c}/{n}.jpg" for s in ("train", "val") for c in ("bees", "ants") for n in (2, 1)]


@pytest.fixture(params=["zipped", "unpacked"])
def folder(request, tmp_path):
    """A function that adds empty photos of these names to the drawn ones, and gives their folder."""

    def add(*names):
        if request.param == "zipped":
            with zipfile.ZipFile(tmp_path / hymenoptera.ZIP, "w") as archive:
                for name in (*FILES, *names):
                    archive.writestr(name, b"")
            return tmp_path
        for name in (*FILES, *names):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return add


def test_ants_come_before_bees_by_name(folder):
    found = hymenoptera.load(str(folder()), "val")
    assert [(each.label, each.number) for each in found] == [(0, 0), (0, 1), (1, 2), (1, 3)]
    assert [each.source.rpartition("val/")[2] for each in found] == [
        "ants/1.jpg",
        "ants/2.jpg",
        "bees/1.jpg",
        "bees/2.jpg",
    ]


@pytest.mark.parametrize("split", ["test", "Train", None, ["train"]])
def test_another_split_is_refused(folder, split):
    with pytest.raises(OptionError, match="split=(.|\\n)*allowed: train, val"):
        hymenoptera.load(folder(), split)


def test_a_photo_that_is_there_twice_is_named(folder):
    with pytest.raises(DataError, match=r"copy/train/ants/1\.jpg and .*ants/1\.jpg are the same photo"):
        hymenoptera.load(folder("copy/train/ants/1.jpg"), "train")
    assert len(hymenoptera.load(folder(), "val")) == 4


def test_hidden_files_are_passed_over(folder):
    """macOS puts a "._1.jpg" beside each photo, which is none."""
    added = ("hymenoptera_data/train/ants/._1.jpg", "__MACOSX/hymenoptera_data/train/ants/._2.jpg")
    assert len(hymenoptera.load(folder(*added), "train")) == 4


def test_what_cannot_be_read_is_named(tmp_path):
    with pytest.raises(DataError, match="holds no train/ants and train/bees"):
        hymenoptera.load(tmp_path, "train")
    path = tmp_path / hymenoptera.ZIP
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(FILES[0], b"")
    content = bytearray(path.read_bytes())
    content[6] |= 1  # encrypted
    content[content.index(b"PK\x01\x02") + 8] |= 1
    for wrong in (content, b"nothing"):
        path.write_bytes(wrong)
        with pytest.raises(DataError, match="the ants and bees in .* cannot be read"):
            hymenoptera.load(tmp_path, "train")
