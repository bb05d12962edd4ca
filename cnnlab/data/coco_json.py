"""Annotations in COCO's format, as people have them: with less than COCO's own files, or in other types.

Source: https://cocodataset.org/#format-data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cnnlab.data.annotated_photos import AnnotatedPhotos, PhotoFile, checked_names
from cnnlab.data.annotation_rows import Listed, Reading, Row, checked_photos, photo_in, text_of, told_size
from cnnlab.errors import DataError

OUTSIDE = 1.0  # pixels by which an annotator's box may leave its photo
SHARE = 1 / 3  # of the boxes leave their photos where corners are taken for sides; nearly none do otherwise


def read_coco(
    path: Path, folders: Iterable[Path], names: Any, corners: bool | None, reading: Reading
) -> AnnotatedPhotos:
    """The photos that a file in COCO's format lists; arguments as in `read_annotations`."""
    document = loaded(path)
    images = unique(listed(document, "images", path), "image", path)
    categories = listed(document, "categories", path) if names is None else []
    numbers, named = category_numbers(unique(categories, "category", path), path)
    if names is not None:
        named = checked_names(names)
        numbers = {str(each): each for each in named}
    annotations = listed(document, "annotations", path)
    unique([each for each in annotations if each.get("id") is not None], "annotation", path)
    found: dict[str | None, list[Row]] = {key: [] for key in images}
    for place, each in enumerate(annotations, 1):
        of_image = key_of(each.get("image_id"))
        if of_image not in found:
            shown = f"{path}: {name_of(each, place)} is of image {each.get('image_id')!r}"
            raise DataError(shown, allowed=f"the id of one of the {len(images)} images that the file lists")
        found[of_image].append(row_of(each, place, numbers, named, corners, path))
    photos = []
    for number, (key, image) in zip(numbers_of(images), images.items(), strict=True):
        name = image.get("file_name")
        if not isinstance(name, str) or not name:
            raise DataError(f"{path}: image {key} has the file_name {name!r}", allowed="the name of its file")
        photo = PhotoFile(photo_in(tuple(folders), [name], str(path)), number)
        photos.append(Listed(photo, told_size(image.get("width"), image.get("height")), found[key]))
    if corners is None:
        check_sides(photos, path)
    return checked_photos(photos, named, str(path), reading)


def loaded(path: Path) -> dict:
    """The document in a file. DataError where it is none of annotations."""
    try:
        document = json.loads(text_of(path))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is no whole json: {error}", remedy="export it again") from error
    if isinstance(document, list):
        remedy = "detections are read by cnnlab.detection.from_coco"
        raise DataError(f"{path} holds a list, as detections do", allowed="annotations in COCO's format", remedy=remedy)
    if not isinstance(document, dict) or "images" not in document:
        keys = ", ".join(map(str, document)) if isinstance(document, dict) else type(document).__name__
        raise DataError(f"{path} holds {keys or 'nothing'}", allowed="images, annotations, categories: COCO's format")
    return document


def listed(document: dict, key: str, path: Path) -> list[dict]:
    """A list of the document, empty where there is none. DataError for anything else."""
    several = document.get(key)
    if several is None:
        return []
    if not isinstance(several, list) or not all(isinstance(each, dict) for each in several):
        raise DataError(f"{path}: {key} is no list of objects", allowed="COCO's format")
    return several


def unique(several: list[dict], kind: str, path: Path) -> dict[str, dict]:
    """{id as text: object}. DataError for an id that is missing or repeated."""
    found: dict[str, dict] = {}
    for place, each in enumerate(several, 1):
        key = key_of(each.get("id"))
        if key is None:
            what = f"{path}: {kind} {place} of {len(several)} has the id {each.get('id')!r}"
            raise DataError(what, allowed="a whole number or a text")
        if key in found:
            raise DataError(
                f"{path}: two of kind {kind} have the id {each['id']!r}",
                allowed="each id once",
                remedy="number them anew, with what refers to them: files that were joined repeat their ids",
            )
        found[key] = each
    return found


