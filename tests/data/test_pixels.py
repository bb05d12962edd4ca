"""Small pictures in memory, from arrays and from folders: the same to the last digit."""

import numpy as np
import pytest
from PIL import Image

from cnnlab.data import Pixels, fashion_mnist, image_folder, write_image_folder
from cnnlab.data.labelled import first_of_each_class
from cnnlab.data.pixels import held_out_splits
from cnnlab.errors import DataError, OptionError

COLOURS = Pixels(np.random.default_rng(0).integers(256, size=(6, 3, 5, 4), dtype=np.uint8), np.arange(6) % 3, 3)


def test_an_example_is_a_picture_with_a_label():
    example = COLOURS[4]
    assert example.label == 1 and example.picture().size == (4, 5)
    assert np.array_equal(np.asarray(example.picture()), np.moveaxis(COLOURS.images[4], 0, 2))
    assert len(COLOURS[2:4]) == 2 and [each.label for each in COLOURS] == [0, 1, 2, 0, 1, 2]


def test_the_first_of_each_class(drawn_digits):
    data = fashion_mnist.splits(drawn_digits, held_out=20).first_of_each_class(1)
    assert data.train.labels.tolist() == data.test.labels.tolist() == list(range(10))


@pytest.mark.parametrize(
    ("images", "labels", "told"),
    [
        (COLOURS.images, np.array([0, 1, 2, 0, 1, 3]), r"label 3 of picture 5\n *allowed: 0 to 2"),
        (COLOURS.images, np.array([0, 1, 2, -1, 1, 1]), "label -1 of picture 3"),
        (COLOURS.images, np.arange(5), r"6 pictures, labels of int64, \(5,\)"),
        (COLOURS.images / 255, np.arange(6) % 3, "pictures of float64"),
        (COLOURS.images[:, :2], np.arange(6) % 3, r"allowed: uint8 \(n, c, h, w\), c 1 or 3"),
    ],
)
def test_arrays_that_are_no_data_set_are_refused(images, labels, told):
    with pytest.raises(DataError, match=told):
        Pixels(images, labels, 3)


@pytest.mark.parametrize("kind", ["grey", "colours"])
def test_a_folder_of_pictures_equals_the_array_that_it_was_written_from(tmp_path, drawn_digits, kind):
    pixels = COLOURS if kind == "colours" else fashion_mnist.splits(drawn_digits, held_out=20).train
    names = tuple(f"{label}/{label}" for label in range(pixels.classes))
    write_image_folder(pixels, names, tmp_path / "set")
    read, found = image_folder(tmp_path / "set")
    order = np.argsort(pixels.labels, kind="stable")
    assert np.array_equal(read.images, pixels.images[order]) and np.array_equal(read.labels, pixels.labels[order])
    assert found == tuple(name.replace("/", "-") for name in names)


def test_folders_that_are_no_data_set_are_refused_by_name(tmp_path):
    with pytest.raises(DataError, match="no-such-folder"):
        image_folder(tmp_path / "no-such-folder")
    with pytest.raises(DataError, match="holds no folder of a class"):
        image_folder(tmp_path)
    write_image_folder(COLOURS, ("a", "b", "c"), tmp_path)
    (tmp_path / "d").mkdir()
    with pytest.raises(DataError, match=r"d of a class holds no picture"):
        image_folder(tmp_path)
    (tmp_path / "d" / "x.png").write_bytes((tmp_path / "a" / "00000.png").read_bytes()[:60])
    with pytest.raises(DataError, match=r"x\.png is no whole picture"):
        image_folder(tmp_path)
    small = Pixels(COLOURS.images[:1, :1, :, :2], COLOURS.labels[:1], 1)
    (tmp_path / "d" / "x.png").unlink()
    write_image_folder(small, ("d",), tmp_path)
    with pytest.raises(DataError, match=r"00000\.png is 2 × 5, 1 channel\n *allowed: 4 × 5, 3 channels"):
        image_folder(tmp_path)


@pytest.mark.parametrize(
    ("images", "labels", "classes", "told"),
    [
        ([[1]], np.arange(1), 1, "pictures of type list\n *allowed: arrays"),
        (COLOURS.images[:1], [0], 1, "labels of type list"),
        (COLOURS.images[:1, :, :0], np.array([0]), 1, r"uint8, \(1, 3, 0, 4\)\n *allowed: .*, h and w from 1"),
        (
            COLOURS.images[:1],
            np.array([2**63], np.uint64),
            2**64,
            f"label {2**63} of picture 0\n *allowed: 0 to {2**63 - 1}",
        ),
    ],
)
def test_what_is_no_array_of_pictures_and_labels_beyond_int64_are_refused(images, labels, classes, told):
    with pytest.raises(DataError, match=told):
        Pixels(images, labels, classes)


