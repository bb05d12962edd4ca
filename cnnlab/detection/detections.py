"""What a detector found in one picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import overload

import numpy as np

from cnnlab.errors import OptionError

Box = tuple[float, float, float, float]
ANSWER = "boxes (n, 4), labels (n,), scores (n,) of one n: labels whole numbers, scores from 0 to 1"
ROUNDING = 1e-6  # by which a score may pass 1
SELECTIONS = "a number, a slice, an array of places, or a mask with one boolean for each detection"


@dataclass(frozen=True)
class StoredDetections:
    """Detections as a result keeps them: boxes rounded to 1/100 pixel, scores to 1/10,000."""

    boxes: tuple[Box, ...]
    labels: tuple[int, ...]
    scores: tuple[float, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Detection:
    """One detection. box: (4,) x1, y1, x2, y2 in pixels; label: the class's number; score: 0–1; name: in English."""

    box: np.ndarray
    label: int
    score: float
    name: str


@dataclass(frozen=True, eq=False)
class Detections:
    """The n detections of one picture, by descending score; n may be 0.

    boxes: (n, 4) float32, x1, y1, x2, y2 in pixels of the picture. labels: (n,) integers, the detector's numbers of its
    classes. scores: (n,) float32, 0–1. names: the English name of each label.

    `found[0]` is one Detection; a slice, an array of places or a mask, as in `found[found.scores > 0.8]`, selects
    Detections. Iterating gives each Detection. Lists become arrays; OptionError for what does not fit together, and for
    boxes that are not finite.
    """

    boxes: np.ndarray
    labels: np.ndarray
    scores: np.ndarray
    names: tuple[str, ...]

    def __post_init__(self):
        boxes, labels, scores = checked_arrays(self.boxes, self.labels, self.scores, "Detections")
        names = self.names
        if isinstance(names, (str, bytes)) or not isinstance(names, (Sequence, np.ndarray)):
            raise OptionError(f"names={names!r}", allowed="a tuple of names, one for each label")
        if len(names) != len(labels) or not all(isinstance(each, str) for each in names):
            raise OptionError(
                f"names={names!r} for {len(labels)} labels", allowed="a tuple of names, one for each label"
            )
        if np.isnan(scores).any():
            raise OptionError("scores that are not a number", allowed="0 to 1")
        if not np.isfinite(boxes).all():
            place = int((~np.isfinite(boxes)).any(axis=1).argmax())
            what = f"box {place} of the detections is {boxes[place].tolist()}"
            raise OptionError(what, allowed="finite numbers x1, y1, x2, y2 in pixels")
        for name, value in {"boxes": boxes, "labels": labels, "scores": scores, "names": tuple(names)}.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.scores)

    def __iter__(self) -> Iterator[Detection]:
        return (self[place] for place in range(len(self)))

    @overload
    def __getitem__(self, selection: int) -> Detection: ...
    @overload
    def __getitem__(self, selection: slice | Sequence | np.ndarray) -> Detections: ...
    def __getitem__(self, selection):
        """One Detection, or those selected. Raises IndexError beyond the last, OptionError for another selection."""
        places = np.arange(len(self))[checked_selection(selection, len(self))]
        if places.ndim == 0:
            k = int(places)
            return Detection(self.boxes[k], int(self.labels[k]), float(self.scores[k]), self.names[k])
        names = tuple(self.names[k] for k in places)
        return Detections(self.boxes[places], self.labels[places], self.scores[places], names)

    def above(self, threshold: float) -> Detections:
        """Those with a score of at least `threshold`, 0–1. Raises OptionError for any other threshold."""
        return self[self.scores >= checked_threshold(threshold)]

    def stored(self) -> StoredDetections:
        """The same as lists of rounded numbers, as a result keeps it; `from_stored` turns it back."""
        return StoredDetections(
            tuple(map(tuple, np.round(self.boxes.astype(float), 2).tolist())),
            tuple(self.labels.tolist()),
            tuple(np.round(self.scores.astype(float), 4).tolist()),
            self.names,
        )

    @classmethod
    def from_stored(cls, stored: StoredDetections) -> Detections:
        """What `stored` gave, again as arrays."""
        boxes = np.array(stored.boxes, np.float32).reshape(-1, 4)
        return cls(boxes, np.array(stored.labels, np.int64), np.array(stored.scores, np.float32), tuple(stored.names))

    @classmethod
    def from_output(
        cls, boxes, labels, scores, class_names: Sequence[str] | Mapping[int, str], size: tuple[int, int]
    ) -> Detections:
        """A detector's output (n, 4), (n,), (n,), by descending score, boxes cut off at the edges of the picture.

        class_names: the name of each number, or {number: name}. size: width and height of the picture. What has no
        area in the picture is left out; so is a box or a score that is not a number. Raises OptionError for a label
        without a name, and for shapes or values that no detector answers.
        """
        boxes, labels, scores = checked_arrays(boxes, labels, scores, "the detector's answer")
        boxes = boxes.clip(0, np.tile(np.array(size, np.float32), 2))
        if isinstance(class_names, (str, bytes)) or not isinstance(class_names, (Sequence, Mapping, np.ndarray)):
            raise OptionError(f"the detector's names={class_names!r}", allowed="a tuple of names, or {number: name}")
        known = list(class_names) if isinstance(class_names, Mapping) else range(len(class_names))
        unknown = [each for each in labels.tolist() if each not in known]
        if unknown:
            span = ", ".join(map(str, known)) if isinstance(class_names, Mapping) else f"0 to {len(known) - 1}"
            raise OptionError(
                f"the detector answers class {unknown[0]}",
                allowed=f"{span}: it has {len(known)} names",
                remedy="give each of its classes a name: detector.names = (…) or {number: name}, numbers no texts",
            )
        order = np.argsort(-scores, kind="stable")
        order = order[(boxes[order, 2:] > boxes[order, :2]).all(axis=1) & ~np.isnan(scores[order])]
        return cls(boxes[order], labels[order], scores[order], tuple(class_names[k] for k in labels[order].tolist()))


