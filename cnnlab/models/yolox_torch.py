"""YOLOX-nano (Ge et al. 2021) as a module of torch, which can be trained.

Sources: Ge et al. 2021, section 2.1 (no anchors, a head whose class and box have branches of their own), 2.2 (the
backbone, a CSPDarknet, and the feature pyramid are YOLOv5's; nano: depthwise convolutions). Differences: the file of
its weights has each batch normalisation folded into the convolution before it, so that convolutions have biases here
and nothing is normalised, in training neither.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Self, cast

import torch
from torch import nn
from torch.nn import functional

from cnnlab.errors import DataError, OptionError
from cnnlab.models.faster_rcnn import COCO_NAMES
from cnnlab.models.onnx_weights import convolutions
from cnnlab.models.weights import REMEDY
from cnnlab.models.weights_torch import load_state
from cnnlab.models.yolox import CATEGORIES, SIDE, decoded, letterboxed, suppressed

ANIMALS = range(16, 26)  # COCO's numbers: bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe
HEAD = 64  # channels of the head's branches
STARTS = ("any", "mean", "random")  # of a class
PRIOR = 0.01  # probability of a class whose weights are random (Lin et al. 2017, Focal loss, section 4.1)

Names = Sequence[str]


def convolution(entering: int, leaving: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """A convolution that keeps the size, or divides it by its stride, and SiLU."""
    layer = nn.Conv2d(entering, leaving, kernel, stride, padding=kernel // 2, groups=groups)
    return nn.Sequential(layer, nn.SiLU())


def separable(entering: int, leaving: int, stride: int = 1) -> nn.Sequential:
    """A 3×3 convolution of each channel by itself, then a 1×1 convolution of all of them."""
    return nn.Sequential(
        convolution(entering, entering, 3, stride, groups=entering),
        convolution(entering, leaving),
    )


class Bottleneck(nn.Module):
    """1×1, then a separable 3×3, to which the input is added where `shortcut` says so."""

    def __init__(self, channels: int, shortcut: bool):
        super().__init__()
        self.branch = nn.Sequential(convolution(channels, channels), separable(channels, channels))
        self.shortcut = shortcut

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.branch(x) + x if self.shortcut else self.branch(x)


class CrossStage(nn.Module):
    """Half of the channels pass through `count` bottlenecks, the other half by them (CSPNet; Wang et al. 2020)."""

    def __init__(self, entering: int, leaving: int, count: int = 1, shortcut: bool = False):
        super().__init__()
        half = leaving // 2
        self.through, self.past = convolution(entering, half), convolution(entering, half)
        self.blocks = nn.Sequential(*(Bottleneck(half, shortcut) for _ in range(count)))
        self.joined = convolution(2 * half, leaving)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        through, past = self.through(x), self.past(x)
        return self.joined(torch.cat([self.blocks(through), past], dim=1))


class SpatialPyramid(nn.Module):
    """The maximum around each cell over windows of 1, 5, 9 and 13 (SPP; He et al. 2015)."""

    def __init__(self, channels: int):
        super().__init__()
        self.reduced = convolution(channels, channels // 2)
        self.pools = nn.ModuleList(nn.MaxPool2d(side, stride=1, padding=side // 2) for side in (5, 9, 13))
        self.joined = convolution(2 * channels, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.reduced(x)
        return self.joined(torch.cat([x, *(pool(x) for pool in self.pools)], dim=1))


class Backbone(nn.Module):
    """(n, 3, side, side) to features of strides 8, 16 and 32: 64, 128 and 256 channels."""

    def __init__(self):
        super().__init__()
        self.stem = convolution(12, 16, 3)
        self.stage2 = nn.Sequential(separable(16, 32, 2), CrossStage(32, 32, 1, shortcut=True))
        self.stage3 = nn.Sequential(separable(32, 64, 2), CrossStage(64, 64, 3, shortcut=True))
        self.stage4 = nn.Sequential(separable(64, 128, 2), CrossStage(128, 128, 3, shortcut=True))
        self.stage5 = nn.Sequential(separable(128, 256, 2), SpatialPyramid(256), CrossStage(256, 256))

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        upper, lower = x[..., ::2, :], x[..., 1::2, :]
        quarters = [rows[..., first::2] for first in (0, 1) for rows in (upper, lower)]
        features = [self.stage3(self.stage2(self.stem(torch.cat(quarters, dim=1))))]
        for stage in (self.stage4, self.stage5):
            features.append(stage(features[-1]))
        return features


class Pyramid(nn.Module):
    """Features of three strides joined from the coarsest to the finest and back (PANet; Liu et al. 2018)."""

    def __init__(self):
        super().__init__()
        self.lateral5 = convolution(256, 128)
        self.down4 = CrossStage(256, 128)
        self.lateral4 = convolution(128, 64)
        self.down3 = CrossStage(128, 64)
        self.stride4, self.up4 = separable(64, 64, 2), CrossStage(128, 128)
        self.stride5, self.up5 = separable(128, 128, 2), CrossStage(256, 256)

    def forward(self, features: list[torch.Tensor]) -> list[torch.Tensor]:
        fine, middle, coarse = features
        coarse = self.lateral5(coarse)
        middle = self.lateral4(self.down4(torch.cat([doubled(coarse), middle], dim=1)))
        fine = self.down3(torch.cat([doubled(middle), fine], dim=1))
        middle = self.up4(torch.cat([self.stride4(fine), middle], dim=1))
        coarse = self.up5(torch.cat([self.stride5(middle), coarse], dim=1))
        return [fine, middle, coarse]


def doubled(x: torch.Tensor) -> torch.Tensor:
    """Features of twice the height and width, each cell repeated."""
    return functional.interpolate(x, scale_factor=2, mode="nearest")


class Head(nn.Module):
    """Features (n, channels, h, w) to (n, h·w, 5 + classes): centre and log of the sides of a box in cells, logits of
    objectness and of the classes.

    They are float32 whatever the network computes with: in bfloat16 a side of 100 pixels would be known to 0.8.
    """

    def __init__(self, channels: int, classes: int):
        super().__init__()
        self.stem = convolution(channels, HEAD)
        self.class_branch = nn.Sequential(separable(HEAD, HEAD), separable(HEAD, HEAD))
        self.classes: nn.Module = nn.Conv2d(HEAD, classes, 1)
        self.box_branch = nn.Sequential(separable(HEAD, HEAD), separable(HEAD, HEAD))
        self.box, self.objectness = nn.Conv2d(HEAD, 4, 1), nn.Conv2d(HEAD, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        classes = in_float32(self.classes, self.class_branch(x))
        branch = self.box_branch(x)
        box, objectness = in_float32(self.box, branch), in_float32(self.objectness, branch)
        return torch.cat([box, objectness, classes], dim=1).flatten(2).transpose(1, 2)


def in_float32(layer: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """The output of a layer, computed in float32."""
    with torch.autocast(x.device.type, enabled=False):
        return layer(x.float())


class YoloXNano(nn.Module):
    """YOLOX-nano with random weights; `from_onnx` reads those of COCO.

    labels: the number of each class, in the order of its logits; names: the name of each number. side: pixels of the
    square into which pictures are put, a multiple of 32.

    In eval mode: a list of pictures (3, h, w), red, green, blue, 0–1, to a dict of "boxes", "labels", "scores" for
    each. In train mode: squares (3, side, side) of one side to `logits`, as its loss takes them.
    """

    labels: torch.Tensor

    def __init__(self, labels: Sequence[int] = CATEGORIES.tolist(), names: Names = COCO_NAMES, *, side: int = SIDE):
        super().__init__()
        self.names, self.side = names, side
        self.register_buffer("labels", torch.tensor(labels), persistent=False)
        self.backbone, self.pyramid = Backbone(), Pyramid()
        self.heads = nn.ModuleList(Head(channels, len(labels)) for channels in (64, 128, 256))

    @classmethod
    def from_onnx(cls, path: Path, *, side: int = SIDE) -> Self:
        """The network with the weights of `yolox_nano` in the catalogue, in eval mode. DataError for another file."""
        network, found = cls(side=side), convolutions(path)
        names = [name for name, layer in network.named_modules() if isinstance(layer, nn.Conv2d)]  # as computed
        if len(found) != len(names):
            raise DataError(f"{path} has {len(found)} convolutions", allowed=str(len(names)), remedy=REMEDY)
        state: dict[str, torch.Tensor] = {}
        for name, (weight, bias) in zip(names, found, strict=True):
            state |= {f"{name}.weight": weight, f"{name}.bias": bias}
        load_state(network, state, path)
        return network.eval()

    def forward(self, pictures: list[torch.Tensor]) -> torch.Tensor | list[dict[str, torch.Tensor]]:
        if self.training:
            return self.logits(255 * torch.stack(list(pictures)).flip(1))
        return [suppressed(*self.candidates(picture), self.labels) for picture in pictures]

    def candidates(self, picture: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Its output for a picture before suppression: boxes (cells, 4) in its pixels, scores (cells, classes)."""
        square, scale = letterboxed(picture, self.side)
        return decoded(self.outputs(square[None])[0], scale, self.side)

    def outputs(self, squares: torch.Tensor) -> torch.Tensor:
        """The ONNX file's output, (n, cells, 5 + classes): `logits`, those of objectness and classes made
        probabilities."""
        out = self.logits(squares)
        return torch.cat([out[..., :4], out[..., 4:].sigmoid()], dim=-1)

    def logits(self, squares: torch.Tensor) -> torch.Tensor:
        """(n, 3, side, side), blue, green, red, 0–255, to (n, cells, 5 + classes), see `Head`; cells as `grid` has
        them."""
        features = self.pyramid(self.backbone(squares.contiguous(memory_format=torch.channels_last)))
        return torch.cat([head(each) for head, each in zip(self.heads, features, strict=True)], dim=1)


