"""CIFAR-10 (Krizhevsky 2009): 60,000 pictures of 32 × 32 of ten classes, as any variant of the catalogue has it.

A data set is read as rows (name of the file, label, picture). All variants give the same order: by class in turn, and
within a class by the SHA-256 of the name, so that any part of it is a random sample, and each class as frequent.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import pickle
import tarfile
import zlib
from collections import Counter
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
KEYS = (b"filenames", b"labels", b"data")  # of a batch in the official archive
DAMAGED = (  # what reading raises; of pickle there is no whole list
    *(AttributeError, LookupError, OverflowError, MemoryError),
    *(tarfile.TarError, pickle.UnpicklingError, zlib.error),
    *BROKEN,
)


def splits(folder: str | os.PathLike, held_out: int = 10_000) -> PixelSplits:
    """The data set; validation are the last `held_out` of its training pictures, of each class as many or one more.

    Pictures are (n, 3, 32, 32), uint8, RGB. folder: with the official archive, with `train.npy` and `test.npy` as
    `cnnlab.data.cifar10_full` packs all of them, or with the mosaics of the compact variant (12,000).

    Raises: DataError where a file is missing or damaged, a label is out of range, a picture is there twice by its name,
    or the classes have not as many pictures each.
    """
    found = []
    for split in SPLITS:
        try:
            names, labels, images = read(Path(folder), split)
            check_names(names, labels, split)
            order = mixed(names, labels)
        except DAMAGED as error:
            what = f"CIFAR-10 in {folder!s:.200} cannot be read: {str(error) or type(error).__name__}"
            raise DataError(what, remedy=FETCH_AGAIN) from error
        found.append(Pixels(images[order], labels[order], len(CLASS_NAMES)))
    train, test = found
    return held_out_splits(train, test, held_out, CLASS_NAMES)


def read(folder: Path, split: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names, labels (n,) and pictures (n, 3, 32, 32) of a split, of the variant that the catalogue finds in a folder.

    Of several that is the first of these that is whole; where none is, one that lacks a file, which its error names.
    """
    tiles = [f"{each}_{class_name}.webp" for each in SPLITS for class_name in CLASS_NAMES]
    files = {packed: [f"{each}.npy" for each in SPLITS], mosaics: tiles, official: [ARCHIVE]}
    there = {each: [(folder / name).is_file() for name in names] for each, names in files.items()}
    index = (folder / INDEX).is_file()
    whole = [each for each, found in there.items() if all(found) and (index or each is official)]
    variant = (*whole, *(each for each, found in there.items() if any(found)), mosaics)[0]
    return variant(folder, split)


def check_names(names: list[str], labels: np.ndarray, split: str) -> None:
    """Raise ValueError for a name that a class has twice, and for classes of no or of different numbers of pictures."""
    counts = np.bincount(labels, minlength=len(CLASS_NAMES))
    if len(set(counts)) > 1 or not counts[0]:
        few, many = int(counts.argmin()), int(counts.argmax())
        what = f"{counts[few]} of {CLASS_NAMES[few]} and {counts[many]} of {CLASS_NAMES[many]}"
        raise ValueError(f"{split} has {what}, not as many pictures of each class")
    (name, label), often = Counter(zip(names, labels.tolist(), strict=True)).most_common(1)[0]
    if often > 1:
        raise ValueError(f"{split} has {often} pictures {name} of {CLASS_NAMES[label]}")


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
    with gzip.open(folder / ARCHIVE) as content, tarfile.open(fileobj=content, mode="r:") as archive:
        archive.getmembers()
        content.read()  # to the end, where the checksum stands
        for name in BATCHES[split]:
            file = archive.extractfile(f"cifar-10-batches-py/{name}")
            if file is None:
                raise ValueError(f"{ARCHIVE} holds no file {name}")
            batch = ArrayUnpickler(file, encoding="bytes").load()
            check_batch(batch, name)
            names += [each.decode() for each in batch[b"filenames"]]
            labels += batch[b"labels"]
            images.append(batch[b"data"].reshape(-1, 3, SIDE, SIDE))
    return names, np.array(labels), np.concatenate(images)


def check_batch(batch: Any, name: str) -> None:
    """Raise ValueError for what is no batch of names, labels 0 to 9 and pictures (n, 3072), uint8, as many of each."""
    if not isinstance(batch, dict) or not batch.keys() >= {*KEYS}:
        raise ValueError(f"{name} is no batch with {', '.join(key.decode() for key in KEYS)}")
    counts = [len(batch[each]) for each in KEYS]
    if len(set(counts)) > 1:
        raise ValueError("{} holds {} names, {} labels and {} pictures".format(name, *counts))
    if odd := [each for each in batch[b"filenames"] if not isinstance(each, bytes)]:
        raise ValueError(f"{name} has the name {odd[0]!r:.40}, not of bytes")
    if odd := [each for each in batch[b"labels"] if not is_label(each)]:
        raise ValueError(f"{name} has the label {odd[0]!r:.40}")
    data = batch[b"data"]
    held = f"{data.dtype} {data.shape}" if isinstance(data, np.ndarray) else type(data).__name__
    if held != f"uint8 ({len(data)}, {3 * SIDE * SIDE})":
        raise ValueError(f"{name} holds pictures of {held}, not uint8 (n, {3 * SIDE * SIDE})")


def is_label(value: Any) -> bool:
    """Whether this is the number of a class."""
    return isinstance(value, Integral) and not isinstance(value, bool) and 0 <= int(value) < len(CLASS_NAMES)


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
    held = f"{images.dtype}, {images.shape}" if isinstance(images, np.ndarray) else type(images).__name__
    if held != f"uint8, {(len(names), SIDE, SIDE, 3)}":
        what = f"{folder / split}.npy holds {held}"
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
    by_class = []
    for key in (f"{split}_{class_name}" for class_name in CLASS_NAMES):
        listed_names = index.get(key) if isinstance(index, dict) else None
        if not isinstance(listed_names, list) or not all(isinstance(each, str) for each in listed_names):
            raise ValueError(f"{INDEX} has no list of names for {key}")
        by_class.append(listed_names)
    labels = np.repeat(np.arange(len(CLASS_NAMES)), [len(each) for each in by_class])
    return [name for each in by_class for name in each], labels
