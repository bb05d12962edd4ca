"""CIFAR-10 in its three variants: the same pictures in the same order."""

import gzip
import io
import json
import os
import pickle
import tarfile

import numpy as np
import pytest
from PIL import Image

from cnnlab import catalog
from cnnlab.data import Pixels, cifar10
from cnnlab.data.cifar10_full import pack
from cnnlab.data.folders import write_image_folder
from cnnlab.errors import DataError

COUNTS = {"train": 8, "test": 4}  # of each class
SET = {
    split: Pixels(
        np.random.default_rng(seed).integers(256, size=(10 * count, 3, 32, 32), dtype=np.uint8),
        np.arange(10 * count) % 10,
        10,
    )
    for seed, (split, count) in enumerate(COUNTS.items())
}


def packed(tmp_path):
    for split, pixels in SET.items():
        write_image_folder(pixels, cifar10.CLASS_NAMES, tmp_path / "tree" / split)
    (tmp_path / "packed").mkdir()
    pack(tmp_path / "tree", tmp_path / "packed")
    return tmp_path / "packed"


def compact(tmp_path):
    folder, index = tmp_path / "compact", {}
    folder.mkdir()
    for split, pixels in SET.items():
        for label, name in enumerate(cifar10.CLASS_NAMES):
            places = np.flatnonzero(pixels.labels == label)
            index[f"{split}_{name}"] = [f"{place:05d}.png" for place in places]
            tiles = pixels.images[places].reshape(2, -1, 3, 32, 32).transpose(0, 3, 1, 4, 2)
            mosaic = Image.fromarray(np.ascontiguousarray(tiles.reshape(64, -1, 3)))
            mosaic.save(folder / f"{split}_{name}.webp", lossless=True)
    (folder / "index.json").write_text(json.dumps(index))
    return folder


def official(tmp_path, batch=None):
    (tmp_path / "official").mkdir()
    with tarfile.open(tmp_path / "official" / cifar10.ARCHIVE, "w:gz") as archive:
        for split, names in cifar10.BATCHES.items():
            pixels = SET[split]
            for part, name in enumerate(names):
                places = range(part, len(pixels), len(names))
                content = batch or {
                    b"filenames": [f"{place:05d}.png".encode() for place in places],
                    b"labels": [int(pixels.labels[place]) for place in places],
                    b"data": pixels.images[list(places)].reshape(len(places), -1),
                }
                dumped = content if isinstance(content, bytes) else pickle.dumps(content, protocol=2)
                entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
                entry.size = len(dumped)
                archive.addfile(entry, io.BytesIO(dumped))
    return tmp_path / "official"


def test_all_variants_give_the_same_pictures_in_the_same_order(tmp_path):
    first, *others = [cifar10.splits(make(tmp_path), held_out=20) for make in (packed, compact, official)]
    assert first.validation.counts.tolist() == [2] * 10 and first.test.counts.tolist() == [4] * 10
    assert first.train.labels[:10].tolist() == list(range(10))
    for other in others:
        for split in ("train", "validation", "test"):
            assert np.array_equal(getattr(first, split).images, getattr(other, split).images)
            assert np.array_equal(getattr(first, split).labels, getattr(other, split).labels)
    places = [next(k for k, each in enumerate(SET["test"]) if (each.values == one.values).all()) for one in first.test]
    assert sorted(places) == list(range(40)) and places != list(range(40))


def test_of_several_variants_the_catalogue_s_is_read(tmp_path):
    """The archive was read, unchecked, where the catalogue had found and checked the compact variant."""
    folder = compact(tmp_path)
    expected = cifar10.splits(folder, held_out=20)
    (official(tmp_path, [0]) / cifar10.ARCHIVE).rename(folder / cifar10.ARCHIVE)
    assert np.array_equal(cifar10.splits(folder, held_out=20).train.images, expected.train.images)
    (folder / "test_cat.webp").rename(tmp_path / "test_cat.webp")
    with pytest.raises(DataError, match="data_batch_1 is no batch"):
        cifar10.splits(folder, held_out=20)
    (folder / cifar10.ARCHIVE).unlink()
    with pytest.raises(DataError, match=r"No such file.*test_cat\.webp"):
        cifar10.splits(folder, held_out=20)


