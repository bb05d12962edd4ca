"""Detections to and from the forms that others use: COCO's results, torchvision's dict, supervision's names."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cnnlab.data.annotated_photos import KEYS
from cnnlab.data.coco_json import key_of
from cnnlab.detection.detections import Detections, checked_arrays
from cnnlab.errors import DataError, OptionError

RESULT = '{"image_id": 1, "category_id": 1, "bbox": [x, y, width, height], "score": 0.9}'
SUPERVISION = ("xyxy", "confidence", "class_id")
NAMED = "{number: name}, or a list of names, the first that of class 0"

Names = Mapping[int, str] | Sequence[str]


def to_coco(found: Detections, image_id: int | str) -> list[dict[str, Any]]:
    """The detections of one photo as rows of COCO's results, which json writes: x, y, width, height in pixels."""
    corners = found.boxes.astype(float)
    boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1).tolist()
    rows = zip(found.labels.tolist(), boxes, found.scores.tolist(), strict=True)
    image = plain(image_id)  # json knows no numbers of numpy
    return [{"image_id": image, "category_id": label, "bbox": box, "score": score} for label, box, score in rows]


def from_coco(results: str | os.PathLike | Sequence[Mapping[str, Any]], names: Names) -> dict[Any, Detections]:
    """{image_id: Detections} of COCO's results, a list of rows or the path of a json file of one.

    A photo without a detection has no row, and is not there. An id may be a number here and a text there, as in
    annotations. names: of the categories by their ids. Raises DataError for a file that is none of results, OptionError
    for a row that lacks something, an id, a box or a score that cannot be, and a category without a name.
    """
    source = "the results"
    if isinstance(results, (str, os.PathLike)):
        source = str(results)
        try:
            results = json.loads(Path(results).read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RecursionError) as error:
            raise DataError(f"{source} cannot be read: {error}", allowed=f"a json list of {RESULT}") from error
    if isinstance(results, (str, Mapping)) or not isinstance(results, Sequence):
        remedy = "annotations are read by cnnlab.data.read_annotations" if isinstance(results, Mapping) else None
        raise DataError(f"{source} are of type {type(results).__name__}", allowed=f"a list of {RESULT}", remedy=remedy)
    rows: dict[str, tuple[Any, list]] = {}
    for place, each in enumerate(results, 1):
        missing = [key for key in ("image_id", "category_id", "bbox", "score") if not told(each, key)]
        if missing or not isinstance(each, Mapping):
            raise OptionError(f"row {place} of {source} has no {', '.join(missing)}", allowed=RESULT)
        image, label = key_of(plain(each["image_id"])), each["category_id"]
        if image is None:
            what = f"row {place} of {source} has the image_id {each['image_id']!r:.80}"
            raise OptionError(what, allowed="a whole number, or a text")
        label = int(label) if isinstance(label, str) and label.isdecimal() else label
        rows.setdefault(image, (each["image_id"], []))[1].append((each["bbox"], label, each["score"]))
    found = {}
    for image_id, several in rows.values():
        owner = f"{source}, image {image_id}"
        told_boxes, told_labels, told_scores = (list(column) for column in zip(*several, strict=True))
        sides, labels, scores = checked_arrays(as_floats(told_boxes, owner), told_labels, told_scores, owner)
        corners = np.concatenate([sides[:, :2], sides[:, :2].astype(float) + sides[:, 2:]], axis=1)
        found[image_id] = of_arrays(corners, labels, scores, names, owner)
    return found


def to_torchvision(found: Detections) -> dict[str, Any]:
    """What torchvision's detectors answer for a picture: tensors "boxes" (n, 4), "labels" (n,), "scores" (n,)."""
    import torch

    arrays = {"boxes": found.boxes, "labels": found.labels, "scores": found.scores}
    return {name: torch.from_numpy(np.array(values)) for name, values in arrays.items()}


def from_torchvision(output: Mapping[str, Any], names: Names) -> Detections:
    """The detections in what torchvision's detectors answer for a picture.

    names: of the classes by their numbers, `background` first. Raises OptionError for another answer.
    """
    keys = ("boxes", "labels", "scores")
    if not isinstance(output, Mapping) or set(keys) - output.keys():
        given = ", ".join(map(str, output)) if isinstance(output, Mapping) else type(output).__name__
        raise OptionError(f"output: {given}", allowed=f"a dict with {', '.join(keys)}, of one picture")
    boxes, labels, scores = (as_array(output[key]) for key in keys)
    return of_arrays(boxes, labels, scores, names, "the output")


