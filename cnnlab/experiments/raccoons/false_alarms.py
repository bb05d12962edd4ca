"""What a detector of raccoons finds in photos without any: cats and dogs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import nn

from cnnlab.data.photos import Photo
from cnnlab.detection import detect
from cnnlab.results import Run

SHOWN = 4  # photos with the highest scores, which are kept
SIDE = 288  # pixels of their longer side at most


def keep_false_alarms(network: nn.Module, photos: Sequence[Photo], run: Run) -> tuple[int, ...]:
    """Look once at each photo, and keep: arrays `alarm` (photos,), the highest score of a box, 0 where there is none;
    `alarm_box` (photos, 4), that box, and `alarm_size` (photos, 2), width and height, in pixels; `alarm_label`
    (photos,), the photo's class; pictures `alarm-K` of the photos with the highest scores, whose places are returned.
    """
    best, boxes, sizes = [], [], []
    for each in run.progress(photos, "cats and dogs"):
        picture = each.picture()
        found = detect(network, picture, 0.0)
        best.append(float(found.scores[0]) if len(found) else 0.0)
        boxes.append(found.boxes[0] if len(found) else np.zeros(4))
        sizes.append(picture.size)
    run.array("alarm", np.array(best, np.float32))
    run.array("alarm_box", np.array(boxes, np.float32))
    run.array("alarm_size", np.array(sizes, np.uint16))
    run.array("alarm_label", np.array([each.label for each in photos], np.uint8))
    shown = np.argsort(-np.array(best), kind="stable")[:SHOWN].tolist()
    for place in shown:
        picture = photos[place].picture()
        picture.thumbnail((SIDE, SIDE))
        run.picture(f"alarm-{place}", picture)
    return tuple(shown)
