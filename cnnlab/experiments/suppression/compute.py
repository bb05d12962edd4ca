"""Boxes of YOLOX-nano in one photo before non-maximum suppression. Chapter: a10-detector."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import numpy as np

    from cnnlab.experiments.suppression.survivors import Survivors


@dataclass(frozen=True)
class Options:
    photo: int = 475678  # COCO's number: suitcases side by side
    category: str = "suitcase"
    score_threshold: float = 0.25  # lowest score of a box that is kept
    side: int = 608  # pixels of the photo's longer side, as it is kept


@dataclass(frozen=True)
class Suppression(Result):
    """size: width and height of the kept photo. agreeing: at how many of the `asked` thresholds our suppression keeps
    the boxes that torchvision's keeps.

    Arrays, in pixels of the kept photo, by descending score: `boxes` and `scores` of the category before suppression;
    `true_boxes`: the ground truth.
    """

    size: tuple[int, int]
    credit: str
    agreeing: int
    asked: int

    def survivors(self, threshold: float) -> Survivors:
        """What suppression at `threshold` leaves, computed once for each."""
        from cnnlab.experiments.suppression.survivors import survivors

        if threshold not in self._survivors:
            self._survivors[threshold] = survivors(*self._boxes, threshold)
        return self._survivors[threshold]

    @cached_property
    def _survivors(self) -> dict[float, Survivors]:
        return {}

    @cached_property
    def _boxes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return self.arrays["boxes"], self.arrays["scores"], self.arrays["true_boxes"]


@experiment(
    "suppression",
    options=Options,
    result=Suppression,
    engine="onnxruntime",
    data=("coco",),
    weights=("yolox_nano",),
)
def suppression(options: Options, run: Run) -> Suppression:
    """The candidates of one category in one photo, and its ground truth.

    `cnnlab run suppression`: seconds.
    """
    import numpy as np

    from cnnlab.data import coco
    from cnnlab.models.yolox import YoloX

    data = coco.load(run.data("coco"))
    (photo,) = [each for each in data.photos if each.number == options.photo]
    (category,) = [number for number, name in data.categories.items() if name == options.category]
    picture = photo.picture()
    boxes, scores = candidates(YoloX(run.weights("yolox_nano")), picture, category, options.score_threshold)
    scale = options.side / max(picture.size)
    boxes = boxes * scale
    thresholds = np.linspace(0, 1, 101).tolist()
    categories, ground_truth = coco.corners(data.annotations[options.photo])
    run.array("boxes", boxes)
    run.array("scores", scores)
    run.array("true_boxes", (ground_truth[categories == category] * scale).astype(np.float32))
    kept = picture.resize([round(scale * side) for side in picture.size])
    run.picture("photo", kept, quality=75)
    return Suppression(
        size=kept.size,
        credit=f"COCO {options.photo}, {coco.licence_name(photo.licence)}",
        agreeing=sum(agrees_with_torchvision(boxes, scores, each) for each in thresholds),
        asked=len(thresholds),
    )


def candidates(model, picture, category: int, score_threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (n, 4) and scores (n,) of one of COCO's categories before suppression, by descending score."""
    import numpy as np
    from torchvision.transforms.v2 import functional

    from cnnlab.models.yolox import CATEGORIES

    boxes, every = model.candidates(functional.pil_to_tensor(picture) / 255)
    scores = every[:, CATEGORIES.tolist().index(category)].numpy()
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] >= score_threshold]
    return boxes.numpy()[order], scores[order]


def agrees_with_torchvision(boxes: np.ndarray, scores: np.ndarray, threshold: float) -> bool:
    """Whether our suppression keeps the boxes that torchvision's keeps."""
    import numpy as np
    import torch
    from torchvision.ops import nms as torchvision_nms

    from cnnlab.evaluation.boxes import nms

    theirs = torchvision_nms(torch.from_numpy(boxes), torch.from_numpy(scores), threshold)
    return np.array_equal(nms(boxes, scores, threshold), theirs.numpy())
