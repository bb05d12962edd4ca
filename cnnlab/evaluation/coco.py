"""The boxes of COCO val2017's photos that the catalogue has, and COCO's average precision on them."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from cnnlab.data.coco import MEMBER, SUBSET, ZIP
from cnnlab.errors import DataError
from cnnlab.evaluation.boxes import area


def annotations(folder: Path) -> COCO:
    """The boxes of the photos in `folder`/images, as pycocotools holds them. DataError where they cannot be read."""
    try:
        if (folder / ZIP).is_file():  # it lists all 5,000 photos
            with zipfile.ZipFile(folder / ZIP) as archive:
                told = json.loads(archive.read(MEMBER))
        else:
            told = json.loads((folder / SUBSET).read_text(encoding="utf-8"))
        there = [each for each in told["images"] if (folder / "images" / each["file_name"]).is_file()]
        numbers = {each["id"] for each in there}
        boxes = [each for each in told["annotations"] if each["image_id"] in numbers]
        coco = COCO()
        coco.dataset = {"info": {}, "images": there, "annotations": boxes, "categories": told["categories"]}
        with contextlib.redirect_stdout(io.StringIO()):
            coco.createIndex()
        return coco
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"COCO's boxes in {folder} cannot be read: {error}",
            remedy="fetch the data again: cnnlab doctor says where they are",
        ) from error


def corners(annotated: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """(n,), (n, 4): the categories of COCO's annotations, and their boxes as corners."""
    boxes = np.array([each["bbox"] for each in annotated], float).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    return np.array([each["category_id"] for each in annotated], int), boxes


def coverage(boxes: np.ndarray, crowds: np.ndarray) -> np.ndarray:
    """(n, 4), (m, 4) -> (n, m): which part of each box lies inside each crowd, COCO's IoU with a crowd; 0 to 1."""
    one, other = boxes[:, None], crowds[None]
    sides = np.minimum(one[..., 2:], other[..., 2:]) - np.maximum(one[..., :2], other[..., :2])
    return sides.clip(0).prod(axis=-1) / area(one)


class Evaluation:
    """COCO's measures of detections in photos with annotations, and how they vary with the photos.

    found: (n, 7), rows image_id, x1, y1, x2, y2 in pixels, score 0–1, category_id; DataError for another shape or a
    photo that is not among the annotated. Measured over all areas, with at most 100 detections of a category in a
    photo, over the categories that have a box, a crowd's not counted.
    """

    def __init__(self, truth: COCO, found: np.ndarray):
        rows = np.asarray(found, np.float64)
        unknown = set(rows[:, 0]) - set(truth.getImgIds()) if rows.ndim == 2 and rows.shape[1] == 7 else None
        if unknown is None or unknown:
            said = (
                f"detections of the shape {rows.shape}"
                if unknown is None
                else f"a detection in photo {min(unknown):.0f}"
            )
            raise DataError(said, allowed="(n, 7), in photos that are annotated")
        as_coco = np.column_stack([rows[:, :3], rows[:, 3:5] - rows[:, 1:3], rows[:, 5:]])
        with contextlib.redirect_stdout(io.StringIO()):
            self.tool = COCOeval(truth, truth.loadRes(as_coco) if len(rows) else COCO(), "bbox")
            self.tool.params.areaRng, self.tool.params.areaRngLbl = self.tool.params.areaRng[:1], ["all"]
            self.tool.params.maxDets = [100]
            self.tool.evaluate()
        self.photos = len(self.tool.params.imgIds)
        self.each = np.array(self.tool.evalImgs, dtype=object).reshape(-1, self.photos)  # category × photo

    def precision(self, photos: Sequence[int] | None = None) -> np.ndarray:
        """(10, 101, categories): the precision at each IoU and recall. photos: places; repeated ones count anew."""
        chosen = self.each if photos is None else self.each[:, photos]
        self.tool.evalImgs = chosen.ravel().tolist()  # what accumulate reads, and below how many photos there are
        self.tool._paramsEval.imgIds = self.tool.params.imgIds = list(range(chosen.shape[1]))
        with contextlib.redirect_stdout(io.StringIO()):
            self.tool.accumulate()
        return self.tool.eval["precision"][:, :, :, 0, 0]

    def bootstrap(self, count: int, seed: int, progress=lambda items, label: items) -> np.ndarray:
        """(count, 2): AP and AP50 with the photos drawn anew, as many as there are, with replacement.

        A category that has no box in the photos of a draw does not count in it.
        """
        chance = np.random.default_rng(seed)
        draws = progress(range(count), "bootstrap")
        return np.array([summary(self.precision(chance.integers(0, self.photos, self.photos))) for _ in draws])


def summary(precision: np.ndarray) -> tuple[float, float]:
    """AP and AP50 from the precisions of `Evaluation`; a category without boxes, -1 there, does not count."""
    able = precision[..., precision[0, 0] > -1]
    return float(able.mean()), float(able[0].mean())
