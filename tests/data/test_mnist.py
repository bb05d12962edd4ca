"""The files of MNIST, packed as published and as in the compact variant."""

import gzip
import lzma

import numpy as np
import pytest

from cnnlab.data import mnist
from cnnlab.errors import DataError

IMAGES = np.arange(2 * 784, dtype=np.uint8).reshape(2, 28, 28)


def write(folder, compress, suffix, images=IMAGES, labels=(7, 2), count=2):
    for name, content in (("images-idx3", images.tobytes()), ("labels-idx1", bytes(labels))):
        header = bytes(4) + count.to_bytes(4, "big") + bytes(8 if "images" in name else 0)
        (folder / f"train-{name}-ubyte{suffix}").write_bytes(compress(header + content))


@pytest.mark.parametrize(("compress", "suffix"), [(gzip.compress, ".gz"), (lzma.compress, ".xz")])
def test_images_and_labels_are_those_of_the_files(tmp_path, compress, suffix):
    write(tmp_path, compress, suffix)
    images, labels = mnist.load(tmp_path, "train")
    assert np.array_equal(images, IMAGES) and labels.tolist() == [7, 2]


def test_missing_or_damaged_files_are_named(tmp_path):
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz"):
        mnist.load(tmp_path, "train")
    write(tmp_path, gzip.compress, ".gz", count=3)
    with pytest.raises(DataError, match="its length is not what its header says"):
        mnist.load(tmp_path, "train")
    write(tmp_path, gzip.compress, ".gz")
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(7) + b"\x01\x05"))
    with pytest.raises(DataError, match="2 images and 1 labels"):
        mnist.load(tmp_path, "train")
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(b"nothing packed")
    with pytest.raises(DataError, match="cannot be read"):
        mnist.load(tmp_path, "train")
