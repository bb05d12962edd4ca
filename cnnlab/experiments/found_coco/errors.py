"""The errors of a detector on photos of COCO: by kind, size and class, and one of each kind to be seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cnnlab.detection.detections import Box, StoredDetections
from cnnlab.evaluation.error_kinds import KINDS, ErrorKinds, errors_by_kind

if TYPE_CHECKING:
    from cnnlab.data.coco import Coco
    from cnnlab.detection.detections import Detections

MOST = 100  # detections of a class in a photo that count, as with COCO's tool
AROUND = 0.3  # of the longer side of the boxes: what is shown around them at each side
LEAST = 96  # pixels: side of what is shown, at least

Window = tuple[int, int, int, int]  # part of a photo: x1, y1, x2, y2 in whole pixels


@dataclass(frozen=True)
class KindOfError:
    """kind: one of TIDE's. count: errors at a score of the threshold or more; of_all: at any score. gain: AP50 gained
    without the errors at any score."""

    kind: str
    count: int
    of_all: int
    gain: float


@dataclass(frozen=True)
class Size:
    """size: COCO's small, medium, large. boxes: of that size; missed: those that no detection shown matches."""

    size: str
    boxes: int
    missed: int


@dataclass(frozen=True)
class Missed:
    """name: of a class, in English. boxes: of the class; missed: those that no detection shown matches."""

    name: str
    boxes: int
    missed: int


@dataclass(frozen=True)
class Example:
    """An error as it is shown, boxes in pixels of what is shown; width, height: of that.

    found: the detection, none if the kind is `missed`; for a repeated one, that of higher score, too. true_boxes,
    true_names: the box that makes it an error of its kind, if there is one.
    """

    kind: str
    number: int
    licence: str
    found: StoredDetections
    true_boxes: tuple[Box, ...]
    true_names: tuple[str, ...]
    size: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Everything:
    """All detections (n, …) that count and all boxes (m, …), crowds left out, of photos numbered by their place.

    ignored (n,): whether a detection lies inside a crowd of its class. area (m,): of each object's outline.
    """

    boxes: np.ndarray
    labels: np.ndarray
    scores: np.ndarray
    photo: np.ndarray
    ignored: np.ndarray
    true_boxes: np.ndarray
    true_labels: np.ndarray
    true_photo: np.ndarray
    area: np.ndarray

    def kinds(self, overlap: float, kept: np.ndarray | slice = slice(None)) -> ErrorKinds:
        """The errors of the detections `kept`."""
        return errors_by_kind(
            *(self.boxes[kept], self.labels[kept], self.scores[kept], self.photo[kept]),
            true_boxes=self.true_boxes,
            true_labels=self.true_labels,
            true_photo=self.true_photo,
            ignored=self.ignored[kept],
            foreground=overlap,
        )


def everything(data: Coco, found: list[Detections], overlap: float) -> Everything:
    """Of each photo the best MOST detections of each class, and its annotations."""
    from cnnlab.data.coco import corners
    from cnnlab.evaluation.coco import coverage

    rows = []
    for place, (photo, each) in enumerate(zip(data.photos, found, strict=True)):
        kept = each[np.array(within(each.labels, MOST), bool)]
        annotations = data.annotations[photo.number]
        objects = [one for one in annotations if not one["iscrowd"]]
        labels, boxes = corners(objects)
        crowd_labels, crowds = corners([one for one in annotations if one["iscrowd"]])
        inside = (coverage(kept.boxes, crowds) >= overlap) & (kept.labels[:, None] == crowd_labels)
        area = np.array([one["area"] for one in objects], float)
        places, true_places = np.full(len(kept), place), np.full(len(labels), place)
        own = (kept.boxes, kept.labels, kept.scores, places, inside.any(axis=1), boxes, labels, true_places, area)
        rows.append(own)
    return Everything(*(np.concatenate(column) for column in zip(*rows, strict=True)))


def within(labels: np.ndarray, most: int) -> list[bool]:
    """Whether each detection, by descending score, is among the first `most` of its class."""
    seen: Counter = Counter()
    out = []
    for label in labels.tolist():
        seen[label] += 1
        out.append(seen[label] <= most)
    return out


