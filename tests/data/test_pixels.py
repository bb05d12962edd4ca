"""Small pictures in memory, from arrays and from folders: the same to the last digit."""

import numpy as np
import pytest

from cnnlab.data import Pixels, fashion_mnist, image_folder, write_image_folder
from cnnlab.errors import DataError

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
