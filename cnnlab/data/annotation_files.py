"""Annotated photos read from the formats in which people of this field keep them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cnnlab.data.annotated_photos import AnnotatedPhotos
from cnnlab.data.annotation_rows import Reading, is_visible, listing
from cnnlab.data.coco_json import read_coco
from cnnlab.data.images import PHOTOS
from cnnlab.data.voc_xml import read_voc
from cnnlab.data.yolo_txt import TABLES, label_files, read_yolo
from cnnlab.errors import DataError, OptionError

FORMATS = ("coco", "voc", "yolo")
NOTES = "notes.json"  # which Label Studio adds to YOLO's files
ALLOWED = (
    "a json file in COCO's format, a folder of PASCAL VOC's xml files, or a folder of photos with YOLO's txt files "
    "beside them or in labels/"
)


def read_annotations(
    path: str | os.PathLike,
    *,
    photos: str | os.PathLike | None = None,
    names: Mapping[int, str] | Sequence[str] | None = None,
    kind: str | None = None,
    corners: bool | None = None,
    lying: bool | None = None,
    skip_broken: bool = False,
) -> AnnotatedPhotos:
    """Photos with their boxes, from a json file in COCO's format, a folder of PASCAL VOC's XML, or one of YOLO's text.

    path: the file or folder. photos: the folder of the photos; None: it is looked for beside the annotations, in
    `images`, `JPEGImages`, and for `instances_train2017.json` in `train2017`. names: {number: name} or a list of the
    classes' names, where the files have none or others. kind: "coco", "voc" or "yolo" for a folder of several.
    corners: whether boxes of COCO's format are x1, y1, x2, y2; False: x, y, width, height; None: the latter, and
    refused where they are corners by all appearance. lying: whether boxes of a photo that EXIF turns are those of the
    photo as it lies in its file; None: of the upright photo, and refused where the size that is told is that of the
    photo as it lies, which tools write in both cases. skip_broken: boxes that are empty, inverted, outside their photo
    or not finite are left out, and told in `left_out`, not refused.

    Boxes are in pixels of the upright photo, as `detect` gives them, cut off at its edges. Labels are the file's
    numbers: COCO's category ids and YOLO's classes from 0 (which torchvision's detectors take for the background);
    VOC's classes are numbered from 1 in the order of the alphabet. Ids may be texts or begin at 0; `iscrowd` and `area`
    may be absent (no crowd; the box's area), and so may `bbox` where there is an outline. A photo may have no box.
    Difficult objects are boxes as others. Pixels that VOC's own files count from 1 are counted from 0.

    Raises DataError with file, photo, box and value for what cannot be: repeated ids, a class that is not listed, a
    photo that is not there or has another size, a box as above; OptionError for another kind.
    """
    for name, value in {"corners": corners, "lying": lying, "skip_broken": skip_broken}.items():
        if not isinstance(value, bool) and (value is not None or name == "skip_broken"):
            raise OptionError(f"{name}={value!r}", allowed=(True, False, *([] if name == "skip_broken" else [None])))
    if not isinstance(path, (str, os.PathLike)):
        raise OptionError(f"path={path!r:.80}", allowed=ALLOWED)
    reading = Reading(lying, skip_broken)
    if kind not in (None, *FORMATS):
        raise OptionError(f"kind={kind!r}", allowed=(None, *FORMATS))
    path = Path(path)
    given = None if photos is None else Path(photos)
    if given is not None and not given.is_dir():
        raise DataError(f"photos={given} is no folder", remedy="name the folder of the photos")
    if not path.exists():
        raise DataError(f"{path} is not there", allowed=ALLOWED, remedy="check the path")
    kind, found = found_format(path, kind, given)
    if kind == "coco":
        return read_coco(found[0], beside(found[0], given), names, corners, reading)
    if corners is not None:
        raise OptionError(f"corners={corners} for {path}", allowed="None: it is for json files in COCO's format")
    if kind == "voc":
        return read_voc(found, beside(found[0], given), names, reading)
    labels, pictures = found
    return read_yolo(labels, given or pictures, names, reading)


def found_format(path: Path, kind: str | None, photos: Path | None) -> tuple[str, list[Path]]:
    """The format of a file or folder, and what is read of it: the files, or YOLO's folders of labels and of photos.

    photos: the folder of the photos, None where it is not given.
    """
    if path.is_file():
        ends = {".json": "coco", ".xml": "voc"}
        if path.suffix.lower() not in ends or kind not in (None, ends[path.suffix.lower()]):
            remedy = "name the folder with the photos of one split" if path.name in TABLES else None
            raise DataError(f"{path} is no file of annotations that is known", allowed=ALLOWED, remedy=remedy)
        return ends[path.suffix.lower()], [path]
    xml = listing(path, ".xml") or listing(path / "Annotations", ".xml")
    json = [each for each in listing(path, ".json") if each.name != NOTES]
    found = {"coco": json, "voc": xml, "yolo": yolo_folders(path, photos)}
    several = [each for each in FORMATS if found[each] and kind in (None, each)]
    if len(several) > 1:
        remedy = "name one: read_annotations(…, kind=…)"
        raise DataError(f"{path} holds annotations of several formats", allowed=several, remedy=remedy)
    if not several:
        below = sorted(each.name for each in path.iterdir() if each.is_dir() and not each.name.startswith("."))
        remedy = f"name a folder in it: {', '.join(below[:8])}" if below else None
        raise DataError(f"{path} holds no {kind or 'known'} annotations", allowed=ALLOWED, remedy=remedy)
    if several == ["coco"] and len(found["coco"]) > 1:
        listed = ", ".join(each.name for each in found["coco"])
        raise DataError(f"{path} holds {len(found['coco'])} json files", allowed=listed, remedy="name one of them")
    return several[0], found[several[0]]


def yolo_folders(path: Path, photos: Path | None) -> list[Path]:
    """YOLO's folders of labels and of photos for one that is named: the photos', the labels', or that of both."""
    if any(is_visible(each, *PHOTOS) for each in path.iterdir()):
        with_labels = swapped(path, "images", "labels")
        return next(([each, path] for each in (path, with_labels) if each and label_files(each)), [])
    if label_files(path):
        pictures = photos or swapped(path, "labels", "images")
        return [path, pictures] if pictures else []
    both = [path / "labels", path / "images"]
    return both if label_files(both[0]) else []


def swapped(path: Path, one: str, other: str) -> Path | None:
    """The path with its last part `one` replaced by `other`: labels/val for images/val. None where there is none."""
    parts = list(path.absolute().parts)
    if one not in parts:
        return None
    at = len(parts) - 1 - parts[::-1].index(one)
    swapped_path = Path(*parts[:at], other, *parts[at + 1 :])
    return swapped_path if swapped_path.is_dir() else None


def beside(file: Path, given: Path | None) -> list[Path]:
    """The folders in which the photos of a file of annotations may lie."""
    if given is not None:
        return [given]
    here, above = file.parent, file.absolute().parent.parent
    split = file.stem.rpartition("_")[2]
    named = [here / "images" / split, above / "images" / split, here / split, above / split]
    return [here, here / "images", above / "images", above / "JPEGImages", *named]
