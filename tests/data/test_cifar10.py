"""CIFAR-10 in its three variants: the same pictures in the same order."""

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
                dumped = pickle.dumps(content, protocol=2)
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
    ],
)
def test_a_batch_has_a_name_and_a_label_for_each_picture(tmp_path, changed, told):
    """Pictures without a label were left out in silence."""
    batch = {b"filenames": [b"a.png", b"b.png"], b"labels": [0, 1], b"data": np.zeros((2, 3072), np.uint8)}
    with pytest.raises(DataError, match=told):
        cifar10.splits(official(tmp_path, batch | changed), held_out=1)