def checked_arrays(boxes, labels, scores, owner: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes and scores as float32, labels as integers. OptionError, which names their owner, for what is none of them.

    A score may be no number, which is for the caller to judge.
    """
    try:
        boxes, labels, scores = np.asarray(boxes, np.float32), np.asarray(labels), np.asarray(scores, np.float32)
        if boxes.size == labels.size == scores.size == len(boxes) == len(labels) == len(scores) == 0:
            boxes, labels, scores = np.zeros((0, 4), np.float32), np.zeros(0, np.int64), scores.reshape(-1)
    except (TypeError, ValueError) as error:  # what has no length, lists of unequal lengths, text
        raise OptionError(f"{owner}: boxes, labels or scores are no arrays ({error})", allowed=ANSWER) from error
    if boxes.ndim != 2 or boxes.shape[1] != 4 or not labels.shape == scores.shape == boxes.shape[:1]:
        shapes = f"boxes {boxes.shape}, labels {labels.shape}, scores {scores.shape}"
        raise OptionError(f"{owner}: {shapes}", allowed=ANSWER)
    if labels.dtype.kind not in "iuf":
        raise OptionError(f"{owner}: labels are {labels.dtype}", allowed=ANSWER)
    if labels.dtype.kind == "f":
        broken = labels[~((np.abs(labels) < 2**31) & (labels == np.floor(labels)))]
        if len(broken):
            raise OptionError(f"{owner}: label {broken[0]}", allowed=ANSWER)
    outside = scores[(scores < 0) | (scores > 1 + ROUNDING)]
    if len(outside):
        raise OptionError(f"{owner}: score {outside[0]}", allowed=ANSWER)
    return boxes, labels.astype(np.int64, copy=False), scores


def checked_threshold(threshold: float) -> float:
    """The threshold; OptionError unless it is a number from 0 to 1."""
    if not isinstance(threshold, Real) or not 0 <= threshold <= 1:
        raise OptionError(f"threshold={threshold}", allowed="0 to 1, the lowest score of what is shown")
    return threshold


def checked_selection(selection, count: int):
    """A selection of `count` detections as an index of numpy; OptionError where it is none."""
    if isinstance(selection, slice):
        ends = (selection.start, selection.stop, selection.step)
        if selection.step == 0 or not all(each is None or isinstance(each, Integral) for each in ends):
            raise OptionError(f"detections[{selection!r}]", allowed=SELECTIONS)
        return selection
    if isinstance(selection, Integral) and not isinstance(selection, bool):
        return selection
    try:
        chosen = np.asarray(selection)
    except ValueError:  # a list of lists of different lengths
        chosen = np.asarray(None)
    if chosen.ndim != 1:
        raise OptionError(f"detections[{selection!r}]", allowed=SELECTIONS)
    if chosen.size == 0 and chosen.dtype.kind == "f":
        return np.zeros(0, int)  # an empty list
    if chosen.dtype.kind in "iu" or (chosen.dtype == bool and len(chosen) == count):
        return chosen
    what = f"a mask of {len(chosen)} for {count} detections" if chosen.dtype == bool else f"detections[{selection!r}]"
    raise OptionError(what, allowed=SELECTIONS)
