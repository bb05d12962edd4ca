"""One way to ask any detector what is in any picture."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torchvision.models.detection import FasterRCNN_ResNet50_FPN_Weights
from torchvision.transforms.v2 import functional

from cnnlab.data.images import picture_of
from cnnlab.detection.detections import Detections, checked_threshold, detections
from cnnlab.errors import OptionError

COCO_NAMES = tuple(FasterRCNN_ResNet50_FPN_Weights.COCO_V1.meta["categories"])  # by COCO's numbers; 0: background
KEYS = ("boxes", "labels", "scores")  # of an answer


@torch.inference_mode()
def detect(model: Callable, image, *, threshold: float = 0.5) -> Detections:
    """What `model` finds in `image` with a score of at least `threshold`.

    model: a detector of `torchvision.models.detection`, or whatever answers
    as they do: given a list of tensors (3, h, w), red, green, blue, 0–1, it
    gives a list with a dict of "boxes" (n, 4), "labels" (n,) and "scores"
    (n,) for each. A layer with parameters gets them on its device, anything
    else on the CPU. `model.names` names its classes by their numbers;
    without it they are COCO's. It answers in eval mode, and each of its
    layers is left in the mode that it was in.

    image: a path, PIL picture, numpy array or tensor, see `picture_of`;
    boxes are in pixels of the upright picture. The surest comes first.
    OptionError, DataError for what cannot be used.
    """
    checked_threshold(threshold)
    picture = picture_of(image)
    layers = list(model.modules()) if isinstance(model, nn.Module) else []
    weights = (each for layer in layers for each in layer.parameters())
    device = next((each.device for each in weights), "cpu")
    pixels = functional.pil_to_tensor(picture).to(device) / 255
    training = [layer for layer in layers if layer.training]
    try:
        if training:
            model.eval()
        answer = answer_of(model, pixels)
    finally:
        for layer in training:
            layer.training = True
    answers = (answer[key].float().cpu().numpy() for key in KEYS)
    names = getattr(model, "names", COCO_NAMES)
    return detections(*answers, names, picture.size).above(threshold)


def answer_of(model: Callable, pixels: torch.Tensor) -> dict[str, torch.Tensor]:
    """What a detector says of one picture; in float32, since torchvision decodes boxes in the type of its answers."""
    answers = model([pixels]) if callable(model) else None
    if (
        not isinstance(answers, list)
        or len(answers) != 1
        or not isinstance(answers[0], dict)
        or set(KEYS) - answers[0].keys()
    ):
        raise OptionError(
            f"model of type {type(model).__name__} does not answer as a detector",
            allowed="a detector of torchvision.models.detection, or one with its interface",
            remedy="cnnlab.detection.detectors.coco_detector() gives one",
        )
    return answers[0]