def to_supervision(found: Detections) -> dict[str, Any]:
    """The arguments of `supervision.Detections`, as in `Detections(**to_supervision(found))`: arrays by its names."""
    named = {"class_name": np.array(found.names, dtype=str)}
    return {
        "xyxy": found.boxes.copy(),
        "confidence": found.scores.copy(),
        "class_id": found.labels.copy(),
        "data": named,
    }


def from_supervision(detections: Any, names: Names | None = None) -> Detections:
    """The detections of an object or a dict with supervision's names: xyxy (n, 4), confidence (n,), class_id (n,).

    names: of the classes by their numbers; None: those in its `data["class_name"]`. Raises OptionError where one of
    them is missing, as the confidence of annotations is.
    """
    given = (
        detections
        if isinstance(detections, Mapping)
        else {key: getattr(detections, key, None) for key in (*SUPERVISION, "data")}
    )
    if given.get("xyxy") is not None and np.size(as_array(given["xyxy"])) == 0:  # nothing: of which nothing is told
        return Detections([], [], [], ())  # type: ignore[arg-type]  # which become arrays
    missing = [key for key in SUPERVISION if given.get(key) is None]
    if missing:
        raise OptionError(f"detections without {', '.join(missing)}", allowed=f"arrays {', '.join(SUPERVISION)}")
    boxes, scores, labels = (as_array(given[key]) for key in SUPERVISION)
    if names is None:
        told_names = (given.get("data") or {}).get("class_name", () if len(labels) == 0 else None)
        if told_names is None or len(told_names) != len(labels) or not all(isinstance(e, str) for e in told_names):
            raise OptionError("detections without the names of their classes", allowed=NAMED, remedy="names={0: …}")
        return of_arrays(boxes, labels, scores, [str(e).strip() for e in told_names], "the detections", each=True)
    return of_arrays(boxes, labels, scores, names, "the detections")


def of_arrays(boxes: Any, labels: Any, scores: Any, names: Names, owner: str, *, each: bool = False) -> Detections:
    """Detections of boxes (n, 4), labels (n,) and scores (n,), put in order. OptionError for what they cannot be.

    names: of the classes by their numbers; with `each`, the name of each detection.
    """
    boxes, labels, scores = checked_arrays(as_floats(boxes, owner), labels, scores, owner)
    wrong = ~(np.isfinite(boxes).all(axis=1) & (boxes[:, :2] <= boxes[:, 2:]).all(axis=1) & np.isfinite(scores))
    if wrong.any():
        at = int(wrong.argmax())
        what = f"{owner}: detection {at + 1} of {len(boxes)} has the box {boxes[at].tolist()}, the score {scores[at]}"
        raise OptionError(what, allowed="finite numbers x1 ≤ x2, y1 ≤ y2, and a score from 0 to 1")
    named = list(names) if each else [name_of(label, names, owner) for label in labels.tolist()]
    order = np.argsort(-scores, kind="stable")
    return Detections(boxes[order], labels[order], scores[order], tuple(named[k] for k in order))


def name_of(label: int, names: Names, owner: str) -> str:
    """The name of a class. OptionError, which lists the known ones, where it has none."""
    if isinstance(names, str) or not isinstance(names, (Mapping, Sequence, np.ndarray)):
        raise OptionError(f"names={names!r}", allowed=NAMED)
    known = names if isinstance(names, Mapping) else dict(enumerate(names))
    if not isinstance(known.get(label), str):
        listed = ", ".join(f"{number!r}: {name!r}" for number, name in known.items())
        remedy = KEYS if str(label) in known else "name it in names"
        raise OptionError(f"{owner}: class {label} has no name", allowed=f"{{{listed}}}", remedy=remedy)
    return known[label].strip()


def plain(value: Any) -> Any:
    """A number of numpy as one of Python, anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def told(row: Any, key: str) -> bool:
    """Whether a row of results has a value of this name."""
    return isinstance(row, Mapping) and row.get(key) is not None


def as_array(values: Any) -> Any:
    """A tensor of any device and precision as an array of numpy; anything else as it is."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        return (values.float() if values.is_floating_point() else values).numpy()
    return values


def as_floats(boxes: Any, owner: str) -> np.ndarray:
    """Boxes as float32: those of none as (0, 4). OptionError for what is no array of numbers."""
    try:
        with np.errstate(over="ignore"):  # beyond float32 is infinite, which is refused
            boxes = np.asarray(boxes, float).astype(np.float32)
    except (TypeError, ValueError) as error:
        raise OptionError(f"{owner}: boxes are no arrays ({error})", allowed="boxes (n, 4)") from error
    return boxes.reshape(0, 4) if boxes.size == 0 else boxes