@pytest.mark.parametrize("place", [[4, 0], np.array([4, 0]), np.arange(6) % 4 == 0])
def test_places_and_masks_choose_pictures(place):
    chosen = COLOURS[place]
    assert np.array_equal(chosen.images, COLOURS.images[place]) and np.array_equal(chosen.labels, COLOURS.labels[place])
    assert COLOURS[np.array(4)].label == 1


@pytest.mark.parametrize("count", [-1, 1.5, "2"])
def test_numbers_of_pictures_that_cannot_be_are_refused(count):
    for choose in (COLOURS.first_of_each_class, lambda number: first_of_each_class(list(COLOURS), number)):
        with pytest.raises(OptionError, match="count=.*\n *allowed: a whole number from 0"):
            choose(count)


@pytest.mark.parametrize("held_out", [1.0, 1.5, "2"])
def test_only_whole_numbers_of_pictures_are_held_out(held_out):
    with pytest.raises(OptionError, match="held_out=.*\n *allowed: 1 to 5"):
        held_out_splits(COLOURS, COLOURS, held_out, ("a", "b", "c"))


@pytest.mark.parametrize("hidden", ["", "00000.png"])
def test_names_that_begin_with_a_dot_are_passed_over(tmp_path, hidden, capsys):
    """Jupyter's copies are no class (torchvision's issue 2831)."""
    write_image_folder(COLOURS, ("a", "b", "c"), tmp_path)
    (tmp_path / ".ipynb_checkpoints").mkdir()
    if hidden:
        (tmp_path / ".ipynb_checkpoints" / hidden).write_bytes((tmp_path / "a" / "00000.png").read_bytes())
    (tmp_path / "a" / "._00000.png").write_bytes(b"of macOS")
    pixels, names = image_folder(str(tmp_path))
    assert names == ("a", "b", "c") and len(pixels) == 6 and capsys.readouterr().err == ""


def test_pictures_of_every_kind_are_read_and_what_is_left_out_is_said(tmp_path, capsys):
    write_image_folder(COLOURS, ("a", "b", "c"), tmp_path)
    picture = Image.open(tmp_path / "a" / "00000.png")
    for name in ("a/1.tif", "b/1.gif", "c/1.JFIF"):
        picture.save(tmp_path / name, format="jpeg" if name.endswith("JFIF") else None)
    (tmp_path / "a" / "more").mkdir()
    picture.save(tmp_path / "a" / "more" / "9.png")
    picture.save(tmp_path / "loose.png")
    for name in ("notes.txt", "photo.heic"):
        (tmp_path / "b" / name).write_text("no picture")
    pixels, _ = image_folder(tmp_path)
    assert pixels.counts.tolist() == [3, 3, 3] and np.array_equal(pixels.images[2], COLOURS.images[0])
    assert capsys.readouterr().err == f"{tmp_path}: 4 left out: loose.png, a/more, b/notes.txt, …\n"
    for path in (tmp_path / "b").iterdir():
        path.unlink() if path.suffix not in (".heic", ".txt") else None
    with pytest.raises(DataError, match=r"b of a class holds no picture\n *allowed: .*\.tif"):
        image_folder(tmp_path)
    with pytest.raises(DataError, match="5 is no folder that can be read"):
        image_folder(5)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("T-shirt/top", "T-shirt-top", "c"), "'T-shirt/top'\n *allowed: names of folders of their own"),
        (("..", "b", "c"), r"class_names: '\.\.'"),
        (("a", "", "c"), "class_names: ''"),
        (("a", "b", ".c"), r"class_names: '\.c'"),
        (("a", "b"), "2 names of 3 classes"),
    ],
)
def test_names_that_are_no_folders_of_their_own_are_refused_before_anything_is_written(tmp_path, names, told):
    with pytest.raises(OptionError, match=told):
        write_image_folder(COLOURS, names, tmp_path / "set")
    assert not list(tmp_path.iterdir())


def test_pictures_are_not_written_among_others(tmp_path):
    write_image_folder(COLOURS, ("a", "b", "c"), str(tmp_path))
    write_image_folder(COLOURS, ("a", "b", "c"), tmp_path)  # the same pictures again
    with pytest.raises(DataError, match=r"a.00003\.png is there, and is none of these pictures\n *to do: "):
        write_image_folder(COLOURS[:3], ("a", "b", "c"), tmp_path)
    assert len(list(tmp_path.rglob("*.png"))) == 6


@pytest.mark.parametrize("classes", [2.0, "2", None, -1, True])
def test_a_number_of_classes_that_cannot_be_is_refused(classes):
    with pytest.raises(OptionError, match=f"classes={classes!r}\n *allowed: a whole number from 0"):
        Pixels(np.zeros((2, 1, 3, 4), np.uint8), np.array([0, 1]), classes)
