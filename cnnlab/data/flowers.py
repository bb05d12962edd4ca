"""Oxford 102 Flowers (Nilsback and Zisserman 2008) with its official split, as any variant of the catalogue has it."""

from __future__ import annotations

import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cnnlab.data.labelled import LabelledSplits
from cnnlab.data.photos import DAMAGED, Photo
from cnnlab.errors import FETCH_AGAIN, DataError

NUMBER = re.compile(r"image_(\d+)\.(?:webp|jpg)")
SPLITS = {"train": "trnid", "validation": "valid", "test": "tstid"}  # the names in setid.mat
ZIPS = {"train": "train.zip", "validation": "val.zip", "test": "test.zip"}
FULL_ZIPS = {"train": "train-full.zip", "validation": "val-full.zip", "test": "test-full.zip"}
TWINS = {7307: 7309, 8067: 8077}  # the same photo in train and test; in test and validation


@dataclass(frozen=True)
class Flowers(LabelledSplits):
    """The splits, by number of photo. left_out: training photos that are also test photos; not in `train`.

    The photo that validation and test share stays in both: nothing is trained on it.
    """

    left_out: tuple[int, ...]


def load(folder: Path) -> Flowers:
    """The data set in `folder`: the official archive with its .mat files, or three zips of CLASS/image_NNNNN.webp, or
    three of the full-size photos, CLASS/image_NNNNN.jpg. Where there are several, the last of these is read.

    Raises: DataError where a file is missing or damaged, or a split is empty.
    """
    read = official if (folder / "setid.mat").is_file() else partial(zipped, zips=ZIPS)
    if all((folder / name).is_file() for name in FULL_ZIPS.values()):
        read = partial(zipped, zips=FULL_ZIPS)
    try:
        splits = {name: sorted(read(folder, name), key=lambda photo: photo.number) for name in SPLITS}
    except (*DAMAGED, tarfile.TarError, KeyError, ValueError) as error:
        raise DataError(f"the flowers in {folder} cannot be read: {error}", remedy=FETCH_AGAIN) from error
    for name, photos in splits.items():
        if not photos:
            raise DataError(f"the {name} split of the flowers in {folder} is empty", remedy=FETCH_AGAIN)
    tested = {photo.number for photo in splits["test"]}
    twins = {**TWINS, **{b: a for a, b in TWINS.items()}}
    repeated = tuple(photo.number for photo in splits["train"] if twins.get(photo.number) in tested)
    train = [photo for photo in splits["train"] if photo.number not in repeated]
    return Flowers(train, splits["validation"], splits["test"], tuple(names()), repeated)


def names() -> list[str]:
    """The English names of the 102 species, by label from 0."""
    return Path(__file__).with_name("flower_names.txt").read_text(encoding="utf-8").splitlines()


def zipped(folder: Path, split: str, zips: dict[str, str]) -> Iterator[Photo]:
    """The photos of a split in its zip. zips: the name of each split's. Raises: DataError for a damaged zip."""
    path = folder / zips[split]
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if found := NUMBER.search(member):
                    source = f"{path}:{member}"
                    yield Photo(archive.read(member), int(member.split("/")[0]) - 1, int(found[1]), source)
    except zipfile.BadZipFile as error:
        raise DataError(f"{path} is no whole zip file: {error}", remedy=FETCH_AGAIN) from error


def official(folder: Path, split: str) -> Iterator[Photo]:
    """The photos of a split in the official archive, as its .mat files list them."""
    from scipy.io import loadmat

    labels = loadmat(folder / "imagelabels.mat")["labels"].ravel()
    wanted = set(loadmat(folder / "setid.mat")[SPLITS[split]].ravel().tolist())
    path = folder / "102flowers.tgz"
    with tarfile.open(path) as archive:
        for member in archive:
            found = NUMBER.search(member.name)
            content = archive.extractfile(member) if found and int(found[1]) in wanted else None
            if found and content:
                number = int(found[1])
                yield Photo(content.read(), int(labels[number - 1]) - 1, number, f"{path}:{member.name}")
