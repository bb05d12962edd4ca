"""One way to ask any detector what is in any picture."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torchvision.models.detection import FasterRCNN_ResNet50_FPN_Weights
from torchvision.transforms.v2 import functional

from cnnlab.detection.detections import Detections, checked_threshold, detections
from cnnlab.detection.pictures import picture_of
from cnnlab.training.loop import autocast

COCO_CLASSES = tuple(FasterRCNN_ResNet50_FPN_Weights.COCO_V1.meta["categories"])  # by COCO's numbers; 0: background


@torch.inference_mode()
def detect(model: Callable, image, *, threshold: float = 0.5) -> Detections:
    """What `model` finds in `image` with a score of at least `threshold`, the surest first.

    model: a detector of `torchvision.models.detection`, or whatever answers as they do: given a list of tensors
    (3, h, w), red, green, blue, 0–1, it gives a dict of "boxes" (n, 4), "labels" (n,) and "scores" (n,) for each.
    `model.names` names its classes by their numbers; without it they are COCO's. It answers in eval mode, and each of
    its layers is left in the mode that it was in. image: a path, PIL picture, numpy array or tensor, see `picture_of`;
    boxes are in pixels of the upright picture. OptionTrouble, DataTrouble for what cannot be used.
    """
    checked_threshold(threshold)
    picture = picture_of(image)
    network = isinstance(model, nn.Module)
    device = next(model.parameters()).device if network and any(True for _ in model.parameters()) else "cpu"
    pixels = functional.pil_to_tensor(picture).to(device) / 255
    training = [layer for layer in model.modules() if layer.training] if network else []
    try:
        if training:
            model.eval()
        with autocast(torch.device(device).type):
            (answer,) = model([pixels])
    finally:
        for layer in training:
            layer.training = True
    boxes, labels, scores = (answer[key].float().cpu().numpy() for key in ("boxes", "labels", "scores"))
    return detections(boxes, labels, scores, getattr(model, "names", COCO_CLASSES), picture.size).above(threshold)
