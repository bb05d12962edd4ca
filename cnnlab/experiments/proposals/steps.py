"""A photo's way through Faster R-CNN in single steps, with the report's own suppression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.rpn import concat_box_prediction_layers
from torchvision.ops import clip_boxes_to_image, remove_small_boxes
from torchvision.ops import nms as torchvision_nms

from cnnlab.evaluation.boxes import nms


@dataclass(frozen=True, eq=False)
class Steps:
    """As the arrays and fields of `compute.Proposals`; levels: (anchors, before, after) of each."""

    before: np.ndarray
    before_scores: np.ndarray
    after: np.ndarray
    boxes: np.ndarray
    scores: np.ndarray
    kept: np.ndarray
    levels: list[tuple[int, int, int]]
    agreeing: int
    same: tuple[bool, bool]


def steps(network: FasterRCNN, photo: torch.Tensor) -> Steps:
    """A photo (3, h, w), 0–1, through a detector of one class; boxes in its pixels."""
    images, _ = network.transform([photo])
    maps = network.backbone(images.tensors)
    seen = images.image_sizes[0]
    candidates = scored_anchors(network, images, maps, seen)
    offered, survivors, agreeing = [], [], 0
    for boxes, logits in candidates:
        best = logits.argsort(descending=True, stable=True)[: network.rpn.pre_nms_top_n()]
        best = best[remove_small_boxes(boxes[best], network.rpn.min_size)]
        boxes, scores = boxes[best], logits[best].sigmoid()
        left = nms(boxes.numpy(), scores.numpy(), network.rpn.nms_thresh)
        agreeing += np.array_equal(left, torchvision_nms(boxes, scores, network.rpn.nms_thresh).numpy())
        offered.append((boxes, scores))
        survivors.append((boxes[left], scores[left]))
    before, before_scores = by_score(offered)
    after, _ = (each[: network.rpn.post_nms_top_n()] for each in by_score(survivors))
    boxes, scores = judged(network, maps, after, seen)
    kept = nms(boxes.numpy(), scores.numpy(), network.roi_heads.nms_thresh)[: network.roi_heads.detections_per_img]
    ((theirs,), _), (found,) = network.rpn(images, maps), network([photo])
    scale = torch.tensor([photo.shape[2] / seen[1], photo.shape[1] / seen[0]]).repeat(2)
    return Steps(
        before=(before * scale).numpy(),
        before_scores=before_scores.numpy(),
        after=(after * scale).numpy(),
        boxes=(boxes * scale).numpy(),
        scores=scores.numpy(),
        kept=kept,
        levels=[
            (len(all_of[0]), len(one[0]), len(other[0]))
            for all_of, one, other in zip(candidates, offered, survivors, strict=True)
        ],
        agreeing=agreeing,
        same=(close(after, theirs), close((boxes * scale)[kept], found["boxes"])),
    )


def scored_anchors(network: FasterRCNN, images, maps: dict, seen: tuple[int, int]) -> list[tuple]:
    """Of each level of the pyramid the corrected anchors (n, 4), within the photo, and their logits (n,)."""
    outputs = list(maps.values())
    objectness, corrections = network.rpn.head(outputs)
    counts = [each[0].numel() for each in objectness]
    logits, corrections = concat_box_prediction_layers(objectness, corrections)
    boxes = network.rpn.box_coder.decode(corrections, network.rpn.anchor_generator(images, outputs))[:, 0]
    return list(zip(clip_boxes_to_image(boxes, seen).split(counts), logits.flatten().split(counts), strict=True))


def by_score(parts: list[tuple[torch.Tensor, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Boxes and scores of all levels, by descending score."""
    boxes, scores = (torch.cat(each) for each in zip(*parts, strict=True))
    order = scores.argsort(descending=True, stable=True)
    return boxes[order], scores[order]


def judged(network: FasterRCNN, maps: dict, proposals: torch.Tensor, seen: tuple[int, int]) -> tuple:
    """What the head makes of the proposals: boxes and scores of class 1 above its threshold, by descending score."""
    head = network.roi_heads
    described = head.box_head(head.box_roi_pool(maps, [proposals], [seen]))
    logits, corrections = head.box_predictor(described)
    boxes = clip_boxes_to_image(head.box_coder.decode(corrections, [proposals])[:, 1], seen)
    scores = logits.softmax(dim=1)[:, 1]
    order = scores.argsort(descending=True, stable=True)
    order = order[scores[order] > head.score_thresh]
    order = order[remove_small_boxes(boxes[order], min_size=1e-2)]
    return boxes[order], scores[order]


def close(ours: torch.Tensor, theirs: torch.Tensor) -> bool:
    """Whether two lists hold the same boxes to a hundredth of a pixel; those of equal score may change places."""
    one, other = (torch.tensor(sorted(each.tolist())) for each in (ours, theirs))
    return one.shape == other.shape and torch.allclose(one, other, atol=0.01)
