"""The raccoon photos (Dat Tran 2017) with the handout's split or the author's, in either form of the catalogue."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cnnlab.data.annotations import Annotated, inside
from cnnlab.data.coco import annotations_by_image, corners
from cnnlab.data.photos import Photo
from cnnlab.errors import FETCH_AGAIN, DataError, OptionError

TWINS = {52: 50, 65: 98, 74: 50, 85: 51}  # numbers of photos that show the same picture, or nearly
SPLITS = ("handout", "author")
NUMBER = re.compile(r"(?:^|/)raccoon-(\d+)\.jpg$")


@dataclass(frozen=True)
class Raccoons:
    """A split, by number of photo. left_out: training photos that repeat a test photo; not in `train`."""

    train: list[Annotated]
    test: list[Annotated]
    left_out: list[int]


def load(folder: Path, split: str = "handout") -> Raccoons:
    """The photos and boxes in `folder`; DataError where a file is missing, damaged or inconsistent.

    split: "handout", or "author" for the one that Dat Tran published with the photos; OptionError for another.
    """
    if split not in SPLITS:
        raise OptionError(f"split={split!r}", allowed=SPLITS)
    read = FORMATS[split][0 if (folder / "raccoon_train_data.txt").is_file() else 1]
    try:
        train, test = ([annotated(folder, *row) for row in sorted(read(folder, name))] for name in ("train", "test"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"the raccoons in {folder} cannot be read: {error}", remedy=FETCH_AGAIN) from error
    tested = {each.photo.number for each in test}
    twins = {**TWINS, **{other: one for one, other in TWINS.items()}}
    repeated = [each.photo.number for each in train if twins.get(each.photo.number) in tested]
    return Raccoons([each for each in train if each.photo.number not in repeated], test, repeated)


def annotated(folder: Path, number: int, boxes: list) -> Annotated:
    """A photo of the data set with its boxes, (x1, y1, x2, y2) in pixels, clipped to it."""
    path = folder / "images" / f"raccoon-{number}.jpg"
    photo = Photo(path.read_bytes(), 0, number, str(path))
    return Annotated(photo, inside(boxes, *photo.picture().size, photo.source))


def number_of(path: str) -> int:
    """The number of a photo by the name of its file, "raccoon-NUMBER.jpg"; ValueError for another name."""
    found = NUMBER.search(path)
    if found is None:
        raise ValueError(f"{path!r} is not named raccoon-NUMBER.jpg")
    return int(found[1])


def coco_json(folder: Path, part: str, ending: str = "_bing0037") -> list[tuple[int, list]]:
    """(number, boxes) of each photo of a part of the split, from a file in COCO's format."""
    document = json.loads((folder / f"instances_{part}{ending}.json").read_text(encoding="utf-8"))
    annotations = annotations_by_image(document)
    return [(number_of(each["file_name"]), corners(annotations[each["id"]])[1].tolist()) for each in document["images"]]


def listed(folder: Path, part: str) -> list[tuple[int, list]]:
    """(number, boxes) of each photo, from the handout's lines: path, then x1,y1,x2,y2,class for each box."""
    rows = []
    for line in (folder / f"raccoon_{part}_data.txt").read_text(encoding="utf-8").splitlines():
        if line.strip():
            path, *boxes = line.split()
            rows.append((number_of(path), [[float(v) for v in box.split(",")[:4]] for box in boxes]))
    return rows


def table(folder: Path, part: str) -> list[tuple[int, list]]:
    """(number, boxes) of each photo, from the author's table with a row for each box."""
    rows: dict[int, list] = {}
    with (folder / f"{part}_labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            corners_of = [float(row[key]) for key in ("xmin", "ymin", "xmax", "ymax")]
            rows.setdefault(number_of(row["filename"]), []).append(corners_of)
    return list(rows.items())


FORMATS: dict[str, tuple[Callable[[Path, str], list], ...]] = {  # of the official files, and of the compact ones
    "handout": (listed, coco_json),
    "author": (table, partial(coco_json, ending="")),
}
