"""COCO's metrics of what a detector found in anybody's annotated photos."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnnlab.data.annotated_photos import AnnotatedPhotos
from cnnlab.detection.detections import Detections
from cnnlab.errors import DataError, OptionError
from cnnlab.evaluation.coco import index, twelve


def coco_metrics(found: Sequence[Detections], photos: AnnotatedPhotos) -> dict[str, float | None]:
    """COCO's twelve numbers, 0 to 1, by their names in `cnnlab.evaluation.coco.TWELVE`; None for a size of no object.

    found: of each photo, in their order. Classes are compared by their names, whatever numbers a detector gives them;
    what is found of a class that the photos have no name of does not count. Raises OptionError for other detections,
    or boxes that are not finite; DataError where no photo has a box that is no crowd's: nothing can be measured.
    """
    if isinstance(found, Detections) or len(found) != len(photos):
        count = "one" if isinstance(found, Detections) else len(found)
        raise OptionError(f"Detections of {count} for {len(photos)} photos", allowed="a list, one for each photo")
    boxes = sum(len(each.boxes) for each in photos)
    if not boxes:
        crowds = sum(len(each.crowds) for each in photos)
        what = f"nothing is annotated in {len(photos)} photos" + (f" but {crowds} crowds" if crowds else "")
        raise DataError(what, allowed="a box or more", remedy="average precision needs an object that can be found")
    rows = [np.zeros((0, 7))]
    for photo, each in zip(photos, found, strict=True):
        source = photo.photo.source
        if not isinstance(each, Detections):
            raise OptionError(f"detections of type {type(each).__name__} in {source}", allowed="Detections")
        if not np.isfinite(each.boxes).all():
            raise OptionError(f"detections in {source} with boxes that are not finite", allowed="finite numbers")
        numbers = [number_of(name, label, photos) for name, label in zip(each.names, each.labels.tolist(), strict=True)]
        known = [place for place, number in enumerate(numbers) if number is not None]
        columns = (np.full(len(known), photo.photo.number), each.boxes[known], each.scores[known])
        rows.append(np.column_stack([*columns, np.array([numbers[place] for place in known], float)]))
    measured = twelve(index(photos.document()), np.concatenate(rows))
    return {name: None if value == -1 else value for name, value in measured.items()}


def number_of(name: str, label: int, photos: AnnotatedPhotos) -> int | None:
    """The number that the photos give to the class of this name; None where they have none.

    label: the detector's number, which decides where several classes have the name; else the first that has a box.
    """
    several = [number for number, each in photos.names.items() if each == name.strip()]
    if label in several or not several:
        return label if several else None
    with_boxes = [number for number in several if any(number in each.labels for each in photos)]
    return (with_boxes or several)[0]
