"""COCO val2017 (Lin et al. 2014) as the catalogue has it, and any file in COCO's format: photos, boxes, licences."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnlab.data.photos import Photo
from cnnlab.errors import DataError

SUBSET = "instances_val2017_subset.json"
ZIP, MEMBER = "annotations_trainval2017.zip", "annotations/instances_val2017.json"


@dataclass(frozen=True)
class CocoPhoto(Photo):
    """A photo still encoded; number: COCO's; licence: the address of its licence."""

    licence: str


@dataclass(frozen=True, eq=False)
class Coco:
    """Annotated photos of COCO.

    photos: in COCO's order. categories: {number: name}. annotations: {number of a photo: its annotations, as COCO
    writes them}. document: the same in COCO's own format, as its tool reads it.
    """

    photos: list[CocoPhoto]
    categories: dict[int, str]
    annotations: dict[int, list[dict]]
    document: dict


def load(folder: Path) -> Coco:
    """The catalogue's photos in `folder`/images, their boxes, categories and licences.

    DataError where a file is missing, damaged or not listed.
    """
    try:
        document = of_present_photos(read_listing(folder), folder)
        licences = {each["id"]: each["url"] for each in document["licenses"]}
        photos = [
            CocoPhoto(path.read_bytes(), 0, each["id"], str(path), licences[each["license"]])
            for each in document["images"]
            for path in [folder / "images" / each["file_name"]]
        ]
        categories = {each["id"]: each["name"] for each in document["categories"]}
        return Coco(photos, categories, annotations_by_image(document), document)
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"COCO's photos in {folder} cannot be read: {error}",
            remedy="fetch the data again: cnnlab doctor says where they are",
        ) from error


def read_listing(folder: Path) -> dict:
    """The catalogue's file of annotations in COCO's format: the official archive's, or the compact one."""
    if (folder / ZIP).is_file():
        with zipfile.ZipFile(folder / ZIP) as archive:
            return json.loads(archive.read(MEMBER))
    return json.loads((folder / SUBSET).read_text(encoding="utf-8"))


def of_present_photos(listing: dict, folder: Path) -> dict:
    """A listing of the photos in `folder`/images alone: the official archive lists all 5,000.

    The compact listing is of its own photos: one that is missing is an error, which reading it raises.
    """
    images, annotations = listing["images"], listing["annotations"]
    if (folder / ZIP).is_file():
        images = [each for each in images if (folder / "images" / each["file_name"]).is_file()]
        numbers = {each["id"] for each in images}
        annotations = [each for each in annotations if each["image_id"] in numbers]
    return {**listing, "images": images, "annotations": annotations}


def annotations_by_image(document: dict) -> dict[int, list[dict]]:
    """{image's id: its annotations} of a document in COCO's format; KeyError for an annotation of no listed image."""
    found: dict[int, list[dict]] = {each["id"]: [] for each in document["images"]}
    for each in document["annotations"]:
        found[each["image_id"]].append(each)
    return found


def corners(annotations: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """(n,) integers, (n, 4) float64: the categories of COCO's annotations, and their boxes x1, y1, x2, y2 in pixels."""
    boxes = np.array([each["bbox"] for each in annotations], float).reshape(-1, 4)  # x, y, width, height
    boxes[:, 2:] += boxes[:, :2]
    return np.array([each["category_id"] for each in annotations], int), boxes


def licence_name(url: str) -> str:
    """The name, as CC BY-SA 2.0, of the Creative Commons licence at an address."""
    kind, version = url.rstrip("/").split("/")[-2:]
    return f"CC {kind.upper()} {version}"
