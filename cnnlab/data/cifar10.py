"""CIFAR-10 (Krizhevsky 2009): 60,000 pictures of 32 × 32 of ten classes, as any variant of the catalogue has it.

A data set is read as rows (name of the file, label, picture). All variants give the same order: by class in turn, and
within a class by the SHA-256 of the name, so that any part of it is a random sample, and each class as frequent.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import tarfile
from collections.abc import Iterable
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from cnnlab.data.images import BROKEN
from cnnlab.data.pixels import Pixels, PixelSplits, held_out_splits
from cnnlab.errors import FETCH_AGAIN, DataError

CLASS_NAMES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
SIDE = 32
SPLITS = ("train", "test")
INDEX, ARCHIVE = "index.json", "cifar-10-python.tar.gz"
BATCHES = {"train": tuple(f"data_batch_{k}" for k in range(1, 6)), "test": ("test_batch",)}
ARRAYS = {  # what builds numpy's arrays, in the pickles of the official archive
    "_codecs.encode",
    *("numpy.ndarray", "numpy.dtype", "numpy._core.multiarray._reconstruct"),
}
DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, tarfile.TarError, pickle.UnpicklingError, *BROKEN)


def splits(folder: str | os.PathLike, held_out: int = 10_000) -> PixelSplits:
    """The data set; validation are the last `held_out` of its training pictures, as many of each class.

    Pictures are (n, 3, 32, 32), uint8, RGB. folder: with the official archive, with `train.npy` and `test.npy` as
    `cnnlab.data.cifar10_full` packs all of them, or with the mosaics of the compact variant (12,000).

    Raises: DataError where a file is missing or damaged, or a label is out of range.
    """
    folder = Path(folder)
    read = official if (folder / ARCHIVE).is_file() else packed if (folder / "train.npy").is_file() else mosaics
    found = []
    for split in SPLITS:
        try:
            names, labels, images = read(folder, split)
        except DAMAGED as error:
            raise DataError(f"CIFAR-10 in {folder} cannot be read: {error}", remedy=FETCH_AGAIN) from error
        order = mixed(names, labels)
        found.append(Pixels(images[order], labels[order], len(CLASS_NAMES)))
    train, test = found
    return held_out_splits(train, test, held_out, CLASS_NAMES)


def mixed(names: Iterable[str], labels: np.ndarray) -> np.ndarray:
    """The order of the pictures: the first of each class, then the second of each; in a class, by the name's digest."""
    digests = [hashlib.sha256(name.encode()).digest() for name in names]
    rank = np.empty(len(labels), int)
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        rank[sorted(places, key=digests.__getitem__)] = np.arange(len(places))
    return np.lexsort((labels, rank))


def official(folder: Path, split: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names, labels (n,) and pictures (n, 3, 32, 32) of a split in the official archive, in its order."""
    names, labels, images = [], [], []
    with tarfile.open(folder / ARCHIVE) as archive:
        for name in BATCHES[split]:
            file = archive.extractfile(f"cifar-10-batches-py/{name}")
            if file is None:
                raise ValueError(f"{ARCHIVE} holds no file {name}")
            batch = ArrayUnpickler(file, encoding="bytes").load()
            counts = [len(batch[each]) for each in (b"filenames", b"labels", b"data")]
            if len(set(counts)) > 1:
                raise ValueError("{} holds {} names, {} labels and {} pictures".format(name, *counts))
            if odd := [each for each in batch[b"labels"] if not isinstance(each, Integral)]:
                raise ValueError(f"{name} has the label {odd[0]!r}")
            names += [each.decode() for each in batch[b"filenames"]]
            labels += batch[b"labels"]
            images.append(batch[b"data"].reshape(-1, 3, SIDE, SIDE))
    return names, np.array(labels), np.concatenate(images)


class ArrayUnpickler(pickle.Unpickler):
    """Reads pickles of plain data and numpy arrays, and refuses whatever else could be called."""

    def find_class(self, module: str, name: str) -> Any:
        module = module.replace("numpy.core", "numpy._core")
        if f"{module}.{name}" in ARRAYS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} in {ARCHIVE}, which holds arrays alone")


def packed(folder: Path, split: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The same of all pictures in one array (n, 32, 32, 3), class by class as the index lists them."""
    names, labels = listed(folder, split)
    images = np.load(folder / f"{split}.npy")
    if images.dtype != np.uint8 or images.shape != (len(names), SIDE, SIDE, 3):
        what = f"{folder / split}.npy holds {images.dtype}, {images.shape}"
        raise DataError(what, allowed=f"uint8 ({len(names)}, {SIDE}, {SIDE}, 3), as {INDEX} lists", remedy=FETCH_AGAIN)
    return names, labels, np.moveaxis(images, 3, 1)


def mosaics(folder: Path, split: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The same of a mosaic of tiles for each class, row by row as the index lists them."""
    names, labels = listed(folder, split)
    images = []
    for label, class_name in enumerate(CLASS_NAMES):
        path, count = folder / f"{split}_{class_name}.webp", int((labels == label).sum())
        with Image.open(path) as file:
            mosaic = np.asarray(file.convert("RGB"))
        rows, columns = mosaic.shape[0] // SIDE, mosaic.shape[1] // SIDE
        if mosaic.shape != (rows * SIDE, columns * SIDE, 3) or rows * columns < count:
            what = f"{path} has {mosaic.shape[1]} × {mosaic.shape[0]} pixels"
            raise DataError(what, allowed=f"room for {count} tiles of {SIDE} × {SIDE}", remedy=FETCH_AGAIN)
        tiles = mosaic.reshape(rows, SIDE, columns, SIDE, 3).transpose(0, 2, 4, 1, 3)
        images.append(tiles.reshape(-1, 3, SIDE, SIDE)[:count])
    return names, labels, np.concatenate(images)


def listed(folder: Path, split: str) -> tuple[list[str], np.ndarray]:
    """The names of a split's files and their labels (n,), class by class, as the index of a folder lists them."""
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    by_class = [index[f"{split}_{class_name}"] for class_name in CLASS_NAMES]
    labels = np.repeat(np.arange(len(CLASS_NAMES)), [len(each) for each in by_class])
    return [name for each in by_class for name in each], labels
