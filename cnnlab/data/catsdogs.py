"""Cats and dogs (Elson et al. 2007; Kaggle's competition of 2013), as either form of the catalogue has them."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

from cnnlab.data.photos import DAMAGED, Photo, check_once
from cnnlab.errors import FETCH_AGAIN, DataError, OptionError

CLASSES = ("cat", "dog")
OFFICIAL = "kagglecatsanddogs_5340.zip"
NUMBERED = re.compile(r"(?:^|/)(cat|dog)s?/(?:\1\.)?(\d+)\.(?:jpg|webp)\Z", re.IGNORECASE | re.ASCII)
NUMBERS = {"train": range(1, 4001), "test": range(4001, 4201)}  # of the photos of each animal
BROKEN = (("cat", 666),)  # the official file of this photo is empty


def load(folder: str | os.PathLike, split: str) -> list[Photo]:
    """The photos of split "train" or "test", cats (label 0) before dogs (label 1), by number.

    folder: of the catalogue's `catsdogs`: the official zip file, or the compact ones, which hold the test photos
    4001–4200 of each animal whole and 500 of the training photos.

    Raises: DataError where the zip file is missing or damaged, holds a photo twice, or either animal has no photos;
    OptionError for another split.
    """
    if split not in list(NUMBERS):
        raise OptionError(f"split={split!r}", allowed=NUMBERS)
    folder = Path(folder)
    path = folder / OFFICIAL if (folder / OFFICIAL).is_file() else folder / f"{split}.zip"
    found = []
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                numbered = NUMBERED.search(name)
                if numbered is None:
                    continue
                animal, number = numbered[1].lower(), int(numbered[2])
                if number in NUMBERS[split] and (animal, number) not in BROKEN:
                    found.append(Photo(archive.read(name), CLASSES.index(animal), number, f"{path.name}:{name}"))
    except DAMAGED as error:
        raise DataError(f"the cats and dogs in {folder} cannot be read: {error}", remedy=FETCH_AGAIN) from error
    if {each.label for each in found} != {0, 1}:
        raise DataError(f"{path} holds no cats, or no dogs, of {split}", remedy=FETCH_AGAIN)
    check_once(((each.label, each.number), each.source) for each in found)
    return sorted(found, key=lambda photo: (photo.label, photo.number))
