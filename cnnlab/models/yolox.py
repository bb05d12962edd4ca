"""YOLOX-nano (Ge et al. 2021) with COCO's classes, from its ONNX file, behind the interface of torchvision's detectors.

A detector of a single stage: each cell of three grids predicts whether an object has its centre there, its class and
its box. There are no proposals.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from torchvision.ops import batched_nms

from cnnlab.errors import DataError, EngineError
from cnnlab.models.faster_rcnn import COCO_NAMES

SIDE, STRIDES, GREY = 416, (8, 16, 32), 114  # pixels of its input, of its cells; what fills the rest of the square
SCORE_THRESHOLD, IOU_THRESHOLD = 0.001, 0.65  # of what is kept, of suppression: as its authors evaluate it
CATEGORIES = np.array([number for number, name in enumerate(COCO_NAMES) if number and name != "N/A"])  # 80 of 1–90


class YoloX:
    """Given pictures (3, h, w), red, green, blue, 0–1: a dict of "boxes", "labels" (COCO's numbers), "scores" for each.

    path: `yolox_nano` in the catalogue. DataError where it is no such file, EngineError without onnxruntime.
    """

    names = COCO_NAMES

    def __init__(self, path: Path):
        try:
            import onnxruntime
        except ImportError as error:
            raise EngineError("onnxruntime is not installed", remedy="pip install -r requirements.txt") from error
        try:
            self.session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
            inputs, outputs = self.session.get_inputs()[0], self.session.get_outputs()[0]
        except Exception as error:  # the runtime raises classes of its own, one for each cause
            raise DataError(
                f"{path} cannot be read as an ONNX network: {error}",
                remedy="take the file that the catalogue names: cnnlab doctor",
            ) from error

        if inputs.shape != [1, 3, SIDE, SIDE] or outputs.shape[-1] != 5 + len(CATEGORIES):
            raise DataError(
                f"{path} takes {inputs.shape} and gives {outputs.shape}",
                allowed=f"[1, 3, {SIDE}, {SIDE}] and {5 + len(CATEGORIES)} numbers of each cell",
                remedy="take the file that the catalogue names: cnnlab doctor",
            )
        self.input = inputs.name

    def __call__(self, pictures: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        labels = torch.from_numpy(CATEGORIES)
        return [suppressed(*self.candidates(picture), labels) for picture in pictures]

    def candidates(self, picture: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Its output for a picture before suppression: boxes (3549, 4) in its pixels, scores (3549, 80)."""
        square, scale = letterboxed(picture)
        (raw,) = self.session.run(None, {self.input: square[None].numpy()})
        return decoded(torch.from_numpy(raw[0]), scale)


def letterboxed(picture: torch.Tensor, side: int = SIDE) -> tuple[torch.Tensor, float]:
    """What the network is given of a picture (3, h, w), red, green, blue, 0–1: (3, side, side), blue, green, red,
    0–255, the picture at the upper left; and by how much it is scaled.

    Unlike its authors we round the scaled picture's size to the nearest pixel, and its levels not at all.
    """
    scale = side / max(picture.shape[1:])
    size = [max(1, round(each * scale)) for each in picture.shape[1:]]
    scaled = functional.interpolate(picture[None], size, mode="bilinear", align_corners=False)[0]
    square = torch.full((3, side, side), float(GREY), device=picture.device)
    square[:, : size[0], : size[1]] = 255 * scaled.flip(0)  # blue, green, red, as OpenCV reads photos
    return square, scale


def decoded(output: torch.Tensor, scale: float, side: int = SIDE) -> tuple[torch.Tensor, torch.Tensor]:
    """Boxes (cells, 4) in pixels of the picture, scores (cells, classes) from the output (cells, 5 + classes) for it.

    A score is the product of two probabilities: that there is an object, and that it is of the class.
    """
    return corners(output, side) / scale, output[:, 4:5] * output[:, 5:]


def corners(output: torch.Tensor, side: int = SIDE) -> torch.Tensor:
    """Boxes (…, cells, 4), x1, y1, x2, y2 in pixels of the square, from outputs (…, cells, 4 or more)."""
    cells, strides = (each.to(output.device) for each in grid(side))
    centres, sides = (output[..., :2] + cells) * strides, output[..., 2:4].exp() * strides
    return torch.cat([centres - sides / 2, centres + sides / 2], dim=-1)


def suppressed(boxes: torch.Tensor, scores: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
    """What is left of candidates (n, 4), (n, classes) after suppression, each with its most probable class.

    labels (classes,): the number of each class.
    """
    best, classes = scores.max(dim=1)
    kept = best >= SCORE_THRESHOLD
    boxes, best, classes = boxes[kept], best[kept], classes[kept]
    kept = batched_nms(boxes, best, classes, IOU_THRESHOLD)
    return {"boxes": boxes[kept], "labels": labels[classes[kept]], "scores": best[kept]}


def grid(side: int = SIDE) -> tuple[torch.Tensor, torch.Tensor]:
    """(cells, 2), (cells, 1): the column and row of each cell of the three grids, and its side in pixels."""
    cells, strides = [], []
    for stride in STRIDES:
        count = side // stride
        rows, columns = torch.meshgrid(torch.arange(count), torch.arange(count), indexing="ij")
        cells.append(torch.stack([columns, rows], dim=2).reshape(-1, 2))
        strides.append(torch.full((count * count, 1), stride))
    return torch.cat(cells), torch.cat(strides)
