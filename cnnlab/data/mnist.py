"""The digits of MNIST (LeCun et al. 1998), from the official files: gzip as published, xz in the compact variant."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import numpy as np

from cnnlab.errors import FETCH_AGAIN, DataError

SPLITS = {"train": "train", "test": "t10k"}
HEADERS = {"images": 16, "labels": 8}  # bytes before the data


def load(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, 28, 28), uint8, 0 (paper) to 255 (ink), and their digits (n,), uint8; split: "train" or "test".

    Raises: DataError where a file is missing or damaged.
    """
    images = idx_content(folder, split, "images").reshape(-1, 28, 28)
    labels = idx_content(folder, split, "labels")
    if len(images) != len(labels):
        raise DataError(f"{len(images)} images and {len(labels)} labels in {folder}", remedy=FETCH_AGAIN)
    return images, labels


def idx_content(folder: Path, split: str, kind: str) -> np.ndarray:
    """The bytes (n,) of a file after its header."""
    path = folder / f"{SPLITS[split]}-{kind}-idx{3 if kind == 'images' else 1}-ubyte"
    packed = path.with_name(f"{path.name}.xz")
    compact = packed.is_file()
    if not compact:
        packed = path.with_name(f"{path.name}.gz")
    try:
        with lzma.open(packed) if compact else gzip.open(packed) as file:
            content = np.frombuffer(file.read(), np.uint8)
        count, size = int.from_bytes(content[4:8].tobytes(), "big"), 28 * 28 if kind == "images" else 1
        if len(content) != HEADERS[kind] + count * size:
            raise ValueError("its length is not what its header says")
    except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
        raise DataError(f"{packed} cannot be read: {error}", remedy=FETCH_AGAIN) from error
    return content[HEADERS[kind] :]