class AnyLogit(nn.Module):
    """The logit of any of some classes, from theirs: the log of the sum of their exponentials; the odds add up."""

    def __init__(self, classes: nn.Conv2d):
        super().__init__()
        self.classes = classes

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classes(x).logsumexp(dim=1, keepdim=True)


def one_class(network: YoloXNano, name: str, categories: Sequence[int] = (), start: str = "any") -> YoloXNano:
    """The network with a single class, label 1, in place, whose logit begins with those of `categories`, its labels.

    start: "any", an AnyLogit of them; "mean", the mean of their weights and so of their logits; "random", the
    probability PRIOR whatever the categories. OptionError for another, and for no categories where they are needed.
    """
    if start not in STARTS or (start != "random" and not categories):
        raise OptionError(f"start={start!r} with {len(categories)} categories", allowed=f"{STARTS}, and categories")
    columns = columns_of(network, categories)
    for head in cast(list[Head], network.heads):
        head.classes = class_layer(head.classes, columns, start)
    network.labels, network.names = torch.tensor([1]), ("background", name)
    return network


def class_layer(old: nn.Module, columns: Sequence[int], start: str) -> nn.Module:
    """A layer of one class from that of many, see `one_class`; columns: places of the categories."""
    layer = nn.Conv2d(HEAD, len(columns) if start == "any" else 1, 1)
    if start == "random":
        layer.load_state_dict({**layer.state_dict(), "bias": torch.tensor([math.log(PRIOR / (1 - PRIOR))])})
        return layer
    state = {name: values[list(columns)] for name, values in old.state_dict().items()}
    if start == "mean":
        state = {name: values.mean(dim=0, keepdim=True) for name, values in state.items()}
    layer.load_state_dict(state)
    return AnyLogit(layer) if start == "any" else layer


class AnyOf(nn.Module):
    """A detector of one class, label 1: whatever `network` takes for any of `categories`, its labels.

    A candidate's score is that of the most probable of them. Suppression is common to them: an object that is taken for
    two of them is found once.
    """

    def __init__(self, network: YoloXNano, categories: Sequence[int], name: str):
        super().__init__()
        self.network, self.columns, self.names = network, columns_of(network, categories), ("background", name)

    def forward(self, pictures: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        found = []
        for picture in pictures:
            boxes, scores = self.network.candidates(picture)
            best = scores[:, self.columns].amax(dim=1, keepdim=True)
            found.append(suppressed(boxes, best, torch.ones(1, dtype=torch.long, device=boxes.device)))
        return found


def columns_of(network: YoloXNano, categories: Sequence[int]) -> list[int]:
    """The place of each label among the network's classes; OptionError for one that it does not have."""
    labels = network.labels.tolist()
    unknown = sorted(set(categories) - set(labels))
    if unknown:
        raise OptionError(f"categories with {unknown[0]}", allowed=f"labels of the network: {labels}")
    return [labels.index(each) for each in categories]
