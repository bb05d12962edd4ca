"""The training loss of YOLOX, and the assignment of cells to objects that it needs (SimOTA).

Source: Ge et al. 2021, section 2.1: "YOLOv3 baseline" (binary cross-entropy of objectness and classes, IoU loss of
boxes, an IoU-aware class), "Multi positives" and "SimOTA". What the paper does not say is as its authors' code has it
(YOLOX 0.3, `yolo_head.py`): the weights, the square of the IoU in its loss, 10 candidates. Their L1 loss, which they
add in the last epochs, is left out.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional
from torchvision.ops import box_iou

from cnnlab.models.yolox import corners, grid

BOX_WEIGHT = 5.0  # of the loss of boxes in the sum
IOU_COST = 3.0  # weight of the boxes in the cost of an assignment, the paper's λ
RADIUS = 1.5  # cells from an object's centre, along each axis, within which cells may be assigned to it
CANDIDATES = 10  # highest IoUs with an object; their sum is how many cells it is assigned


class Assignment(NamedTuple):
    """Cells (k,) and the object that each is assigned to (k,), by number, and the IoU of their boxes (k,)."""

    cells: torch.Tensor
    objects: torch.Tensor
    iou: torch.Tensor


def loss_of(network: nn.Module, batch: tuple[list, list]) -> tuple[torch.Tensor, dict]:
    """The loss of a batch (squares, targets) for `train`, and its three parts for the log.

    The sum over all cells, divided by the number of those that are assigned: 5 (1 − IoU²) of their boxes, binary
    cross-entropy of objectness, which is 1 in them, and of their classes, whose target is the IoU for the class of the
    object. targets: {"boxes" (m, 4) in pixels of the square, "labels" (m,), from 1 in the order of the classes}.
    """
    squares, targets = batch
    logits, side = network(squares), squares[0].shape[-1]
    boxes, (places, strides) = corners(logits, side), (each.to(logits.device) for each in grid(side))
    centres, parts, positives = (places + 0.5) * strides, torch.zeros(3, device=logits.device), 0
    for output, found, target in zip(logits, boxes, targets, strict=True):
        labels = target["labels"] - 1
        assignment = assign(output, found, target["boxes"], labels, centres, strides)
        parts = parts + losses(output, found, target["boxes"], labels, assignment)
        positives += len(assignment.cells)
    box, objectness, of_class = parts / max(positives, 1)
    return BOX_WEIGHT * box + objectness + of_class, {"box": box, "objectness": objectness, "class": of_class}


def losses(
    output: torch.Tensor, boxes: torch.Tensor, truth: torch.Tensor, labels: torch.Tensor, assignment: Assignment
) -> torch.Tensor:
    """(3,): the losses of boxes, objectness and classes in one square, each a sum; arguments as in `assign`."""
    cells, objects, aware = assignment
    iou = box_iou(boxes[cells], truth[objects]).diagonal()
    is_object = torch.zeros_like(output[:, 4]).index_fill(0, cells, 1)
    classes = output[cells, 5:]
    wanted = functional.one_hot(labels[objects], classes.shape[1]) * aware[:, None]
    entropy = functional.binary_cross_entropy_with_logits
    return torch.stack(
        [
            (1 - iou**2).sum(),
            entropy(output[:, 4], is_object, reduction="sum"),
            entropy(classes, wanted, reduction="sum"),
        ]
    )


@torch.no_grad()
def assign(
    output: torch.Tensor,
    boxes: torch.Tensor,
    truth: torch.Tensor,
    labels: torch.Tensor,
    centres: torch.Tensor,
    strides: torch.Tensor,
) -> Assignment:
    """Which cells are to predict which object of a square (Ge et al. 2021, section 2.1, "SimOTA").

    output (cells, 5 + classes): logits, of which those from the fifth are read; boxes (cells, 4): what they predict;
    truth (m, 4), labels (m,): boxes and classes, from 0, of the objects. centres (cells, 2), strides (cells, 1): of the
    cells, in pixels.

    An object may be assigned the cells around its centre, of each grid about three by three. It gets as many as the sum
    of the 10 highest IoUs with it, rounded down, and one at least: those of least cost, which is the cross-entropy of
    its class plus 3 times −log IoU. A cell that several objects would get goes to the one for which it costs least.
    """
    middles = (truth[:, None, :2] + truth[:, None, 2:]) / 2
    near = ((centres - middles).abs() < RADIUS * strides).all(dim=2)  # (m, cells)
    cells = near.any(dim=0).nonzero()[:, 0]
    if not len(cells):
        return Assignment(cells, cells, output.new_zeros(0))
    near, overlap = near[:, cells], box_iou(truth, boxes[cells])
    cost = class_cost(output[cells], labels) - IOU_COST * (overlap + 1e-8).log()
    cost = cost.masked_fill(~near, torch.inf)
    highest = overlap.topk(min(CANDIDATES, len(cells)), dim=1).values
    counts = highest.sum(dim=1).int().clamp(min=1)
    ranks = cost.argsort(dim=1).argsort(dim=1)
    cost = cost.masked_fill(ranks >= counts[:, None], torch.inf)
    least, objects = cost.min(dim=0)
    chosen = least.isfinite().nonzero()[:, 0]
    return Assignment(cells[chosen], objects[chosen], overlap[objects[chosen], chosen])


def class_cost(output: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """(m, cells): the binary cross-entropy of the classes of cells with those of objects, summed over the classes.

    The probability of a class is the geometric mean of its own and that of an object.
    """
    probability = (output[:, 5:].sigmoid() * output[:, 4:5].sigmoid()).sqrt()
    present, absent = (each.log().clamp(min=-100) for each in (probability, 1 - probability))
    return -(present - absent)[:, labels].T - absent.sum(dim=1)
