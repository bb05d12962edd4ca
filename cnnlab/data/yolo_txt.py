"""Annotations in the format of YOLO: a file of text for each photo, a line for each box.

A line has the class's number from 0, then centre, width and height as shares of the photo's; or the corners of an
outline, x and y in turn, of which the box is taken. Source: https://docs.ultralytics.com/datasets/detect.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from cnnlab.data.annotated_photos import AnnotatedPhotos, PhotoFile, checked_names
from cnnlab.data.annotation_rows import Listed, Reading, Row, checked_photos, listing, stem_of, text_of
from cnnlab.data.images import PHOTOS
from cnnlab.errors import DataError

NAMES = ("classes.txt", "obj.names", "_darknet.labels", "labels.txt", "predefined_classes.txt")  # a name a line
TABLES = ("data.yaml", "data.yml", "dataset.yaml", "dataset.yml")
OTHERS = ("train.txt", "val.txt", "valid.txt", "test.txt", "readme", "license", "notes.json")  # no labels of a photo
ROUNDING = 0.01  # by which a share may pass 1, as annotators of outlines do; boxes are cut off at the edges
ALLOWED = "a class's number, then centre x, centre y, width, height from 0 to 1, or the x and y of an outline's corners"


def read_yolo(labels: Path, photos: Path, names: Any, reading: Reading) -> AnnotatedPhotos:
    """All photos of a folder with the boxes that files of the same name tell, in a folder of labels or beside them.

    A photo without such a file has no box. DataError where no photo has one, and for a file without a photo, or with
    two.
    """
    named = checked_names(names) if names is not None else found_names([labels, photos, *labels.parents[:2]])
    pictures = listing(photos, *PHOTOS)
    stems = {stem_of(each) for each in pictures}
    of_photos = [each for each in listing(labels, ".txt") if stem_of(each) in stems]
    files = {stem_of(each): each for each in (*label_files(labels), *of_photos)}
    lonely = sorted(files.keys() - stems)
    if lonely:
        what = f"{files[lonely[0]]} has no photo of its name in {photos} ({len(lonely)} of {len(files)} files)"
        other = [e for e in photos.iterdir() if stem_of(e) == lonely[0] and e.suffix not in ("", ".txt", ".json")]
        remedy = f"convert {other[0].name}, whose kind is not read" if other else None
        raise DataError(what, allowed=PHOTOS, remedy=remedy or "name the folder: read_annotations(…, photos=FOLDER)")
    for one, two in pairwise(sorted(pictures, key=stem_of)):
        if stem_of(one) == stem_of(two) and stem_of(one) in files:
            what = f"{one} and {two}: {files[stem_of(one)].name} belongs to one of them"
            raise DataError(what, allowed="one photo of a name", remedy="move the other away")
    if not files:
        raise DataError(f"no photo of {photos} has a file of boxes in {labels}", allowed="1.txt for 1.jpg")
    listed = []
    for number, path in enumerate(pictures, 1):
        photo = PhotoFile(path, number)
        file = files.get(stem_of(path))
        listed.append(Listed(photo, None, rows_of(file, photo.size, named) if file else []))
    return checked_photos(listed, named, str(labels), reading)


def label_files(folder: Path) -> list[Path]:
    """The files of a folder that are of boxes by their names."""
    others = tuple(name.partition(".")[0] for name in (*NAMES, *OTHERS))
    return [each for each in listing(folder, ".txt") if each.stem.lower() not in others]


def rows_of(file: Path, size: tuple[int, int], names: dict[int, str]) -> list[Row]:
    """The boxes of a file, in pixels of a photo of this size. DataError, which names file and line."""
    rows = []
    for place, line in enumerate(text_of(file).splitlines(), 1):
        if not line.strip():
            continue
        what = f"{file}: line {place} is {line.strip()[:80]!r}"
        try:
            label, *shares = map(float, line.split())
        except ValueError as error:
            raise DataError(what, allowed=ALLOWED) from error
        if len(shares) != 4 and (len(shares) < 6 or len(shares) % 2):
            detections = "six numbers are a detection's, with its score" if len(shares) == 5 else None
            raise DataError(what, allowed=ALLOWED, remedy=detections)
        if label not in names:
            known = ", ".join(f"{number} ({name})" for number, name in names.items())
            raise DataError(
                f"{what}: there is no class {line.split()[0]}", allowed=known or "no class: none has a name"
            )
        if not all(-ROUNDING <= each <= 1 + ROUNDING for each in shares):
            raise DataError(what, allowed=ALLOWED, remedy="divide pixels by the width or height of the photo")
        rows.append(Row(corners_of(shares, size), int(label), f"line {place} of {file.name}", shares))
    return rows


def corners_of(shares: Sequence[float], size: tuple[int, int]) -> tuple[float, ...]:
    """x1, y1, x2, y2 in pixels, of centre, width and height, or of an outline, as shares of the photo's sides."""
    if len(shares) == 4:
        x, y, width, height = shares
        low, high = np.array([x - width / 2, y - height / 2]), np.array([x + width / 2, y + height / 2])
    else:
        points = np.reshape(shares, (-1, 2))
        low, high = points.min(axis=0), points.max(axis=0)
    return (*(low * size).tolist(), *(high * size).tolist())


def found_names(folders: Sequence[Path]) -> dict[int, str]:
    """{number: name} of the first file of names in these folders. DataError where there is none."""
    for folder in dict.fromkeys(folders):
        for name in TABLES:
            if (folder / name).is_file():
                return table_names(folder / name)
        for name in NAMES:
            if (folder / name).is_file():
                lines = text_of(folder / name).rstrip().splitlines()
                return checked_names(lines, str(folder / name))  # an empty one, which would shift the rest, is refused
    raise DataError(
        f"no file names the classes of {folders[0]}",
        allowed=f"{', '.join(NAMES)} with a name a line, or {TABLES[0]} with names, there or above",
        remedy="name them: read_annotations(…, names=['raccoon'])",
    )


def table_names(path: Path) -> dict[int, str]:
    """The `names` of a file of YAML. DataError where it has none."""
    import yaml

    try:
        table = yaml.safe_load(text_of(path))
    except yaml.YAMLError as error:
        raise DataError(f"{path} is no YAML: {error}", remedy="export it again") from error
    names = table.get("names") if isinstance(table, dict) else None
    if names is None:
        raise DataError(f"{path} has no names", allowed="names: [raccoon], or names: {0: raccoon}")
    if table.get("kpt_shape") is not None:
        raise DataError(f"{path} is of key points (kpt_shape), which are not read", allowed="boxes, or outlines")
    values = names if isinstance(names, list) else list(names.values()) if isinstance(names, dict) else []
    if odd := [each for each in values if isinstance(each, bool) or each is None]:
        remedy = "put it in quotes: YAML takes yes, no, on, off and null for values"
        raise DataError(f"{path} has the name {odd[0]}", allowed="texts", remedy=remedy)
    texts = [str(each) for each in names] if isinstance(names, list) else names
    if isinstance(texts, dict) and all(str(key).isdecimal() for key in texts):
        texts = {int(key): str(name) for key, name in texts.items()}
    found = checked_names(texts, str(path))
    if isinstance(table.get("nc"), int) and table["nc"] != len(found):
        what = f"{path} has {len(found)} names, and says nc: {table['nc']}"
        raise DataError(what, allowed="as many names as classes", remedy="mend one of them")
    return found
