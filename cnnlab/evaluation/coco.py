"""COCO's average precision by pycocotools, and its variation with the photos."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from cnnlab.errors import DataError
from cnnlab.evaluation.boxes import area, intersection
from cnnlab.evaluation.matching import average_precision, finite

TWELVE = (
    *("ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large"),
    *("ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large"),
)  # COCO's numbers, in the order of its tool
LISTS = ("images", "annotations", "categories")  # of ground truth
SMALL, LARGE = (
    32**2,
    96**2,
)  # square pixels of an object: a small one has less than the first, a large one more than both


def index(document: dict) -> COCO:
    """Ground truth in COCO's format (images, annotations, categories), as pycocotools holds it.

    An annotation without "iscrowd" is none of a crowd, one without "area" has that of its box; where an id is 0 or
    missing all are numbered from 1, since its tool takes 0 for no box. Raises DataError for ids that repeat, for boxes
    that are missing or not finite, and for a photo or a category that is not listed.
    """
    lists: dict[str, list[dict]] = {name: document.get(name) or [] for name in LISTS}
    if not lists["images"]:
        raise DataError("ground truth without images", allowed=f"COCO's format: {', '.join(LISTS)}")
    ids = {name: [each.get("id") for each in lists[name]] for name in LISTS}
    ids["annotations"] = [each for each in ids["annotations"] if each is not None]
    for name, several in ids.items():
        if len(set(several)) < len(several):
            repeated = next(each for each in several if several.count(each) > 1)
            remedy = "number them anew: files that were joined repeat their ids"
            raise DataError(
                f"ground truth with two {name} of the id {repeated!r}", allowed="each id once", remedy=remedy
            )
    complete = [completed(each, set(ids["images"]), set(ids["categories"])) for each in lists["annotations"]]
    if not all(each.get("id") for each in complete):
        complete = [{**each, "id": number} for number, each in enumerate(complete, 1)]
    truth = COCO()
    truth.dataset = {"info": {}, **lists, "annotations": complete}
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
    return truth


def completed(annotation: dict, images: set, categories: set) -> dict:
    """An annotation with "iscrowd" and "area". DataError as `index` says."""
    box = annotation.get("bbox")
    what = f"annotation {annotation.get('id')} of image {annotation.get('image_id')!r}"
    numbers = np.asarray(box, float) if isinstance(box, (list, tuple, np.ndarray)) and len(box) == 4 else None
    if numbers is None or not np.isfinite(numbers).all() or (numbers[2:] < 0).any():
        raise DataError(f"{what} has the bbox {box!r}", allowed="x, y, width, height in pixels, finite, none negative")
    for key, known in (("image_id", images), ("category_id", categories)):
        if annotation.get(key) not in known:
            raise DataError(f"{what} has {key}={annotation.get(key)!r}", allowed="an id that is listed")
    area = annotation.get("area")
    area = float(numbers[2] * numbers[3]) if area is None else area
    return {**annotation, "iscrowd": annotation.get("iscrowd") or 0, "area": area}


def coverage(boxes: np.ndarray, crowds: np.ndarray) -> np.ndarray:
    """(n, 4), (m, 4) -> (n, m): which part of each box lies inside each crowd, COCO's IoU with a crowd; 0 to 1."""
    return intersection(boxes, crowds) / area(boxes)[:, None]


def tool_of(truth: COCO, found: np.ndarray) -> COCOeval:
    """COCO's tool with detections (n, 7), rows image_id, x1, y1, x2, y2 in pixels, score 0–1, category_id.

    DataError for another shape, a photo that is not among the annotated, numbers that are not finite, and where nothing
    is annotated but crowds: nothing can be measured.
    """
    rows = finite(np.asarray(found, np.float64), "detections")
    if all(each.get("iscrowd") for each in truth.dataset["annotations"]):
        what = f"nothing is annotated in {len(truth.imgs)} photos but {len(truth.anns)} crowds"
        raise DataError(what, allowed="a box or more", remedy="average precision needs an object that can be found")
    unknown = set(rows[:, 0]) - set(truth.getImgIds()) if rows.ndim == 2 and rows.shape[1] == 7 else None
    if unknown is None or unknown:
        what = (
            f"detections of the shape {rows.shape}" if unknown is None else f"a detection in photo {min(unknown):.0f}"
        )
        raise DataError(what, allowed="(n, 7), in photos that are annotated")
    as_coco = np.column_stack([rows[:, :3], rows[:, 3:5] - rows[:, 1:3], rows[:, 5:]])
    with contextlib.redirect_stdout(io.StringIO()):
        return COCOeval(truth, truth.loadRes(as_coco) if len(rows) else COCO(), "bbox")


