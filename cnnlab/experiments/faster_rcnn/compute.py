"""Faster R-CNN's parts: how many parameters each has, and the size of every tensor on a photo's way (row A10)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment

PARTS = (  # that the tree shows, parents before their children
    "",
    *("transform", "backbone", "backbone.body", "backbone.body.conv1", "backbone.body.layer1", "backbone.body.layer2"),
    *("backbone.body.layer3", "backbone.body.layer4", "backbone.fpn", "backbone.fpn.inner_blocks"),
    *("backbone.fpn.layer_blocks", "rpn", "rpn.anchor_generator", "rpn.head", "rpn.head.conv", "rpn.head.cls_logits"),
    *("rpn.head.bbox_pred", "roi_heads", "roi_heads.box_roi_pool", "roi_heads.box_head", "roi_heads.box_head.fc6"),
    *("roi_heads.box_head.fc7", "roi_heads.box_predictor", "roi_heads.box_predictor.cls_score"),
    "roi_heads.box_predictor.bbox_pred",
)
SIDE = 608  # pixels of the kept photo's longer side


@dataclass(frozen=True)
class Options:
    photo: str = "coffee"  # scikit-image's name
    side: int = 800  # of torchvision: the shorter side of what the network sees,
    longest: int = 1333  # and the longer side at most
    seed: int = 0  # of the random weights, on which only the number of proposals depends, at most 1000


@experiment("faster_rcnn", options=Options, engine="torch", smoke=dict(side=64, longest=128))
def faster_rcnn(options: Options, run: Run) -> dict:
    """The tree with its parameters, the sizes of the tensors in their order, and the anchors of one cell of each level.

    Array `anchors`: (levels, 3, 4), in pixels of the photo as the network sees it; they stand around the upper left
    corner of the cell in the middle of the map.
    `cnnlab run faster_rcnn`: ten seconds on two CPU cores.
    """
    import numpy as np
    import torch
    from PIL import Image
    from skimage import data
    from torchvision.transforms.v2 import functional

    from cnnlab import runtime
    from cnnlab.models.faster_rcnn import faster_rcnn as build
    from cnnlab.models.weights_torch import parameters

    o = options
    run.seed(o.seed)
    run.device, run.device_name = "cpu", runtime.processor()  # sizes are the same everywhere
    network = build(min_size=o.side, max_size=o.longest)
    tree = [
        {
            "path": path,
            "kind": type(part).__name__,
            "parameters": parameters(part),
            "depth": path.count(".") + bool(path),
        }
        for path, part in ((path, network.get_submodule(path)) for path in PARTS)
    ]
    seen: dict[str, object] = {}
    for path in ("transform", "backbone.body", "backbone", "rpn.head", "rpn.anchor_generator", "rpn"):
        network.get_submodule(path).register_forward_hook(lambda _m, _i, output, path=path: seen.update({path: output}))
    for path in ("box_roi_pool", "box_head", "box_predictor"):
        network.roi_heads.get_submodule(path).register_forward_hook(
            lambda _m, _i, output, path=path: seen.update({path: output})
        )
    picture = Image.fromarray(getattr(data, o.photo)())
    with torch.inference_mode():
        network([functional.pil_to_tensor(picture) / 255])
    batch = seen["transform"][0].tensors
    levels = list(seen["backbone"].values())
    objectness, _ = seen["rpn.head"]
    (anchors,) = seen["rpn.anchor_generator"]
    (proposals,) = seen["rpn"][0]
    scores, corners = seen["box_predictor"]

    def size(tensor) -> list[int]:
        return list(tensor.shape[1:] if tensor.ndim == 4 and len(tensor) == 1 else tensor.shape)

    stages = [("photo", [3, picture.height, picture.width]), ("network_input", size(batch))]
    stages += [(f"C{at}", size(each)) for at, each in enumerate(seen["backbone.body"].values(), 2)]
    stages += [(f"P{at}", size(each)) for at, each in enumerate(levels, 2)]
    stages += [("anchors", size(anchors)), ("proposals", size(proposals)), ("pooled", list(seen["box_roi_pool"].shape))]
    stages += [
        ("described", size(seen["box_head"])),
        ("class_scores", size(scores)),
        ("box_corrections", size(corners)),
    ]

    ((height, width),) = seen["transform"][0].image_sizes  # before it is filled up to a multiple of 32
    begin, middle = 0, []
    for each, scored in zip(levels, objectness, strict=True):
        rows, columns, per_cell = *each.shape[2:], scored.shape[1]
        grid = anchors[begin : begin + rows * columns * per_cell].reshape(rows, columns, per_cell, 4)
        begin += rows * columns * per_cell
        middle.append(grid[rows // 2, columns // 2])
    run.array("anchors", torch.stack(middle).numpy().astype(np.float32))
    picture.thumbnail((SIDE, SIDE))
    run.picture("photo", picture)
    return {
        "parameters": parameters(network),
        "tree": tree,
        "stages": [{"name": name, "size": each} for name, each in stages],
        "levels": [
            {"cells": list(each.shape[2:]), "anchors": scored[0].numel()}
            for each, scored in zip(levels, objectness, strict=True)
        ],
        "seen": [width, height],
    }
