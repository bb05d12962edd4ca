"""Ants and bees, PyTorch's small set of photos out of ImageNet, as either form of the catalogue has it."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path, PurePath

from cnnlab.data.photos import DAMAGED, Photo, check_once
from cnnlab.errors import FETCH_AGAIN, DataError, OptionError

CLASSES = ("ants", "bees")
SPLITS = ("train", "val")
ZIP = "hymenoptera_data.zip"


def load(folder: str | os.PathLike, split: str) -> list[Photo]:
    """The photos of split "train" or "val", ants (label 0) before bees (label 1), by file name; names that begin with
    "." are passed over.

    folder: of the catalogue's `hymenoptera`, with the zip file or what it holds.

    Raises: DataError where the zip file is damaged, a photo is there twice, or either insect has no photos; OptionError
    for another split.
    """
    if split not in SPLITS:
        raise OptionError(f"split={split!r}", allowed=SPLITS)
    folder = Path(folder)
    try:
        files = zipped(folder / ZIP) if (folder / ZIP).is_file() else unpacked(folder)
    except DAMAGED as error:
        raise DataError(f"the ants and bees in {folder} cannot be read: {error}", remedy=FETCH_AGAIN) from error
    found = []
    for path in sorted(files):
        parts = PurePath(path).parts
        if (
            path.endswith(".jpg")
            and not parts[-1].startswith(".")
            and len(parts) >= 3
            and parts[-3] == split
            and parts[-2] in CLASSES
        ):
            found.append((CLASSES.index(parts[-2]), path))
    if {label for label, _ in found} != {0, 1}:
        raise DataError(f"{folder} holds no {split}/ants and {split}/bees", remedy=FETCH_AGAIN)
    check_once(((label, PurePath(path).name), path) for label, path in found)
    return [Photo(files[path], label, place, path) for place, (label, path) in enumerate(sorted(found))]


def zipped(path: Path) -> dict[str, bytes]:
    """The photos in a zip file by their paths in it, still encoded."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".jpg")}


def unpacked(folder: Path) -> dict[str, bytes]:
    """The photos anywhere below a folder by their paths, still encoded."""
    return {path.as_posix(): path.read_bytes() for path in folder.rglob("*.jpg")}