def twelve(truth: COCO, found: np.ndarray) -> dict[str, float]:
    """COCO's twelve numbers by their names in TWELVE; −1 where no object is of that size.

    AP over the ten IoUs, at 0.5, at 0.75, and of objects of each size; then AR, the mean over the IoUs of the recall
    with the best 1, 10 and 100 detections of a category in a photo, and with 100 of objects of each size. found: as in
    `tool_of`. The size is that of the object's outline, which COCO calls its area.
    """
    tool = tool_of(truth, found)
    with contextlib.redirect_stdout(io.StringIO()):
        tool.evaluate()
        tool.accumulate()
        tool.summarize()
    return dict(zip(TWELVE, tool.stats.tolist(), strict=True))


class Evaluation:
    """COCO's metrics of detections in photos with annotations, and how they vary with the photos.

    found: as in `tool_of`, which says what is refused. Measured over all areas, with at most 100 detections of a
    category in a photo, over the categories that have a box, a crowd's not counted.
    """

    def __init__(self, truth: COCO, found: np.ndarray):
        self.tool = tool_of(truth, found)
        self.tool.params.areaRng, self.tool.params.areaRngLbl = self.tool.params.areaRng[:1], ["all"]
        self.tool.params.maxDets = [100]
        with contextlib.redirect_stdout(io.StringIO()):
            self.tool.evaluate()
        self.photos = len(self.tool.params.imgIds)
        self.each = np.array(self.tool.evalImgs, dtype=object).reshape(-1, self.photos)  # category × photo

    def precision(self, photos: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        """(10, 101, categories): the precision at each IoU and recall. photos: places; repeated ones count anew."""
        chosen = self.each if photos is None else self.each[:, photos]
        self.tool.evalImgs = chosen.ravel().tolist()  # what accumulate reads, and below how many photos there are
        self.tool._paramsEval.imgIds = self.tool.params.imgIds = list(range(chosen.shape[1]))
        with contextlib.redirect_stdout(io.StringIO()):
            self.tool.accumulate()
        return self.tool.eval["precision"][:, :, :, 0, 0]

    @cached_property
    def ranked(self) -> list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
        """Of each category that has a box: true and false positives (detections, 10) by descending score, the place of
        the photo of each (detections,), and the number of boxes in each photo (photos,)."""
        out = []
        for row in self.each:
            judged = [(place, each) for place, each in enumerate(row) if each is not None]
            boxes = np.zeros(self.photos, int)
            for place, each in judged:
                boxes[place] = (~each["gtIgnore"].astype(bool)).sum()
            if boxes.any():
                scores = np.concatenate([each["dtScores"] for _, each in judged])
                order = np.argsort(-scores, kind="stable")
                matched = np.concatenate([each["dtMatches"] for _, each in judged], axis=1)[:, order].T > 0
                counts = ~np.concatenate([each["dtIgnore"] for _, each in judged], axis=1)[:, order].T.astype(bool)
                photo = np.concatenate([np.full(len(each["dtScores"]), place) for place, each in judged])[order]
                out.append((matched & counts, ~matched & counts, photo, boxes))
        return out

    def weighted(self, times: np.ndarray) -> tuple[float, float]:
        """AP and AP50 where each photo counts so many times (photos,), whole numbers from 0.

        A category that has no box in the photos that count does not count; where none has, both are 0.
        """
        each = []
        for true, false, photo, boxes in self.ranked:
            total = int(times @ boxes)
            if total:
                weight = times[photo][:, None]
                hits, misses = np.cumsum(true * weight, axis=0), np.cumsum(false * weight, axis=0)
                each.append(average_precision(hits / total, hits / np.maximum(hits + misses, 1)))
        return (float(np.mean(each)), float(np.mean(each, axis=0)[0])) if each else (0.0, 0.0)

    def bootstrap(self, samples: int, seed: int, progress: Callable = lambda items, label: items) -> np.ndarray:
        """(samples, 2): AP and AP50 of samples of the photos, as many as there are, drawn with replacement."""
        rng, count = np.random.default_rng(seed), self.photos
        rounds = progress(range(samples), "bootstrap")
        return np.array([self.weighted(np.bincount(rng.integers(0, count, count), minlength=count)) for _ in rounds])

    def jackknife(self) -> np.ndarray:
        """(photos, 2): AP and AP50 without each photo in turn."""
        return np.array([self.weighted(times) for times in 1 - np.eye(self.photos, dtype=int)])


def summary(precision: np.ndarray) -> tuple[float, float]:
    """AP and AP50 from the precisions of `Evaluation`; a category without boxes, -1 there, does not count."""
    able = precision[..., precision[0, 0] > -1]
    return float(able.mean()), float(able[0].mean())
