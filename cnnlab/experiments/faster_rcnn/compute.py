"""Faster R-CNN as torchvision gives it: its parts, their parameters, and the size of every tensor for one photo.

Chapter: a10-detector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.experiments.faster_rcnn.instances import Instance, instances
from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torch import nn

PARTS = (  # that the tree shows, parents before their children
    "",
    *("transform", "backbone", "backbone.body", "backbone.body.conv1", "backbone.body.bn1", "backbone.body.relu"),
    *("backbone.body.maxpool", "backbone.body.layer1", "backbone.body.layer2", "backbone.body.layer3"),
    *("backbone.body.layer4", "backbone.fpn", "backbone.fpn.inner_blocks", "backbone.fpn.layer_blocks"),
    *("backbone.fpn.extra_blocks", "rpn", "rpn.anchor_generator", "rpn.head", "rpn.head.conv", "rpn.head.cls_logits"),
    *("rpn.head.bbox_pred", "roi_heads", "roi_heads.box_roi_pool", "roi_heads.box_head", "roi_heads.box_head.fc6"),
    *("roi_heads.box_head.fc7", "roi_heads.box_predictor", "roi_heads.box_predictor.cls_score"),
    "roi_heads.box_predictor.bbox_pred",
)
OBSERVED = (  # parts whose outputs are measured
    *("transform", "backbone.body", "backbone", "rpn.head", "rpn.anchor_generator", "rpn"),
    *("roi_heads.box_roi_pool", "roi_heads.box_head", "roi_heads.box_predictor"),
)
SIDE = 608  # pixels of the kept photo's longer side


@dataclass(frozen=True)
class Options:
    photo: str = "coffee"  # scikit-image's name
    side: int = 800  # of torchvision: the shorter side of what the network sees,
    longest: int = 1333  # and the longer side at most
    seed: int = 0  # of the random weights, on which only the number of proposals depends, at most 1000


@dataclass(frozen=True)
class Part:
    """A module of the network. path: "" for the network itself; kind: its class; depth: of its line in the tree."""

    path: str
    kind: str
    parameters: int
    depth: int


@dataclass(frozen=True)
class Stage:
    """A tensor between two parts; size: channels, height, width of maps; rows and columns of others."""

    name: str
    size: tuple[int, ...]


@dataclass(frozen=True)
class Level:
    """A level of the feature pyramid. cells: height and width of its map; anchors: number of all."""

    cells: tuple[int, int]
    anchors: int


@dataclass(frozen=True)
class FasterRcnn(Result):
    """instances: the model as each call gives it, the handout's first; printed: the lines that this one prints; tree:
    its parts, parents before their children; stages: in the order of computation; levels: from the finest; seen: width
    and height of the photo as the network sees it, before padding to a multiple of 32.

    Array `anchors`: (levels, 3, 4), in pixels of the photo as the network sees it, around the upper left corner of the
    cell in the middle of the map.
    """

    parameters: int
    instances: tuple[Instance, ...]
    printed: tuple[str, ...]
    tree: tuple[Part, ...]
    stages: tuple[Stage, ...]
    levels: tuple[Level, ...]
    seen: tuple[int, int]


@experiment("faster_rcnn", options=Options, result=FasterRcnn, engine="torch", smoke=dict(side=64, longest=128))
def faster_rcnn(options: Options, run: Run) -> FasterRcnn:
    """The model as torchvision's calls give it, its tree with parameters, the sizes of the tensors in their order, and
    the anchors of one cell of each level. The sizes are those of the report's own network of the same parts.

    `cnnlab run faster_rcnn`: half a minute on two CPU cores.
    """
    from PIL import Image
    from skimage import data

    from cnnlab.models.faster_rcnn import faster_rcnn as build
    from cnnlab.models.weights_torch import parameters

    run.seed(options.seed)
    network = build(min_size=options.side, max_size=options.longest)
    model, described = instances()
    picture = Image.fromarray(getattr(data, options.photo)())
    outputs = outputs_of_parts(network, picture)
    ((height, width),) = outputs["transform"][0].image_sizes  # before it is filled up to a multiple of 32
    run.array("anchors", middle_anchors(outputs))
    result = FasterRcnn(
        parameters=parameters(network),
        instances=described,
        printed=tuple(str(model).splitlines()),
        tree=tuple(part(model, path) for path in PARTS),
        stages=stages(outputs, picture.size),
        levels=tuple(level(*each) for each in scored_levels(outputs)),
        seen=(width, height),
    )
    picture.thumbnail((SIDE, SIDE))
    run.picture("photo", picture)
    return result


def part(network: nn.Module, path: str) -> Part:
    from cnnlab.models.weights_torch import parameters

    module = network.get_submodule(path)
    return Part(path, type(module).__name__, parameters(module), path.count(".") + bool(path))


def outputs_of_parts(network: nn.Module, picture) -> dict:
    """{path: output} of the parts OBSERVED for a picture; outputs are of whatever type the part has."""
    import torch
    from torchvision.transforms.v2 import functional

    outputs: dict = {}
    for path in OBSERVED:
        network.get_submodule(path).register_forward_hook(
            lambda _module, _inputs, output, path=path: outputs.update({path: output})
        )
    with torch.inference_mode():
        network([functional.pil_to_tensor(picture) / 255])
    return outputs


def scored_levels(outputs: dict) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Of each level of the pyramid its map and the RPN's scores of its anchors."""
    objectness, _ = outputs["rpn.head"]
    return list(zip(outputs["backbone"].values(), objectness, strict=True))


def level(pyramid_map: torch.Tensor, scores: torch.Tensor) -> Level:
    _, _, height, width = pyramid_map.shape
    return Level((height, width), scores[0].numel())


def stages(outputs: dict, photo: tuple[int, int]) -> tuple[Stage, ...]:
    """The sizes of the tensors in the order of computation. photo: width and height."""
    (anchors,), (proposals,) = outputs["rpn.anchor_generator"], outputs["rpn"][0]
    scores, corrections = outputs["roi_heads.box_predictor"]
    tensors = {"network_input": outputs["transform"][0].tensors}
    tensors |= {f"C{at}": each for at, each in enumerate(outputs["backbone.body"].values(), 2)}
    tensors |= {f"P{at}": each for at, each in enumerate(outputs["backbone"].values(), 2)}
    tensors |= {"anchors": anchors, "proposals": proposals, "pooled": outputs["roi_heads.box_roi_pool"]}
    tensors |= {"described": outputs["roi_heads.box_head"], "class_scores": scores, "box_corrections": corrections}
    width, height = photo
    return (Stage("photo", (3, height, width)), *(Stage(name, size(each, name)) for name, each in tensors.items()))


def size(tensor: torch.Tensor, name: str) -> tuple[int, ...]:
    """The shape of a tensor, without the batch of one that maps have; the crops of all proposals are a batch."""
    return tuple(tensor.shape[1:] if tensor.ndim == 4 and len(tensor) == 1 and name != "pooled" else tensor.shape)


def middle_anchors(outputs: dict) -> np.ndarray:
    """(levels, anchors per cell, 4) float32: the anchors of the cell in the middle of each level's map."""
    import numpy as np
    import torch

    ((anchors,), begin, middle) = outputs["rpn.anchor_generator"], 0, []
    for each, scores in scored_levels(outputs):
        rows, columns, per_cell = *each.shape[2:], scores.shape[1]
        grid = anchors[begin : begin + rows * columns * per_cell].reshape(rows, columns, per_cell, 4)
        begin += rows * columns * per_cell
        middle.append(grid[rows // 2, columns // 2])
    return torch.stack(middle).numpy().astype(np.float32)
