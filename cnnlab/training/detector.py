"""A detector of one class trained on annotated photos, and what it finds in others after each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.transforms.v2 import functional

from cnnlab.data.annotations import Annotated
from cnnlab.data.photos import decode
from cnnlab.data.scale_jitter import Jittered, collate
from cnnlab.evaluation.matching import average_precision, curve, match
from cnnlab.training.loop import autocast, train
from cnnlab.training.recipe import Recipe

COLUMNS = ("photo", "score", "x1", "y1", "x2", "y2")  # of what was found; `photo` counts the photos from 0
SHOWN = 0.5  # least score of a detection that is counted as right or wrong


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
    the detector finds in the test photos after an epoch.

    The loss is the sum of torchvision's four: class and box of the
    proposals, objectness and box of the anchors.
    """
    return train(
        network,
        loss_of,
        examples,
        recipe,
        folder,
        device=device,
        measure=lambda model: measured(found_in(model, test), test),
        progress=progress,
        collate=collate,
    )


def loss_of(network: nn.Module, batch: tuple[list, list]) -> tuple[torch.Tensor, dict]:
    losses = network(*batch)
    return sum(losses.values()), {name.removeprefix("loss_"): value for name, value in losses.items()}


@torch.inference_mode()
def found_in(network: nn.Module, photos: Iterable[Annotated]) -> np.ndarray:
    """(n, 6), float32: all detections in the photos, as COLUMNS says, in order of the photos and of their scores."""
    device, rows = next(network.parameters()).device, [np.zeros((0, len(COLUMNS)), np.float32)]
    for place, each in enumerate(photos):
        picture = functional.pil_to_tensor(decode(each.photo)).to(device)
        with autocast(device.type):
            (answer,) = network([picture / 255])
        scores, boxes = answer["scores"].float().cpu().numpy(), answer["boxes"].float().cpu().numpy()
        rows.append(np.column_stack([np.full(len(scores), place), scores, boxes]).astype(np.float32))
    return np.concatenate(rows)


def measured(found: np.ndarray, photos: Sequence[Annotated]) -> dict:
    """COCO's average precision at an IoU of 0.5 and over its ten thresholds; right, wrong and missed at a score of at
    least SHOWN and an IoU of at least 0.5; and what was found."""
    true_photos, true_boxes = truth(photos)
    right = match(found[:, 0].astype(int), found[:, 2:], found[:, 1], true_photos, true_boxes) >= 0
    precisions = average_precision(*curve(right, found[:, 1], len(true_boxes)))
    shown = found[:, 1] >= SHOWN
    hits = int(right[shown, 0].sum())
    return {
        "ap50": float(precisions[0]),
        "ap": float(precisions.mean()),
        "right": hits,
        "wrong": int(shown.sum()) - hits,
        "missed": len(true_boxes) - hits,
        "found": Detected(found.tolist()),
    }


def truth(photos: Sequence[Annotated]) -> tuple[np.ndarray, np.ndarray]:
    """(m,) and (m, 4): the place of its photo and the corners of each true box."""
    counts = [len(each.boxes) for each in photos]
    return np.repeat(np.arange(len(photos)), counts), np.concatenate([each.boxes for each in photos])


def worst_first(found: np.ndarray, photos: Sequence[Annotated]) -> list[int]:
    """The places of the photos, those with most false and missed boxes first, else in their order."""
    true_photos, true_boxes = truth(photos)
    shown = found[found[:, 1] >= SHOWN]
    places = shown[:, 0].astype(int)
    right = match(places, shown[:, 2:], shown[:, 1], true_photos, true_boxes)[:, 0] >= 0
    answers, hits, wanted = (np.bincount(each, minlength=len(photos)) for each in (places, places[right], true_photos))
    errors = answers + wanted - 2 * hits
    return np.argsort(-errors, kind="stable").tolist()


def small(photo: Annotated, side: int = 288) -> Image.Image:
    """The photo, its longer side at most `side` pixels."""
    picture = decode(photo.photo)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


class Detected(list):
    """Rows of COLUMNS in a log, whose printed line only says how many there are."""

    def __format__(self, _specification: str) -> str:
        return str(len(self))
