"""Training of a detector of one class on annotated photos, and its metrics on others after each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from cnnlab.data.annotations import Annotated, inside
from cnnlab.data.scale_jitter import Jittered, collate
from cnnlab.detection import detect
from cnnlab.errors import DataError
from cnnlab.evaluation.matching import average_precision, match, precision_recall_curve
from cnnlab.training.loop import train
from cnnlab.training.recipe import Recipe

COLUMNS = ("photo", "score", "x1", "y1", "x2", "y2")  # of detections; `photo` counts the photos from 0
SCORE_THRESHOLD = 0.5  # of detections that are counted as true or false positives


def fine_tune(
    network: nn.Module,
    examples: Jittered,
    test: Sequence[Annotated],
    recipe: Recipe,
    folder: Path,
    *,
    device: str = "cpu",
    progress: Callable = lambda batches, label: batches,
) -> tuple[nn.Module, list[dict]]:
    """Train by the common loop; `found` in the rows of its log is all that
    the detector finds in the test photos after an epoch, if there are any.

    The loss is the sum of torchvision's four: class and box of the
    proposals, objectness and box of the anchors. DataError for test
    photos that cannot be measured, before the training.
    """
    check_photos(test)

    def evaluate(model: nn.Module) -> dict:
        return metrics(network_detections(model, test), test)

    return train(
        network,
        loss_of,
        examples,
        recipe,
        folder,
        device=device,
        evaluate=evaluate if test else None,
        progress=progress,
        collate=collate,
    )


def check_photos(photos: Sequence[Annotated]) -> None:
    """Raise DataError for a photo that is no whole picture, for a box outside of its photo, and for photos, if there
    are any, without any box: nothing can be measured in them."""
    for each in photos:
        inside(each.boxes, *each.photo.picture().size, each.photo.source)
    if photos and not any(len(each.boxes) for each in photos):
        what = f"nothing is annotated in {len(photos)} test photos"
        raise DataError(what, allowed="a box or more", remedy="average precision needs an object that can be found")


def loss_of(network: nn.Module, batch: tuple[list, list]) -> tuple[torch.Tensor, dict]:
    """The sum of torchvision's four losses of a batch (images, targets), and each of them by name for the log."""
    losses = network(*batch)
    return sum(losses.values()), {name.removeprefix("loss_"): value for name, value in losses.items()}


def network_detections(network: nn.Module, photos: Iterable[Annotated]) -> np.ndarray:
    """All detections in the photos, (n, 6) float32, columns as COLUMNS says, by photo and descending score.

    They are what `cnnlab.detection.detect` finds, whatever its score.
    """
    rows = [np.zeros((0, len(COLUMNS)), np.float32)]
    for place, each in enumerate(photos):
        found = detect(network, each.photo.picture(), 0.0)
        rows.append(np.column_stack([np.full(len(found), place), found.scores, found.boxes]).astype(np.float32))
    return np.concatenate(rows)


def metrics(found: np.ndarray, photos: Sequence[Annotated]) -> dict:
    """Metrics of the detections in the photos, see `network_detections`.

    ap50, ap: COCO's average precision at an IoU of 0.5 and over its ten thresholds. true_positives, false_positives,
    false_negatives: at a score of at least SCORE_THRESHOLD and an IoU of at least 0.5. found: the detections.
    """
    true_positive, count = true_positives(found, photos), sum(len(each.boxes) for each in photos)
    by_iou = precisions(found, photos)
    counted = found[:, 1] >= SCORE_THRESHOLD
    hits = int(true_positive[counted, 0].sum())
    return {
        "ap50": float(by_iou[0]),
        "ap": float(by_iou.mean()),
        "true_positives": hits,
        "false_positives": int(counted.sum()) - hits,
        "false_negatives": count - hits,
        "found": LoggedDetections(found.tolist()),
    }


def precisions(found: np.ndarray, photos: Sequence[Annotated]) -> np.ndarray:
    """(10,): the average precision of detections, see `network_detections`, at each of COCO's thresholds of the IoU."""
    count = sum(len(each.boxes) for each in photos)
    return average_precision(*precision_recall_curve(true_positives(found, photos), found[:, 1], count))


def true_positives(found: np.ndarray, photos: Sequence[Annotated]) -> np.ndarray:
    """(n, 10): whether each detection, see `network_detections`, is one at each of COCO's thresholds of the IoU."""
    return match(found[:, 0].astype(int), found[:, 2:], found[:, 1], *ground_truth(photos)) >= 0


def ground_truth(photos: Sequence[Annotated]) -> tuple[np.ndarray, np.ndarray]:
    """(m,) and (m, 4): the photo of each box, counted from 0, and its corners x1, y1, x2, y2."""
    counts = [len(each.boxes) for each in photos]
    return np.repeat(np.arange(len(photos)), counts), np.concatenate([each.boxes for each in photos])


def worst_first(found: np.ndarray, photos: Sequence[Annotated]) -> list[int]:
    """The places of the photos, those with most false positives and false negatives first, else in their order."""
    true_photos, _ = ground_truth(photos)
    counted = found[found[:, 1] >= SCORE_THRESHOLD]
    places, true_positive = counted[:, 0].astype(int), true_positives(counted, photos)[:, 0]
    positives, hits, present = (
        np.bincount(each, minlength=len(photos)) for each in (places, places[true_positive], true_photos)
    )
    errors = positives + present - 2 * hits
    return np.argsort(-errors, kind="stable").tolist()


def thumbnail(annotated: Annotated, side: int = 288) -> Image.Image:
    """The photo, its longer side at most `side` pixels."""
    picture = annotated.photo.picture()
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


class LoggedDetections(list):
    """Rows of COLUMNS in a log, whose printed line shows their number."""

    def __format__(self, _specification: str) -> str:
        return str(len(self))
