"""Three ways of asking torchvision for the model. The first two download COCO's weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torchvision.models.detection import FasterRCNN


def as_in_the_handout() -> FasterRCNN:
    from torchvision.models.detection import fasterrcnn_resnet50_fpn

    frcnn_model = fasterrcnn_resnet50_fpn(
        pretrained=True,
        progress=True,
        num_classes=91,
        pretrained_backbone=True,
        trainable_backbone_layers=3,
    )
    return frcnn_model


def as_today() -> FasterRCNN:
    from torchvision.models.detection import fasterrcnn_resnet50_fpn

    return fasterrcnn_resnet50_fpn(weights="COCO_V1")


def without_weights() -> FasterRCNN:
    from torchvision.models.detection import fasterrcnn_resnet50_fpn

    return fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None)
