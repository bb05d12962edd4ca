"""The boxes of COCO val2017's photos that the catalogue has, and COCO's average precision on them."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from cnnlab.errors import DataTrouble
from cnnlab.training.coco import MEMBER, SUBSET, ZIP


def annotations(folder: Path) -> COCO:
    """The boxes of the photos in `folder`/images, as pycocotools holds them. DataTrouble where they cannot be read."""
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
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        raise DataTrouble(
            f"COCO's boxes in {folder} cannot be read: {error}",
            remedy="fetch the data again: cnnlab doctor says where they are",
        ) from error


class Evaluation:
    """COCO's measures of detections in photos with annotations, and how they vary with the photos.

    found: rows image_id, x1, y1, x2, y2, score, category_id. Measured over all areas, with 100 detections a photo at
    most, over the categories that have a box in the photos.
    """

    def __init__(self, coco: COCO, found: np.ndarray):
        rows = np.asarray(found, np.float64).reshape(-1, 7)
        as_coco = np.column_stack([rows[:, :3], rows[:, 3:5] - rows[:, 1:3], rows[:, 5:]])
        with contextlib.redirect_stdout(io.StringIO()):
            answers = coco.loadRes(as_coco) if len(rows) else COCO()
            self.coco = COCOeval(coco, answers, "bbox")
            self.coco.params.areaRng, self.coco.params.areaRngLbl = self.coco.params.areaRng[:1], ["all"]
            self.coco.params.maxDets = [100]
            self.coco.evaluate()
        photos = len(self.coco.params.imgIds)
        self.each = np.array(self.coco.evalImgs, dtype=object).reshape(-1, photos)  # category × photo

    def precision(self, photos: Sequence[int] | None = None) -> np.ndarray:
        """(10, 101, categories): the precision at each IoU and recall. photos: places; repeated ones count anew."""
        chosen = self.each if photos is None else self.each[:, photos]
        self.coco.evalImgs = chosen.ravel().tolist()  # what accumulate reads, and below how many photos there are
        self.coco._paramsEval.imgIds = self.coco.params.imgIds = list(range(chosen.shape[1]))
        with contextlib.redirect_stdout(io.StringIO()):
            self.coco.accumulate()
        return self.coco.eval["precision"][:, :, :, 0, 0]

    def bootstrap(self, count: int, seed: int, progress=lambda items, label: items) -> np.ndarray:
        """(count, 2): AP and AP50 with the photos drawn anew, as many as there are, with replacement."""
        chance, photos = np.random.default_rng(seed), self.each.shape[1]
        draws = (chance.integers(0, photos, photos) for _ in range(count))
        return np.array([summary(self.precision(each)) for each in progress(draws, "bootstrap")])


def summary(precision: np.ndarray) -> tuple[float, float]:
    """AP and AP50 from the precisions of `Evaluation`; a category without boxes, -1 there, does not count."""
    able = precision[..., precision[0, 0] > -1]
    return float(able.mean()), float(able[0].mean())
