"""The raccoon photos (Dat Tran 2017) with the handout's split, as either form of the catalogue has them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from cnnlab.data.annotations import Annotated, inside
from cnnlab.data.coco import annotations_by_image, corners
from cnnlab.data.photos import Photo
from cnnlab.errors import FETCH_AGAIN, DataError

TWINS = {52: 50, 65: 98, 74: 50, 85: 51}  # in the handout's training photos: number in its test photos
NUMBER = re.compile(r"(?:^|/)raccoon-(\d+)\.jpg$")


@dataclass(frozen=True)
class Raccoons:
    """The handout's split, by number of photo. left_out: training photos that repeat a test photo; not in `train`."""

    train: list[Annotated]
    test: list[Annotated]
    left_out: list[int]


def load(folder: Path) -> Raccoons:
    """The photos and boxes in `folder`; DataError where a file is missing, damaged or inconsistent."""
    read = listed if (folder / "raccoon_train_data.txt").is_file() else coco_json
    try:
        train, test = ([annotated(folder, *row) for row in sorted(read(folder, name))] for name in ("train", "test"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"the raccoons in {folder} cannot be read: {error}", remedy=FETCH_AGAIN) from error
    tested = {each.photo.number for each in test}
    repeated = [each.photo.number for each in train if TWINS.get(each.photo.number) in tested]
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


def coco_json(folder: Path, split: str) -> list[tuple[int, list]]:
    """(number, boxes) of each photo, from a file in COCO's format."""
    document = json.loads((folder / f"instances_{split}_bing0037.json").read_text(encoding="utf-8"))
    annotations = annotations_by_image(document)
    return [(number_of(each["file_name"]), corners(annotations[each["id"]])[1].tolist()) for each in document["images"]]


def listed(folder: Path, split: str) -> list[tuple[int, list]]:
    """(number, boxes) of each photo, from the handout's lines: path, then x1,y1,x2,y2,class for each box."""
    rows = []
    for line in (folder / f"raccoon_{split}_data.txt").read_text(encoding="utf-8").splitlines():
        if line.strip():
            path, *boxes = line.split()
            rows.append((number_of(path), [[float(v) for v in box.split(",")[:4]] for box in boxes]))
    return rows
