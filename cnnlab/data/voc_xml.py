"""Annotations in the format of PASCAL VOC: a file of XML for each photo.

Source: Everingham et al. 2010, and the development kit of its challenges.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from cnnlab.data.annotated_photos import AnnotatedPhotos, PhotoFile, checked_names
from cnnlab.data.annotation_rows import (
    Listed,
    Reading,
    Row,
    checked_photos,
    listing,
    photo_in,
    stem_of,
    told_size,
)
from cnnlab.data.images import PHOTOS
from cnnlab.errors import DataError, nearest

CORNERS = ("xmin", "ymin", "xmax", "ymax")
DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']""")  # what a file says of its letters
BEGINS = "PASCAL VOC"  # the source of the challenges' own files, which count pixels from 1


def read_voc(files: Sequence[Path], folders: Sequence[Path], names: Any, reading: Reading) -> AnnotatedPhotos:
    """The photos of files of XML, one each; classes are numbered from 1 in the order of the alphabet, or as `names`."""
    roots = {path: root_of(path) for path in files}
    given = {name_of(each, path) for path, root in roots.items() for each in root.findall("object")}
    named = dict(enumerate(sorted(given), 1)) if names is None else checked_names(names)
    numbers = {name: number for number, name in named.items()}
    unknown = sorted(given - numbers.keys())
    if unknown:
        remedy = nearest(unknown[0], numbers) or "names=None takes the names of the files"
        has_it = (p for p, root in roots.items() if unknown[0] in [name_of(o, p) for o in root.findall("object")])
        raise DataError(f"{next(has_it)}: an object is called {unknown[0]!r}", allowed=numbers, remedy=remedy)
    by_name: dict[str, list[Path]] = {}
    for picture in (each for folder in dict.fromkeys(folders) for each in listing(folder, *PHOTOS)):
        by_name.setdefault(stem_of(picture), []).append(picture)
    photos = []
    for place, (path, root) in enumerate(roots.items(), 1):
        photo = PhotoFile(photo_of(path, root, folders, by_name.get(stem_of(path), [])), place)
        size = told_size(root.findtext("size/width"), root.findtext("size/height"))
        objects = enumerate(root.findall("object"), 1)
        first = 1 if (root.findtext("source/annotation") or "").strip().startswith(BEGINS) else 0
        rows = [row_of(each, number, numbers, first, path) for number, each in objects]
        photos.append(Listed(photo, size, rows))
    file = str(files[0]) if len(files) == 1 else str(files[0].parent)
    return checked_photos(photos, named, file, reading)


def root_of(path: Path) -> ElementTree.Element:
    """The annotation in a file. DataError where it is none."""
    try:
        content = path.read_bytes()
        declared = DECLARED.match(content)
        if declared and codecs.lookup(declared[1].decode()).name not in ("utf-8", "ascii"):  # of which expat knows few
            content = content.decode(declared[1].decode()).partition("?>")[2].strip().encode()
        root = ElementTree.fromstring(content)
    except (OSError, ElementTree.ParseError, ValueError, LookupError) as error:  # the last for an unknown encoding
        raise DataError(f"{path} is no whole XML: {error}", remedy="export it again") from error
    if root.tag != "annotation":
        raise DataError(f"{path} holds <{root.tag}>", allowed="<annotation>, as PASCAL VOC's files do")
    return root


def photo_of(path: Path, root: ElementTree.Element, folders: Sequence[Path], same: Sequence[Path]) -> Path:
    """The photo of a file: that of the same name, or the one that it names. DataError where they are two, or none.

    same: the photos in the folders whose name is that of the file, but for its end.
    """
    told = (root.findtext("filename") or "").strip()
    if not same:
        return photo_in(folders, [told or f"{path.stem}.jpg", *(told + end for end in PHOTOS if told)], str(path))
    if told and Path(told.replace("\\", "/")).stem != path.stem:
        other = next((folder / told for folder in folders if (folder / told).is_file()), None)
        if other:
            what = f"{path} names the photo {told!r}, and {same[0].name} lies there, too"
            raise DataError(what, allowed="one photo", remedy="mend its <filename>, or rename it")
    return next((each for each in same if each.name == told), same[0])


def name_of(each: ElementTree.Element, path: Path) -> str:
    """The class of an object. DataError where it has none."""
    name = (each.findtext("name") or "").strip()
    if not name:
        raise DataError(f"{path} has an object without a name", allowed="<name>, the name of its class")
    return name


def row_of(each: ElementTree.Element, number: int, numbers: dict[str, int], first: int, path: Path) -> Row:
    """An object of a file. DataError where its box is no four numbers.

    first: the number of the first pixel; where it is 1, corners are pixels that belong to the box.
    """
    told = {key: (each.findtext(f"bndbox/{key}") or "").strip() for key in CORNERS}
    name = f"object {number} ({name_of(each, path)})"
    try:
        x1, y1, x2, y2 = (float(value) for value in told.values())
    except ValueError as error:
        shown = ", ".join(f"{key} {value!r}" for key, value in told.items())
        raise DataError(f"{path}: {name} has {shown}", allowed="a <bndbox> with four numbers") from error
    label = numbers[name_of(each, path)]
    return Row((x1 - first, y1 - first, x2, y2), label, name, [x1, y1, x2, y2])
