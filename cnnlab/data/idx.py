"""Files in the idx format of MNIST (LeCun et al. 1998): raw, gzip as published, or xz as in the compact variant."""

from __future__ import annotations

import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from cnnlab.data.photos import DAMAGED
from cnnlab.errors import FETCH_AGAIN, DataError, OptionError

SPLITS = {"train": "train", "test": "t10k"}
SIDE, CLASSES = 28, 10
OPENERS: dict[str, Callable[..., Any]] = {".xz": lzma.open, "": open, ".gz": gzip.open}


def labelled_images(folder: str | os.PathLike, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, 28, 28), uint8, and their labels (n,), uint8, 0 to 9; split: "train" or "test".

    Raises: DataError where a file is missing or damaged, is no set of one picture of 28 × 28 or more, or a label is
    above 9; OptionError for another split.
    """
    if split not in list(SPLITS):
        raise OptionError(f"split={split!r}", allowed=SPLITS)
    folder = Path(folder)
    images = values(folder / f"{SPLITS[split]}-images-idx3-ubyte", (SIDE, SIDE))
    path = folder / f"{SPLITS[split]}-labels-idx1-ubyte"
    labels = values(path, ())
    if len(images) != len(labels):
        raise DataError(f"{len(images)} images and {len(labels)} labels in {folder}", remedy=FETCH_AGAIN)
    if not len(images):
        raise DataError(f"no images in {folder}", allowed="one or more", remedy=FETCH_AGAIN)
    wrong = np.flatnonzero(labels >= CLASSES)
    if len(wrong):
        what = f"{path}: label {labels[wrong[0]]} of picture {wrong[0]}"
        raise DataError(what, allowed=f"0 to {CLASSES - 1}", remedy=FETCH_AGAIN)
    return images, labels


def values(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """The items (n, *shape), uint8, of an idx file; path: without the suffix of its packing.

    Raises: DataError for a file that is missing or damaged, or holds items of another shape.
    """
    packed = [path.with_name(path.name + suffix) for suffix in OPENERS]
    found = next((each for each in packed if each.is_file()), packed[-1])
    try:
        with OPENERS[found.name.removeprefix(path.name)](found, "rb") as file:
            content = file.read()
        if len(content) < 4 + 4 * (len(shape) + 1):
            raise ValueError(f"{len(content)} bytes are less than its header")
        if content[:2] != bytes(2):
            raise ValueError("its first two bytes are not 0")
    except (*DAMAGED, ValueError) as error:
        raise DataError(f"{found} cannot be read: {error}", remedy=FETCH_AGAIN) from error
    kind, dimensions = content[2], content[3]
    header = 4 + 4 * dimensions
    sizes = tuple(int.from_bytes(content[at : at + 4], "big") for at in range(4, header, 4))
    if kind != 8 or sizes[1:] != shape:
        what = f"{found} holds type {kind}, sizes {sizes}"
        raise DataError(what, allowed=f"type 8 (bytes), sizes (n, {', '.join(map(str, shape))})", remedy=FETCH_AGAIN)
    if len(content) - header != int(np.prod(sizes)):
        what = f"{found}: its length is not what its header says, {len(content) - header} bytes after it"
        raise DataError(what, allowed=f"{int(np.prod(sizes))}", remedy=FETCH_AGAIN)
    return np.frombuffer(content, np.uint8, offset=header).reshape(sizes).copy()  # torch asks for writable arrays
