"""The detector of COCO's classes that this machine can have."""

from __future__ import annotations

import sys
from collections.abc import Callable

from cnnlab import catalog
from cnnlab.detection.faster_rcnn import with_coco_weights
from cnnlab.detection.yolox import YoloX
from cnnlab.errors import DownloadTrouble


def coco_detector() -> Callable:
    """Faster R-CNN with torchvision's weights of COCO; YOLOX-nano where those cannot be had, which is then said.

    The weights are downloaded where they are not on this machine. DataTrouble where neither can be had, EngineTrouble
    where it would be YOLOX and onnxruntime is not installed.
    """
    try:
        return with_coco_weights(catalog.find("fasterrcnn").path)
    except DownloadTrouble as trouble:
        print(f"YOLOX-nano in the place of Faster R-CNN: {trouble.what}", file=sys.stderr)
        return YoloX(catalog.find("yolox_nano").path)
