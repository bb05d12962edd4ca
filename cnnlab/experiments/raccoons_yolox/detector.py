"""YOLOX-nano as detectors of raccoons: as COCO taught it, and as this machine has fine-tuned it."""

from __future__ import annotations

from typing import cast

from cnnlab import catalog, results
from cnnlab.experiments.raccoons_yolox.compute import RaccoonsYolox
from cnnlab.models.weights_torch import load
from cnnlab.models.yolox_torch import ANIMALS, AnyOf, YoloXNano, one_class
from cnnlab.results import large_files


def zero_shot_detector() -> AnyOf:
    """YOLOX-nano with COCO's weights, any of whose animals counts as a raccoon. DataError where they cannot be had."""
    return AnyOf(YoloXNano.from_onnx(catalog.find("yolox_nano").path), ANIMALS, "raccoon").eval()


def fine_tuned_detector(seed: int = 0) -> YoloXNano:
    """The network of a seed after its last epoch. ResultError where this machine has not trained it."""
    result = cast(RaccoonsYolox, results.load("raccoons_yolox"))
    options = result.options
    network = one_class(YoloXNano(side=options.side), "raccoon", ANIMALS, options.start)
    return load(network, large_files.path_of(result, f"network-{seed}.safetensors"))