@dataclass(frozen=True, eq=False)
class Errors:
    """The errors of the detections that are shown, those of `everything` with a score of `threshold` or more."""

    everything: Everything
    data: Coco
    threshold: float
    overlap: float

    @cached_property
    def shown(self) -> np.ndarray:
        """(k,): the places of the detections that are shown."""
        return np.flatnonzero(self.everything.scores >= self.threshold)

    @cached_property
    def of_shown(self) -> ErrorKinds:
        return self.everything.kinds(self.overlap, self.shown)

    @cached_property
    def missed(self) -> np.ndarray:
        """(m,): whether no detection shown matches a box."""
        return ~np.isin(np.arange(len(self.everything.area)), self.of_shown.matched)

    def by_kind(self, of_all: ErrorKinds) -> tuple[KindOfError, ...]:
        """Counts of what is shown and of all detections, gains of all."""
        counts, every = self.of_shown.counts, of_all.counts
        return tuple(KindOfError(kind, counts[kind], every[kind], of_all.gains[kind]) for kind in KINDS)

    def by_size(self) -> tuple[Size, ...]:
        """The boxes by COCO's sizes."""
        from cnnlab.evaluation.coco import LARGE, SMALL

        place = np.digitize(self.everything.area, (SMALL, LARGE))
        return tuple(
            Size(name, int((place == k).sum()), int(self.missed[place == k].sum()))
            for k, name in enumerate(("small", "medium", "large"))
        )

    def by_class(self, count: int) -> tuple[Missed, ...]:
        """The `count` classes of which most boxes are missed."""
        every = Counter(self.everything.true_labels.tolist())
        missed = Counter(self.everything.true_labels[self.missed].tolist())
        return tuple(Missed(self.data.categories[k], every[k], missed[k]) for k, _ in missed.most_common(count))

    def example(self, kind: str) -> tuple[Example, int, Window] | None:
        """The error of a kind with the highest score, of missed boxes the largest; the place of its photo, and the part
        of it that is shown. None where there is no such error."""
        of_shown, all_boxes = self.of_shown, self.everything
        if kind == "missed":
            able = np.flatnonzero(of_shown.missed)
            if not len(able):
                return None
            true = [int(able[all_boxes.area[able].argmax()])]
            photo, detections = int(all_boxes.true_photo[true[0]]), []
        else:
            able = np.flatnonzero(of_shown.kinds == kind)
            if not len(able):
                return None
            first = int(able[all_boxes.scores[self.shown[able]].argmax()])
            near = int(of_shown.near[first])
            true = [near] * (near >= 0)
            better = np.flatnonzero(of_shown.matched == near).tolist() if kind == "repeated" else []
            detections = self.shown[[first, *better]].tolist()
            photo = int(all_boxes.photo[detections[0]])
        return self.cut(kind, photo, detections, true)

    def cut(self, kind: str, photo: int, detections: list[int], true: list[int]) -> tuple[Example, int, Window]:
        """An example, its boxes moved into the part of the photo that is shown; the photo's place, and that part."""
        from cnnlab.data.coco import licence_name
        from cnnlab.detection.detections import Detections

        all_boxes, source = self.everything, self.data.photos[photo]
        boxes = np.concatenate([all_boxes.boxes[detections], all_boxes.true_boxes[true]]).astype(float)
        view = around(boxes, source.picture().size)
        move = np.tile(view[:2], 2)
        labels = all_boxes.labels[detections]
        names = tuple(self.data.categories[k] for k in labels.tolist())
        moved = (all_boxes.boxes[detections] - move).astype(np.float32)
        example = Example(
            kind=kind,
            number=source.number,
            licence=licence_name(source.licence),
            found=Detections(moved, labels, all_boxes.scores[detections], names).stored(),
            true_boxes=tuple(map(tuple, (all_boxes.true_boxes[true] - move).round(2).tolist())),
            true_names=tuple(self.data.categories[k] for k in all_boxes.true_labels[true].tolist()),
            size=(view[2] - view[0], view[3] - view[1]),
        )
        return example, photo, view


def around(boxes: np.ndarray, size: tuple[int, int]) -> Window:
    """A square around boxes (n, 4) as far as the photo, (width, height), allows: x1, y1, x2, y2 in whole pixels."""
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    side = max(LEAST, (1 + 2 * AROUND) * (high - low).max())
    sides = np.minimum(side, size)
    start = np.clip((low + high) / 2 - sides / 2, 0, np.array(size) - sides)
    x1, y1, x2, y2 = (int(each) for each in np.round([*start, *(start + sides)]))
    return x1, y1, x2, y2
