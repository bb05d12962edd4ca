"""Photos with boxes of several classes, checked when they are made, whatever file they were read from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral
from pathlib import Path
from typing import Any, overload

import numpy as np
from PIL import ExifTags, Image

from cnnlab.data.annotations import Annotated, inside
from cnnlab.data.images import BROKEN, broken, picture_of
from cnnlab.data.photos import Photo
from cnnlab.errors import DataError
from cnnlab.evaluation.boxes import area

KEYS = "numbers, not texts as json has them: {int(key): name for key, name in names.items()}"
LYING = (5, 6, 7, 8)  # EXIF's orientations that exchange width and height


class PhotoFile(Photo):
    """A photo in a file, decoded when its picture is asked for.

    size: width and height of the upright picture, in pixels; orientation: EXIF's, 1 for a file that is upright as it
    lies. Only the head of the file is read here. Raises DataError where it is missing or no picture.
    """

    def __init__(self, path: Path, number: int):
        try:
            with Image.open(path) as file:
                size, self.orientation = file.size, file.getexif().get(ExifTags.Base.Orientation, 1)
        except FileNotFoundError as error:
            raise DataError(f"photo {path} is not there", remedy="check the path") from error
        except BROKEN as error:
            raise broken(str(path), error) from error
        self.path, self.size = path, size[::-1] if self.orientation in LYING else size
        for name, value in {"label": 0, "number": number, "source": str(path)}.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"PhotoFile({str(self.path)!r}, {self.number})"  # the content is not read for it

    @property
    def content(self) -> bytes:  # type: ignore[override]  # read when it is asked for
        """The file's bytes."""
        return self.path.read_bytes()

    def picture(self) -> Image.Image:
        """The picture as `detect` sees it: RGB, upright. DataError for a file that is no whole picture."""
        return picture_of(self.path)


@dataclass(frozen=True, eq=False)
class AnnotatedPhoto(Annotated):
    """A photo and the boxes of its objects, each with the number of its class. There may be none.

    boxes: (n, 4) float32, x1, y1, x2, y2 in pixels of the upright photo, cut off at its edges. labels: (n,) integers.
    size: width and height of the photo. areas: (n,) of the objects' outlines in square pixels; those of the boxes where
    there are none. crowds (k, 4), crowd_labels (k,): boxes around groups, in which what is found does not count. Lists
    become arrays, `[]` those of no box. Raises DataError for arrays that do not fit together and for a box that is
    empty, inverted, outside or not finite, with the photo's and the box's name.
    """

    labels: np.ndarray
    size: tuple[int, int]
    areas: np.ndarray | None = None
    crowds: np.ndarray = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    crowd_labels: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self):
        if not isinstance(self.photo, Photo):
            raise DataError(f"photo of type {type(self.photo).__name__}", allowed="a Photo, as PhotoFile(path, number)")
        source, size = self.photo.source, tuple(self.size) if isinstance(self.size, Iterable) else ()
        if len(size) != 2 or not all(isinstance(side, Integral) and side > 0 for side in size):
            raise DataError(f"{source}: size={self.size!r}", allowed="width and height in pixels, whole numbers from 1")
        boxes, labels = checked_boxes(self.boxes, self.labels, size, source)
        crowds, crowd_labels = checked_boxes(self.crowds, self.crowd_labels, size, f"the crowds of {source}")
        areas = area(boxes.astype(float)) if self.areas is None else as_numbers(self.areas)
        if areas.shape != labels.shape or not (np.isfinite(areas) & (areas > 0)).all():
            raise DataError(f"{source}: areas={self.areas!r}", allowed="a number above 0 for each box")
        checked = {"boxes": boxes, "labels": labels, "crowds": crowds, "crowd_labels": crowd_labels}
        for name, value in {**checked, "areas": areas, "size": size}.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True, eq=False)
