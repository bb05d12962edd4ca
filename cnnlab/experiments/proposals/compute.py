"""The two suppressions of Faster R-CNN on one photo, by a detector that was trained for a minute.

Chapter: a10-detector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, experiment
from cnnlab.training.recipe import Recipe

if TYPE_CHECKING:
    from torchvision.models.detection import FasterRCNN

    from cnnlab.data.annotations import Annotated

RECIPE = Recipe(
    epochs=1,
    batch=2,
    learning_rate=5e-4,
    learning_rate_multipliers=(("backbone.body", 0.0),),
    warmup=0.25,
    smoothing=0.0,
)
DRAWN = 30  # boxes of a panel of the figure, those of highest score
SURE = 0.5  # lowest score of the head's boxes that are drawn thick
LIKE = 2  # areas of the boxes of the photo that is shown: one is less than so many times the other


@dataclass(frozen=True)
class Options:
    recipe: Recipe = RECIPE
    side: int = 192  # pixels of a training square, and of the photo's shorter side,
    longest: float = 1.5  # whose longer side has at most so many times as many
    scales: tuple[float, float] = (0.7, 2.0)  # of a training photo's longer side, in squares
    sampled: int = 64  # proposals of a photo that the head trains on
    photos: int | None = None  # of training; None: all

    @property
    def torchvision_options(self) -> dict:
        """As torchvision's FasterRCNN calls them."""
        return {
            "min_size": self.side,
            "max_size": round(self.longest * self.side),
            "box_batch_size_per_image": self.sampled,
        }


@dataclass(frozen=True)
class Level:
    """A level of the feature pyramid. anchors: of all its positions; before, after: proposals before and after the
    suppression in it."""

    anchors: int
    before: int
    after: int


@dataclass(frozen=True)
class Limits:
    """torchvision's numbers for evaluation. first_iou, last_iou: thresholds of the two suppressions; best: proposals of
    a level that the first gets; proposals: that it leaves; score: of the boxes that the second gets; detections: that
    it leaves."""

    first_iou: float
    last_iou: float
    best: int
    proposals: int
    score: float
    detections: int


@dataclass(frozen=True)
class Proposals(Result):
    """photo: number of the test photo; size: its width and height; photos: of training; levels: from the finest;
    agreeing: levels in which our suppression leaves what torchvision's leaves; same: whether the proposals and the
    detections of our steps are those that the network gives.

    Arrays, in pixels of the photo, by descending score: `before`, `before_scores`, the proposals that the first
    suppression gets, `after` those that the head gets; `boxes`, `scores`: what the head makes of them with a score
    above 0.05, `kept`: places in them of what the second suppression leaves; `true_boxes`.
    """

    photo: int
    size: tuple[int, int]
    photos: int
    levels: tuple[Level, ...]
    proposals: int
    limits: Limits
    agreeing: int
    same: tuple[bool, bool]


@experiment(
    "proposals",
    options=Options,
    result=Proposals,
    engine="torch",
    data=("raccoon",),
    weights=("resnet50_keras",),
    smoke=dict(side=64, photos=4, sampled=8),
)
def proposals(options: Options, run: Run) -> Proposals:
    """Train what stands above the backbone for one pass over the raccoon photos, then follow a test photo with two
    raccoons through the detector.

    `cnnlab run proposals`: two minutes on a CPU core.
    """
    import numpy as np
    import torch
    from torchvision.transforms.v2 import functional

    from cnnlab.data import raccoons as data
    from cnnlab.data.scale_jitter import Jittered, collate
    from cnnlab.experiments.proposals.steps import steps
    from cnnlab.models.faster_rcnn import with_imagenet_backbone
    from cnnlab.training.detector import loss_of
    from cnnlab.training.loop import train

    run.seed(options.recipe.seed)
    photos = data.load(run.data("raccoon"))
    training = photos.train[: options.photos]
    network, _ = train(
        with_imagenet_backbone(2, run.weights("resnet50_keras"), **options.torchvision_options),
        loss_of,
        Jittered(training, options.side, scales=options.scales, seed=options.recipe.seed),
        options.recipe,
        run.checkpoints,
        device=run.device,
        progress=run.progress,
        collate=collate,
    )
    shown = pair_of_like_size(photos.test)
    picture = shown.photo.picture()
    with torch.inference_mode():
        done = steps(network.cpu().float(), functional.pil_to_tensor(picture) / 255)
    for name in ("before", "before_scores", "after", "boxes", "scores"):
        run.array(name, getattr(done, name).astype(np.float32))
    run.array("kept", done.kept)
    run.array("true_boxes", shown.boxes)
    run.picture("photo", picture)
    return Proposals(
        photo=shown.photo.number,
        size=picture.size,
        photos=len(training),
        levels=tuple(Level(*each) for each in done.levels),
        proposals=len(done.after),
        limits=limits(network),
        agreeing=done.agreeing,
        same=done.same,
    )


def pair_of_like_size(photos: list[Annotated]) -> Annotated:
    """The first photo with two boxes of which one is less than LIKE times as large as the other."""
    from cnnlab.evaluation.boxes import area

    return next(
        each for each in photos if len(each.boxes) == 2 and area(each.boxes).max() < LIKE * area(each.boxes).min()
    )


def limits(network: FasterRCNN) -> Limits:
    rpn, head = network.rpn, network.roi_heads
    return Limits(
        first_iou=rpn.nms_thresh,
        last_iou=head.nms_thresh,
        best=rpn.pre_nms_top_n(),
        proposals=rpn.post_nms_top_n(),
        score=head.score_thresh,
        detections=head.detections_per_img,
    )