def test_damaged_files_are_named(tmp_path):
    folder = packed(tmp_path)
    np.save(folder / "test.npy", np.zeros((3, 32, 32, 3), np.uint8))
    with pytest.raises(DataError, match=r"test\.npy holds uint8, \(3, 32, 32, 3\)\n *allowed: uint8 \(40, 32, 32, 3\)"):
        cifar10.splits(folder, held_out=20)
    (folder / "index.json").write_text("{")
    with pytest.raises(DataError, match="cannot be read"):
        cifar10.splits(folder)
    folder = compact(tmp_path)
    Image.new("RGB", (32, 32)).save(folder / "train_cat.webp")
    with pytest.raises(DataError, match=r"train_cat\.webp has 32 × 32 pixels\n *allowed: room for 8 tiles"):
        cifar10.splits(folder)


def test_the_archive_may_hold_arrays_alone(tmp_path):
    with pytest.raises(DataError, match=r"system in cifar-10-python\.tar\.gz"):
        cifar10.splits(official(tmp_path, {b"filenames": os.system}))


@pytest.mark.data("cifar10")
def test_the_real_pictures_are_counted():
    data = cifar10.splits(catalog.find("cifar10").path, held_out=1000)
    assert set(data.validation.counts) == {100}
    assert set(data.test.counts) <= {200, 1000} and set(data.train.counts) <= {900, 4900}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({b"labels": [0]}, "data_batch_1 holds 2 names, 1 labels and 2 pictures"),
        ({b"data": np.zeros((1, 3072), np.uint8)}, "data_batch_1 holds 2 names, 2 labels and 1 pictures"),
        ({b"filenames": [b"a.png"]}, "data_batch_1 holds 1 names, 2 labels and 2 pictures"),
        ({b"labels": [0, None]}, "data_batch_1 has the label None"),
        ({b"labels": [0, "1"]}, "data_batch_1 has the label '1'"),
        ({b"labels": [0, 10]}, "data_batch_1 has the label 10"),
        ({b"labels": [0, -1]}, "data_batch_1 has the label -1"),
        ({b"labels": [0, True]}, "data_batch_1 has the label True"),
        ({b"filenames": [b"a.png", "b.png"]}, r"data_batch_1 has the name 'b\.png', not of bytes"),
        ({b"filenames": [None, b"b.png"]}, "data_batch_1 has the name None, not of bytes"),
        ({b"data": np.zeros((2, 32, 32, 3), np.uint8)}, r"pictures of uint8 \(2, 32, 32, 3\), not uint8 \(n, 3072\)"),
        ({b"data": np.zeros((2, 6144), np.uint8)}, r"pictures of uint8 \(2, 6144\), not"),
        ({b"data": np.zeros((2, 1536), np.uint8)}, r"pictures of uint8 \(2, 1536\), not"),
        ({b"data": np.zeros((2, 3072))}, r"pictures of float64 \(2, 3072\), not"),
        ({b"data": [[0] * 3072] * 2}, "pictures of list, not"),
        ({}, "train has 0 of bird and 5 of airplane, not as many pictures of each class"),
    ],
)
def test_a_batch_has_a_name_and_a_label_for_each_picture(tmp_path, changed, told):
    """Pictures without a label were left out in silence; of others the channels were mixed, or the half was taken."""
    batch = {b"filenames": [b"a.png", b"b.png"], b"labels": [0, 1], b"data": np.zeros((2, 3072), np.uint8)}
    with pytest.raises(DataError, match=told):
        cifar10.splits(official(tmp_path, batch | changed), held_out=1)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (["data"], "data_batch_1 is no batch with filenames, labels, data"),
        ({"filenames": [], "labels": [], "data": []}, "data_batch_1 is no batch with filenames, labels, data"),
        (b"c_codecs\nencode\n(X\x01\x00\x00\x00aX\x01\x00\x00\x00ztR.", "unknown encoding: z"),
        (b"cnumpy\nndarray\n((L100000000000000000L\ntX\x02\x00\x00\x00u1tR.", "Unable to allocate"),
        (b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.", "too large"),
        (b"]}X\x01\x00\x00\x00aK\x01sb.", "no attribute"),
    ],
)
def test_what_is_no_batch_is_said(tmp_path, content, told):
    with pytest.raises(DataError, match=told):
        cifar10.splits(official(tmp_path, content), held_out=20)


