"""Faster R-CNN with a ResNet-50 and a feature pyramid (Ren et al. 2015, Lin et al. 2017), as torchvision builds it."""

from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import nn
from torchvision.models.detection import FasterRCNN, FasterRCNN_ResNet50_FPN_Weights
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor
from torchvision.ops import FrozenBatchNorm2d

from cnnlab.errors import OptionError
from cnnlab.models.pretrained import resnet50
from cnnlab.models.weights_torch import load_state, read_tensors

COCO_NAMES = tuple(FasterRCNN_ResNet50_FPN_Weights.COCO_V1.meta["categories"])  # by COCO's numbers; 0: background
COCO_CLASSES = len(COCO_NAMES)  # 91: COCO's numbers of categories from 1 to 90, and background


class FrozenNorm(FrozenBatchNorm2d):
    """torchvision's frozen batch normalisation in one pass over the tensor, bfloat16 left as it is."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, training=False, eps=self.eps
        )


def faster_rcnn(classes: int = COCO_CLASSES, **options) -> FasterRCNN:
    """`fasterrcnn_resnet50_fpn` with random weights, in eval mode: torchvision's names of layers, 41,755,286 parameters
    for 91 classes; the normalisation is frozen, as torchvision has it with weights. classes: background, 0, counts as
    one. options: of torchvision's FasterRCNN.

    Input: a list of pictures (3, h, w), red, green, blue, 0–1; output: {"boxes", "labels", "scores"} for each. Boxes
    and logits are float32 whatever it computes with: past 256, coordinates in bfloat16 are two pixels apart.
    """
    if classes < 2:
        raise OptionError(f"classes={classes}", allowed="2 or more: background is one of them")
    backbone = resnet_fpn_backbone(backbone_name="resnet50", weights=None, norm_layer=FrozenNorm, trainable_layers=5)
    network = FasterRCNN(backbone, classes, **options)
    network.rpn.head.register_forward_hook(in_float32)
    network.roi_heads.box_predictor.register_forward_hook(in_float32)
    return network.eval()


def in_float32(_module: nn.Module | None, _inputs: object, output):
    """A forward hook: the tensors of an output, which may be nested, as float32."""
    if isinstance(output, torch.Tensor):
        return output.float()
    return type(output)(in_float32(None, None, each) for each in output)


def with_coco_weights(path: Path, **options) -> FasterRCNN:
    """The detector with torchvision's weights of COCO: `fasterrcnn` in the catalogue.

    They were trained with nothing added to the variances; what FrozenNorm adds is taken off them beforehand, so that a
    copy of the state needs no mark. DataError where the file is of another network or cut short.
    """
    network = faster_rcnn(**options)
    load_state(network, {renamed(name): values for name, values in read_tensors(path).items()}, path)
    for layer in network.modules():
        if isinstance(layer, FrozenNorm):
            layer.running_var -= layer.eps
    return network


def renamed(name: str) -> str:
    """What a layer of COCO's file is called today: it is older than the blocks around the pyramid's convolutions."""
    name = re.sub(r"(fpn\.(?:inner|layer)_blocks\.\d)\.(weight|bias)$", r"\1.0.\2", name)
    return re.sub(r"(rpn\.head\.conv)\.(weight|bias)$", r"\1.0.0.\2", name)


def with_imagenet_backbone(classes: int, path: Path, **options) -> FasterRCNN:
    """A detector whose backbone has Keras's weights of ImageNet (`resnet50_keras` in the catalogue); the feature
    pyramid, the RPN and the box head are random. Raises DataError where the file is of another network.
    """
    network = with_strides_of_v1(faster_rcnn(classes, **options))
    weights = resnet50(path).state_dict()
    body = network.backbone.body
    body.load_state_dict({name: weights[name] for name in body.state_dict()})
    return network.eval()


def with_strides_of_v1(network: FasterRCNN) -> FasterRCNN:
    """The strides of the backbone's stages on the first 1×1 of their first blocks, as in ResNet v1, in place."""
    for stage in ("layer2", "layer3", "layer4"):
        first = network.backbone.body[stage][0]
        first.conv1.stride, first.conv2.stride = (2, 2), (1, 1)
    return network


def replace_box_head(network: FasterRCNN, classes: int) -> FasterRCNN:
    """Give a detector a new, random last layer, in place; on the CPU.

    classes: background is one of them; OptionError for fewer than two.
    """
    if classes < 2:
        raise OptionError(
            f"classes={classes}",
            allowed="2 or more: background is one of them",
        )
    old = network.roi_heads.box_predictor
    network.roi_heads.box_predictor = FastRCNNPredictor(
        old.cls_score.in_features,
        classes,
    )
    network.roi_heads.box_predictor.register_forward_hook(in_float32)
    return network
