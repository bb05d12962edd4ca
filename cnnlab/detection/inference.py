"""Inference: any detector applied to any image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np
import torch
from torch import nn
from torchvision.transforms.v2 import functional

from cnnlab.data.images import picture_of, pictures_of
from cnnlab.detection.detections import Detections, checked_threshold
from cnnlab.errors import OptionError
from cnnlab.models.faster_rcnn import COCO_NAMES

KEYS = ("boxes", "labels", "scores")  # of a detector's output


@overload
def detect(model: Callable, image: list | tuple, threshold: float = 0.5) -> list[Detections]: ...
@overload
def detect(model: Callable, image: Any, threshold: float = 0.5) -> Detections: ...
@torch.inference_mode()
def detect(model: Callable, image, threshold: float = 0.5):
    """Detections of `model` in `image` that score at least `threshold`.

    model: a detector of `torchvision.models.detection`, or one with their
    interface: given a list of tensors (3, h, w), red, green, blue, 0–1, it
    gives a list with a dict of "boxes" (n, 4), "labels" (n,) and "scores"
    (n,) for each. A layer with parameters gets them on its device,
    anything else on the CPU. `model.names` names its classes by their
    numbers; without it they are COCO's. It is run in eval mode, and each
    of its layers is left in the mode that it was in.

    image: a path, PIL picture, numpy array or tensor, see `picture_of`;
    boxes are in pixels of the upright picture, by descending score. A list
    of images gives a list, the model being called once for each image.
    OptionError, DataError for what cannot be used.
    """
    checked_threshold(threshold)
    if isinstance(image, (list, tuple)):
        every = pictures_of(image)
        return [detect(model, each, threshold) for each in every]
    picture = picture_of(image)
    layers = list(model.modules()) if isinstance(model, nn.Module) else []
    weights = (each for layer in layers for each in layer.parameters())
    device = next((each.device for each in weights), "cpu")
    pixels = functional.pil_to_tensor(picture).to(device) / 255
    training = [layer for layer in layers if layer.training]
    try:
        if isinstance(model, nn.Module):
            model.eval()
        output = output_of(model, pixels)
    finally:
        for layer in training:
            layer.training = True
    boxes, labels, scores = (values_of(output[key], model) for key in KEYS)
    size, names = picture.size, getattr(model, "names", COCO_NAMES)
    found = Detections.from_output(boxes, labels, scores, names, size)
    return found.above(threshold)


def output_of(model: Callable, pixels: torch.Tensor) -> dict[str, torch.Tensor]:
    """A detector's output for one picture (3, h, w), float32: torchvision decodes boxes in the type of its input."""
    try:
        outputs = model([pixels]) if callable(model) and not isinstance(model, type) else None
    except (TypeError, AttributeError) as error:  # such as that of a layer that is given a list
        raise no_detector(model, f": {error}") from error
    if (
        not isinstance(outputs, list)
        or len(outputs) != 1
        or not isinstance(outputs[0], dict)
        or set(KEYS) - outputs[0].keys()
    ):
        raise no_detector(model)
    return outputs[0]


def values_of(answer: object, model: Callable) -> np.ndarray:
    """A detector's boxes, labels or scores as numbers; OptionError where they are neither a tensor nor an array."""
    if isinstance(answer, torch.Tensor) and not answer.is_complex():
        return answer.detach().float().cpu().numpy()
    if isinstance(answer, np.ndarray) and answer.dtype.kind in "iuf":
        return answer.astype(np.float32)
    raise no_detector(model, f": it gives {type(answer).__name__} for a tensor")


def no_detector(model: object, why: str = "") -> OptionError:
    """The error of what is no detector."""
    return OptionError(
        f"model of type {type(model).__name__} does not answer as a detector{why}",
        allowed="a detector of torchvision.models.detection, or one with its interface",
        remedy="cnnlab.detection.coco_detector() gives one",
    )
