"""The detector of COCO's classes that this machine can have."""

from __future__ import annotations

import sys
from collections.abc import Callable

from cnnlab import catalog
from cnnlab.errors import DownloadError
from cnnlab.models.faster_rcnn import with_coco_weights
from cnnlab.models.yolox import YoloX


def coco_detector() -> Callable:
    """Faster R-CNN with torchvision's COCO weights; YOLOX-nano where those cannot be had, with a line on stderr.

    The weights are downloaded where they are not on this machine. DataError where neither can be had, EngineError
    where it would be YOLOX and onnxruntime is not installed.
    """
    try:
        return with_coco_weights(catalog.find("fasterrcnn").path)
    except DownloadError as error:
        print(f"YOLOX-nano in the place of Faster R-CNN: {error.what}", file=sys.stderr)
        return YoloX(catalog.find("yolox_nano").path)