def test_a_batch_that_is_there_twice_is_named(tmp_path):
    """Its pictures were in training and in validation."""
    batch = {b"filenames": [b"a.png"] * 10, b"labels": list(range(10)), b"data": np.zeros((10, 3072), np.uint8)}
    with pytest.raises(DataError, match=r"train has 5 pictures a\.png of airplane\n *to do"):
        cifar10.splits(official(tmp_path, batch), held_out=20)


def test_the_checksum_of_the_archive_is_read(tmp_path):
    """The last bytes of the archive were not, and other pictures came in silence."""
    path = official(tmp_path) / cifar10.ARCHIVE
    whole = path.read_bytes()
    content = bytearray(gzip.decompress(whole))
    picture = SET["train"].images[0].tobytes().decode("latin-1").encode()  # as pickle writes bytes for Python 2
    content[content.index(picture) + next(k for k, value in enumerate(picture) if 32 <= value < 128)] ^= 1
    path.write_bytes(gzip.compress(content, compresslevel=0)[:-8] + whole[-8:])
    with pytest.raises(DataError, match="CRC check failed"):
        cifar10.splits(path.parent, held_out=20)


@pytest.mark.parametrize("names", [None, 3, "abcdefgh", dict.fromkeys("abcdefgh"), [*range(8)], [None] * 8])
def test_the_index_lists_names(tmp_path, names):
    """The letters of a text were taken for names."""
    folder = packed(tmp_path)
    index = json.loads((folder / "index.json").read_text())
    (folder / "index.json").write_text(json.dumps(index | {"train_cat": names}))
    with pytest.raises(DataError, match=r"index\.json has no list of names for train_cat"):
        cifar10.splits(folder, held_out=20)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"train_cat": ["a.png"] * 8}, r"train has 8 pictures a\.png of cat"),
        ({"test_cat": [], "test_dog": list("abcdefgh")}, "test has 0 of cat and 8 of dog"),
        ({"test_cat": ["\ud800", "b", "c", "d"]}, "surrogates not allowed"),
    ],
)
def test_every_class_has_as_many_pictures_each_once(tmp_path, changes, told):
    """One class had none, another two of them; a name that no text can be was no DataError."""
    folder = packed(tmp_path)
    index = json.loads((folder / "index.json").read_text())
    (folder / "index.json").write_text(json.dumps(index | changes))
    with pytest.raises(DataError, match=told):
        cifar10.splits(folder, held_out=20)


def test_an_archive_of_arrays_is_no_array(tmp_path):
    folder = packed(tmp_path)
    with (folder / "test.npy").open("wb") as file:
        np.savez(file, SET["test"].images)
    with pytest.raises(DataError, match=r"test\.npy holds NpzFile"):
        cifar10.splits(folder, held_out=20)


@pytest.mark.parametrize("folder", [None, 3, b"cifar10", "x" * 5000, "a\0b", "nowhere"])
def test_what_is_no_folder_is_said(folder):
    with pytest.raises(DataError, match="cannot be read"):
        cifar10.splits(folder)


def test_pictures_of_other_classes_or_sizes_are_not_packed(tmp_path):
    """A class too many moved the pictures of those after it; one too few was no DataError."""
    packed(tmp_path)
    tree = tmp_path / "tree" / "train"
    pack(tree.parent, tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder" / "train.npy").read_bytes() == (tmp_path / "packed" / "train.npy").read_bytes()
    (tree / "bird").rename(tree / "aardvark")
    with pytest.raises(DataError, match=r"train holds aardvark, airplane, (.|\n)*allowed: airplane"):
        pack(tree.parent, tmp_path / "packed")
    (tree / "aardvark").rename(tmp_path / "aardvark")
    with pytest.raises(DataError, match="train holds airplane, automobile, cat"):
        pack(tree.parent, tmp_path / "packed")
    small = Pixels(np.zeros((10, 3, 8, 8), np.uint8), np.arange(10), 10)
    write_image_folder(small, cifar10.CLASS_NAMES, tmp_path / "small" / "train")
    with pytest.raises(DataError, match=r"pictures of \(3, 8, 8\)"):
        pack(tmp_path / "small", tmp_path / "packed")
