"""Detectors of COCO's classes."""

from __future__ import annotations

import sys
from collections.abc import Callable

from cnnlab import catalog
from cnnlab.errors import DownloadError, OptionError
from cnnlab.models.faster_rcnn import with_coco_weights
from cnnlab.models.yolox import YoloX


def coco_detector(name: str | None = None) -> Callable:
    """A detector of COCO's classes: "fasterrcnn", with torchvision's weights, or "yolox_nano".

    name: which; None: Faster R-CNN, and YOLOX-nano where its weights cannot be had, with a line on stderr. The weights
    are downloaded where they are not on this machine. DataError where they cannot be had, EngineError where it would be
    YOLOX and onnxruntime is not installed, OptionError for another name.
    """
    if name not in (None, "fasterrcnn", "yolox_nano"):
        raise OptionError(f"detector {name!r}", allowed=("fasterrcnn", "yolox_nano", None))
    if name != "yolox_nano":
        try:
            return with_coco_weights(catalog.find("fasterrcnn").path)
        except DownloadError as error:
            if name:
                raise
            print(f"YOLOX-nano in the place of Faster R-CNN: {error.what}", file=sys.stderr)
    return YoloX(catalog.find("yolox_nano").path)
