"""The raccoon detector that the experiment `raccoons` has trained on this machine."""

from __future__ import annotations

from typing import cast

from torchvision.models.detection import FasterRCNN

from cnnlab import results
from cnnlab.experiments.raccoons.compute import RaccoonsResult
from cnnlab.models.faster_rcnn import faster_rcnn, with_strides_of_v1
from cnnlab.models.weights_torch import load
from cnnlab.results import large_files


def raccoon_detector() -> FasterRCNN:
    """The detector after its last epoch, for photos of the size that it was tested with, and with names.

    Raises ResultError where this machine has not trained it: its weights are not in the project.
    """
    result = cast(RaccoonsResult, results.load("raccoons"))
    network = faster_rcnn(2, **result.options.torchvision_options)
    if result.start == "imagenet":
        network = with_strides_of_v1(network)
    network = load(network, large_files.path_of(result, "network.safetensors"))
    network.names = ("background", "raccoon")
    return network
