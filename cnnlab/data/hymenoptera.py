"""Ants and bees, PyTorch's small set of photos out of ImageNet, as either form of the catalogue has it."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePath

from cnnlab.data.photos import Photo
from cnnlab.errors import FETCH_AGAIN, DataError

CLASSES = ("ants", "bees")
ZIP = "hymenoptera_data.zip"


def load(folder: Path, split: str) -> list[Photo]:
    """The photos of split "train" or "val", ants (label 0) before bees (label 1), by file name.

    folder: of the catalogue's `hymenoptera`, with the zip file or what it holds.

    Raises: DataError where the zip file is damaged, or either insect has no photos.
    """
    try:
        files = zipped(folder / ZIP) if (folder / ZIP).is_file() else unpacked(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"the ants and bees in {folder} cannot be read: {error}", remedy=FETCH_AGAIN) from error
    found = []
    for path in sorted(files):
        parts = PurePath(path).parts
        if path.endswith(".jpg") and len(parts) >= 3 and parts[-3] == split and parts[-2] in CLASSES:
            found.append((CLASSES.index(parts[-2]), path))
    if {label for label, _ in found} != {0, 1}:
        raise DataError(f"{folder} holds no {split}/ants and {split}/bees", remedy=FETCH_AGAIN)
    return [Photo(files[path], label, place, path) for place, (label, path) in enumerate(sorted(found))]


def zipped(path: Path) -> dict[str, bytes]:
    """The photos in a zip file by their paths in it, still encoded."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".jpg")}


def unpacked(folder: Path) -> dict[str, bytes]:
    """The photos anywhere below a folder by their paths, still encoded."""
    return {path.as_posix(): path.read_bytes() for path in folder.rglob("*.jpg")}