class AnnotatedPhotos(Sequence[AnnotatedPhoto]):
    """Annotated photos and the names of their classes, {number: name}.

    left_out: what was left out when they were read, a line each. Raises DataError for what are no AnnotatedPhoto, for a
    label without a name and for two photos of one number or file.
    """

    photos: tuple[AnnotatedPhoto, ...]
    names: Mapping[int, str]
    left_out: tuple[str, ...] = ()

    def __post_init__(self):
        photos = tuple(self.photos) if isinstance(self.photos, Iterable) else (self.photos,)
        if other := next((type(each).__name__ for each in photos if not isinstance(each, AnnotatedPhoto)), None):
            raise DataError(f"photos of type {other}", allowed="AnnotatedPhotos, as many as there are")
        object.__setattr__(self, "photos", photos)
        object.__setattr__(self, "names", checked_names(self.names))
        seen: dict[object, str] = {}
        for each in self.photos:
            for key in (each.photo.number, each.photo.source):
                if key in seen:
                    what = f"photos {seen[key]} and {each.photo.source}: both are {key}"
                    raise DataError(what, allowed="each photo once, with a number of its own")
                seen[key] = each.photo.source
            unknown = [label for label in [*each.labels, *each.crowd_labels] if label not in self.names]
            if unknown:
                known = ", ".join(map(str, self.names))
                raise DataError(f"{each.photo.source} has a box of class {unknown[0]}", allowed=known or "no class")

    def __len__(self) -> int:
        return len(self.photos)

    @overload
    def __getitem__(self, place: int) -> AnnotatedPhoto: ...
    @overload
    def __getitem__(self, place: slice) -> AnnotatedPhotos: ...
    def __getitem__(self, place):
        """A photo by its place, or those of a slice."""
        if isinstance(place, slice):
            return AnnotatedPhotos(self.photos[place], self.names, self.left_out)
        return self.photos[place]

    def document(self) -> dict[str, Any]:
        """The same in COCO's format, as json writes it and `read_annotations` reads it; ids of annotations from 1.

        The name of a photo is that of its file, without the folder; where several have one name, all are named from the
        folder that they have in common.
        """
        images: list[dict[str, Any]] = []
        annotations: list[dict[str, Any]] = []
        for each, name in zip(self.photos, file_names([each.photo.source for each in self.photos]), strict=True):
            width, height = map(int, each.size)
            images.append({"id": each.photo.number, "file_name": name, "width": width, "height": height})
            kinds = (
                (each.boxes.astype(float), each.labels, np.asarray(each.areas), 0),
                (each.crowds.astype(float), each.crowd_labels, area(each.crowds.astype(float)), 1),
            )
            for boxes, labels, areas, crowd in kinds:
                sides = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
                for box, label, size in zip(sides.tolist(), labels.tolist(), areas.tolist(), strict=True):
                    row = {"id": len(annotations) + 1, "image_id": each.photo.number, "category_id": label}
                    annotations.append({**row, "bbox": box, "area": size, "iscrowd": crowd})
        categories = [{"id": number, "name": name} for number, name in self.names.items()]
        return {"images": images, "annotations": annotations, "categories": categories}


def file_names(sources: Sequence[str]) -> list[str]:
    """The names of files, each another one: without their folder, or below the folder that all have in common."""
    names = [Path(source).name for source in sources]
    if len(set(names)) < len(names):
        above = Path(os.path.commonpath([Path(source).absolute().parent for source in sources]))
        names = [Path(source).absolute().relative_to(above).as_posix() for source in sources]
    return names


def as_numbers(values: Any) -> np.ndarray:
    """Values as an array (n,) of numbers; NaN where they are none."""
    try:
        return np.asarray(values, float).reshape(-1)
    except (TypeError, ValueError):
        return np.array([np.nan])


def checked_boxes(boxes: Any, labels: Any, size: tuple[int, int], source: str) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (n, 4) float32, cut off at the edges, and labels (n,) integers of one n. DataError for anything else."""
    allowed = "boxes (n, 4), x1, y1, x2, y2 in pixels, and n whole numbers as labels"
    try:
        boxes, labels = np.asarray(boxes, float), np.asarray(labels)
    except (TypeError, ValueError) as error:  # text, lists of several lengths
        raise DataError(f"boxes or labels of {source} are no arrays: {error}", allowed=allowed) from error
    if boxes.size == labels.size == 0:
        return np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    if boxes.ndim != 2 or boxes.shape[1] != 4 or labels.shape != boxes.shape[:1] or labels.dtype.kind not in "iu":
        what = f"boxes {boxes.shape} and labels {labels.shape} of {labels.dtype} in {source}"
        raise DataError(what, allowed=allowed)
    return inside(boxes, *size, source), labels.astype(np.int64)


def checked_names(names: Any, source: str = "classes") -> dict[int, str]:
    """{number: name} of classes, from that or from names by their number from 0. DataError for anything else.

    source: where they were found, for the message.
    """
    listed = isinstance(names, (list, tuple)) or (isinstance(names, np.ndarray) and names.ndim == 1)
    table = dict(enumerate(names)) if listed else names
    found: dict[int, str] = {}
    items: Iterable[tuple[Any, Any]] = table.items() if isinstance(table, Mapping) else [(None, None)]
    for number, name in items:
        whole = isinstance(number, Integral) and not isinstance(number, bool)
        if not whole or not isinstance(name, str) or not name.strip():
            allowed = "{number: name}, or a list of names, the first that of class 0; none of them empty"
            remedy = KEYS if isinstance(number, str) and number.isdecimal() else None
            raise DataError(f"{source}: names={names!r}", allowed=allowed, remedy=remedy)
        found[int(number)] = str(name.strip())
    return found


def turned(boxes: np.ndarray, orientation: int, size: tuple[int, int]) -> np.ndarray:
    """Boxes (n, 4) of a picture as it lies in its file, as they lie in the upright one.

    orientation: EXIF's. size: width and height of the picture as it lies.
    """
    x1, y1, x2, y2 = np.asarray(boxes, float).reshape(-1, 4).T
    width, height = size
    if orientation in (2, 3, 7, 8):
        x1, x2 = width - x2, width - x1
    if orientation in (3, 4, 6, 7):
        y1, y2 = height - y2, height - y1
    return np.stack([y1, x1, y2, x2] if orientation in LYING else [x1, y1, x2, y2], axis=1)
