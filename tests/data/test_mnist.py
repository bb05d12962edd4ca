"""The files of MNIST and Fashion-MNIST, packed as published and as in the compact variant."""

import gzip
import lzma

import numpy as np
import pytest

from cnnlab import catalog
from cnnlab.data import fashion_mnist, mnist
from cnnlab.errors import DataError, OptionError
from tests.conftest import write_idx

IMAGES = np.arange(2 * 784, dtype=np.uint8).reshape(2, 28, 28)
LABELS = np.array([7, 2], np.uint8)


def write(folder, images=IMAGES, labels=LABELS, compress=gzip.compress, suffix=".gz"):
    write_idx(folder / f"train-images-idx3-ubyte{suffix}", images, compress)
    write_idx(folder / f"train-labels-idx1-ubyte{suffix}", labels, compress)


@pytest.mark.parametrize(("compress", "suffix"), [(gzip.compress, ".gz"), (lzma.compress, ".xz"), (bytes, "")])
def test_images_and_labels_are_those_of_the_files(tmp_path, compress, suffix):
    write(tmp_path, compress=compress, suffix=suffix)
    images, labels = mnist.load(tmp_path, "train")
    assert np.array_equal(images, IMAGES) and labels.tolist() == [7, 2]


def test_missing_files_and_such_that_are_not_packed_are_named(tmp_path):
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz"):
        mnist.load(tmp_path, "train")
    write(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(b"nothing packed")
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte\.gz cannot be read"):
        mnist.load(tmp_path, "train")
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(5)))
    with pytest.raises(DataError, match="5 bytes are less than its header"):
        mnist.load(tmp_path, "train")
    packed = bytearray(gzip.compress(bytes(range(256))))
    packed[10:20] = b"\xff" * 10
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(packed)
    with pytest.raises(DataError, match=r"ubyte\.gz cannot be read: Error -3 while decompressing"):  # zlib's own
        mnist.load(tmp_path, "train")
    write(tmp_path, IMAGES[:0], LABELS[:0])
    with pytest.raises(DataError, match=r"no images in (.|\n)*allowed: one or more"):
        mnist.load(tmp_path, "train")


def test_truncated_files_wrong_sizes_and_labels_are_named_with_what_is_allowed(tmp_path):
    write(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-5]))
    with pytest.raises(DataError, match=r"its length is not what its header says, 1563 bytes(.|\n)*allowed: 1568"):
        mnist.load(tmp_path, "train")
    write(tmp_path, images=IMAGES.reshape(2, 14, 56))
    with pytest.raises(DataError, match=r"sizes \(2, 14, 56\)(.|\n)*allowed: type 8 \(bytes\), sizes \(n, 28, 28\)"):
        mnist.load(tmp_path, "train")
    write(tmp_path, labels=LABELS[:1])
    with pytest.raises(DataError, match="2 images and 1 labels"):
        mnist.load(tmp_path, "train")
    write(tmp_path, labels=np.array([3, 10], np.uint8))
    with pytest.raises(DataError, match=r"label 10 of picture 1\n *allowed: 0 to 9"):
        mnist.load(tmp_path, "train")


def test_the_last_training_pictures_are_held_out(drawn_digits):
    data = fashion_mnist.splits(drawn_digits, held_out=20)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [60, 20, 40]
    images, _ = mnist.load(drawn_digits, "train")
    assert np.array_equal(data.validation.images[:, 0], images[60:])
    assert data.test.counts.tolist() == [4] * 10 and data.class_names[9] == "Ankle boot"
    assert mnist.splits(drawn_digits, held_out=20).class_names == tuple("0123456789")
    for wrong in (80, True, "20"):
        with pytest.raises(OptionError, match=rf"held_out={wrong!r}\n *allowed: 1 to 79"):
            mnist.splits(drawn_digits, held_out=wrong)


@pytest.mark.data("mnist")
def test_the_real_digits_are_counted():
    data = mnist.splits(catalog.find("mnist").path)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [55_000, 5_000, 10_000]
    assert (data.train.counts + data.validation.counts)[:3].tolist() == [5923, 6742, 5958]


@pytest.mark.data("fashion_mnist")
def test_the_real_clothes_are_balanced():
    found = catalog.find("fashion_mnist")
    data = fashion_mnist.splits(found.path)
    assert set(data.train.counts + data.validation.counts) == {6000} and set(data.test.counts) == {1000}
    assert found.variant in ("debian", "official")


def test_a_file_of_another_format_another_split_and_a_folder_as_text(tmp_path):
    write(tmp_path)
    assert mnist.load(str(tmp_path), "train")[1].tolist() == [7, 2]
    for wrong in ("val", ["train"]):
        with pytest.raises(OptionError, match="split=.*\n *allowed: train, test"):
            mnist.load(tmp_path, wrong)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(b"\xff\xff" + gzip.decompress(path.read_bytes())[2:]))
    with pytest.raises(DataError, match=r"images-idx3-ubyte\.gz cannot be read: its first two bytes are not 0"):
        mnist.load(tmp_path, "train")