def key_of(value: Any) -> str | None:
    """An id as text, the same for 1, "1" and 1.0; None for what is none."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None


def numbers_of(found: Mapping[str, dict]) -> list[int]:
    """A number for each: its id where all ids are whole numbers that an array can hold, else its place from 1."""
    whole = all(key.isdecimal() and int(key) < 2**63 for key in found) and len({int(key) for key in found}) == len(
        found
    )
    return [int(key) for key in found] if whole else list(range(1, len(found) + 1))


def category_numbers(categories: Mapping[str, dict], path: Path) -> tuple[dict[str, int], dict[int, str]]:
    """{id as text: number}, {number: name} of the categories."""
    numbers = dict(zip(categories, numbers_of(categories), strict=True))
    for key, each in categories.items():
        if not isinstance(each.get("name"), str) or not each["name"].strip():
            raise DataError(f"{path}: category {key} has the name {each.get('name')!r}", allowed="a text")
    return numbers, {numbers[key]: each["name"].strip() for key, each in categories.items()}


def row_of(
    each: dict, place: int, numbers: Mapping[str, int], names: Mapping[int, str], corners: bool | None, path: Path
) -> Row:
    """An annotation. DataError where its category, box or crowd is none."""
    name = name_of(each, place)
    category = key_of(each.get("category_id"))
    if category is None or category not in numbers:
        known = ", ".join(f"{key} ({names[number]})" for key, number in numbers.items())
        what = f"{path}: {name} in image {each.get('image_id')} has the category_id {each.get('category_id')!r}"
        remedy = None if numbers else "name the classes: read_annotations(…, names={1: 'raccoon'})"
        raise DataError(what, allowed=known or "a category that the file lists: it lists none", remedy=remedy)
    given = each.get("bbox")
    box = outline_box(each.get("segmentation")) if given is None else given
    what = f"{path}: {name} in image {each.get('image_id')} has the bbox {given!r}"
    try:
        x, y, third, fourth = (number_of(value) for value in (box if isinstance(box, (list, tuple)) else ()))
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(what, allowed="four numbers: x, y, width, height in pixels") from error
    crowd = each.get("iscrowd")
    if crowd not in (None, 0, 1, "0", "1"):
        raise DataError(f"{path}: {name} in image {each.get('image_id')} has iscrowd={crowd!r}", allowed="0 or 1")
    as_corners = corners and given is not None
    told = (x, y, third, fourth) if as_corners else (x, y, x + third, y + fourth)
    return Row(told, numbers[category], name, given, crowd in (1, "1"), area_told(each.get("area")))


def name_of(annotation: dict, place: int) -> str:
    """How an annotation is called in messages: by its id, or by its place from 1 where it has none."""
    return f"annotation {annotation.get('id', f'number {place}')}"


def number_of(value: Any) -> float:
    """A number, of json or as text. TypeError, ValueError for anything else."""
    if isinstance(value, bool):
        raise TypeError("a truth value")
    return float(value)


def outline_box(outline: Any) -> list[float] | None:
    """x, y, width, height of polygons [[x, y, x, y, …], …]; None where there are none."""
    if not isinstance(outline, list) or not outline:
        return None
    try:
        points = np.concatenate([np.asarray(each, float).reshape(-1, 2) for each in outline])
    except (TypeError, ValueError, OverflowError):
        return None
    if not len(points):
        return None
    low, high = points.min(axis=0), points.max(axis=0)
    return [*low.tolist(), *(high - low).tolist()]


def area_told(value: Any) -> float | None:
    """The area of an object as an annotation tells it; None where it tells none, or no number above 0."""
    try:
        area = number_of(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return area if 0 < area < np.inf else None


def check_sides(photos: list[Listed], path: Path) -> None:
    """Raise DataError where the boxes are corners: many would leave their photos, and all lie inside as corners."""
    rows = [(*row.corners, *(each.size or each.photo.size)) for each in photos for row in each.rows]
    if not rows:
        return
    x1, y1, x2, y2, width, height = np.array(rows, float).T
    leaves = (x2 > width + OUTSIDE) | (y2 > height + OUTSIDE)
    third, fourth = x2 - x1, y2 - y1  # as they are told
    fit = (x1 < third) & (third <= width + OUTSIDE) & (y1 < fourth) & (fourth <= height + OUTSIDE)
    if leaves.mean() >= SHARE and fit.all():
        raise DataError(
            f"{path}: as x, y, width, height {leaves.sum()} of {len(rows)} boxes leave their photos; as x1, y1, x2, y2 "
            "none does",
            allowed="x, y, width, height, which is COCO's format",
            remedy="read_annotations(…, corners=True), or corners=False where it is right as it is",
        )
