"""COCO's metrics of what a detector found in anybody's annotated photos."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

import numpy as np

from cnnlab.data.annotated_photos import AnnotatedPhotos
from cnnlab.detection.detections import Detections
from cnnlab.errors import DataError, OptionError
from cnnlab.evaluation.coco import index, twelve


def coco_metrics(found: Iterable[Detections], photos: AnnotatedPhotos) -> dict[str, float | None]:
    """COCO's twelve numbers, 0 to 1, by their names in `cnnlab.evaluation.coco.TWELVE`; None for a size of no object.

    found: of each photo, in their order. Classes are compared by their names, whatever numbers a detector gives them;
    what is found of a class that the photos have no name of does not count, and where that holds for all that is found
    it is said on stderr. Raises OptionError for other detections and photos, or boxes that are not finite; DataError
    where no photo has a box that is no crowd's: nothing can be measured.
    """
    if not isinstance(photos, AnnotatedPhotos):
        what = f"photos of type {type(photos).__name__}"
        raise OptionError(what, allowed="AnnotatedPhotos", remedy="AnnotatedPhotos(photos, {number: name})")
    if isinstance(found, (Detections, Mapping, str)) or not isinstance(found, Iterable):
        what = f"Detections of one for {len(photos)} photos" if isinstance(found, Detections) else type(found).__name__
        raise OptionError(f"found: {what}", allowed="a list, one for each photo")
    found = list(found)
    if len(found) != len(photos):
        raise OptionError(f"Detections of {len(found)} for {len(photos)} photos", allowed="a list, one for each photo")
    boxes = sum(len(each.boxes) for each in photos)
    if not boxes:
        crowds = sum(len(each.crowds) for each in photos)
        what = f"nothing is annotated in {len(photos)} photos" + (f" but {crowds} crowds" if crowds else "")
        raise DataError(what, allowed="a box or more", remedy="average precision needs an object that can be found")
    places = {number: place for place, number in enumerate(photos.names, 1)}  # ids may be larger than floats tell apart
    rows = [np.zeros((0, 7))]
    for number, (photo, each) in enumerate(zip(photos, found, strict=True), 1):
        source = photo.photo.source
        if not isinstance(each, Detections):
            raise OptionError(f"detections of type {type(each).__name__} in {source}", allowed="Detections")
        if not np.isfinite(each.boxes).all():
            raise OptionError(f"detections in {source} with boxes that are not finite", allowed="finite numbers")
        labels = [number_of(name, label, photos) for name, label in zip(each.names, each.labels.tolist(), strict=True)]
        known = [place for place, label in enumerate(labels) if label is not None]
        columns = (np.full(len(known), number), each.boxes[known], each.scores[known])
        rows.append(np.column_stack([*columns, np.array([places[k] for k in labels if k is not None], float)]))
    several = np.concatenate(rows)
    if not len(several) and any(map(len, found)):
        names = sorted({name for each in found for name in each.names})
        said = f"no class in common: found are {', '.join(names)}; annotated are {', '.join(photos.names.values())}"
        print(said, file=sys.stderr)
    measured = twelve(index(numbered(photos, places)), several)
    return {name: None if value == -1 else value for name, value in measured.items()}


def numbered(photos: AnnotatedPhotos, places: Mapping[int, int]) -> dict:
    """The photos in COCO's format, photos numbered from 1 in their order. places: {class: its number there}."""
    document = photos.document()
    images = {image["id"]: number for number, image in enumerate(document["images"], 1)}
    for image in document["images"]:
        image["id"] = images[image["id"]]
    for each in document["annotations"]:
        each.update(image_id=images[each["image_id"]], category_id=places[each["category_id"]])
    for each in document["categories"]:
        each["id"] = places[each["id"]]
    return document


def number_of(name: str, label: int, photos: AnnotatedPhotos) -> int | None:
    """The number that the photos give to the class of this name; None where they have none.

    label: the detector's number, which decides where several classes have the name; else the first that has a box.
    """
    several = [number for number, each in photos.names.items() if each == name.strip()]
    if label in several or not several:
        return label if several else None
    with_boxes = [number for number in several if any(number in each.labels for each in photos)]
    return (with_boxes or several)[0]
