"""Drawn photos with boxes, and a detector so small that it learns in a blink."""

import io
from collections import OrderedDict

import numpy as np
import pytest
from PIL import Image

LEFT, RIGHT = (0, 200, 0), (200, 0, 0)


@pytest.fixture
def annotated():
    """Draw a black photo: each box is filled, its left half green and its right half red."""

    def draw(*boxes, size=(64, 48), number=1):
        from cnnlab.detection.annotations import Annotated
        from cnnlab.training.photos import Photo

        picture, buffer = Image.new("RGB", size), io.BytesIO()
        for x1, y1, x2, y2 in boxes:
            picture.paste(RIGHT, (x1, y1, x2, y2))
            picture.paste(LEFT, (x1, y1, (x1 + x2) // 2, y2))
        picture.save(buffer, "PNG")
        photo = Photo(buffer.getvalue(), 0, number, f"photo-{number}.png")
        return Annotated(photo, np.array(boxes, np.float32).reshape(-1, 4))

    return draw


@pytest.fixture
def tiny_detector():
    """Build a Faster R-CNN of torchvision's with two convolutions, always with the same random weights."""

    def build():
        import torch
        from torch import nn
        from torchvision.models.detection import FasterRCNN
        from torchvision.models.detection.anchor_utils import AnchorGenerator
        from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
        from torchvision.ops import MultiScaleRoIAlign

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            layers = {"first": nn.Conv2d(3, 8, 3, stride=4, padding=1), "rectified": nn.ReLU()}
            layers |= {"second": nn.Conv2d(8, 8, 3, stride=2, padding=1)}
            trunk = nn.Sequential(OrderedDict(layers))
            trunk.out_channels = 8
            return FasterRCNN(
                trunk,
                rpn_anchor_generator=AnchorGenerator(((12, 24),), ((1.0,),)),
                box_roi_pool=MultiScaleRoIAlign(["0"], 3, 2),
                box_head=TwoMLPHead(8 * 9, 16),
                box_predictor=FastRCNNPredictor(16, 2),
                min_size=64,
                max_size=96,
                rpn_post_nms_top_n_train=20,
                rpn_post_nms_top_n_test=20,
                box_batch_size_per_image=8,
            )

    return build
