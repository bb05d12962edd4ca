"""The anchors of one photo of COCO, assigned to its annotated boxes as Faster R-CNN's RPN is trained, and a sample.

Chapter: a10-detector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torchvision.models.detection import FasterRCNN

    from cnnlab.data.coco import Coco, CocoPhoto

STRIDES = (4, 8, 16, 32)  # of the levels P2 to P5; P6 takes every other position of P5
SIDE = 608  # pixels of the kept photo's longer side


@dataclass(frozen=True)
class Options:
    """The photo: of those with `objects` annotated boxes, each at least `share` of its area and none a crowd, the one
    whose largest and smallest box differ most. shown: IoUs near which anchors are shown, beside each object's best."""

    objects: int = 4
    share: float = 0.005
    side: int = 800  # of torchvision: the shorter side of what the network sees,
    longest: int = 1333  # and the longer side at most
    low: float = 0.3  # below this IoU an anchor is negative,
    high: float = 0.7  # from this on positive
    shown: tuple[float, float] = (0.5, 0.15)
    seed: int = 0


@dataclass(frozen=True)
class Target:
    """An annotated object. best: the highest IoU of an anchor with it, and its level, from 0; above: number of anchors
    assigned to it with an IoU of at least `high`; positives: of all that are."""

    name: str
    best: float
    level: int
    above: int
    positives: int


@dataclass(frozen=True)
class Example:
    """An anchor that is shown. overlaps: its IoU with each object; outcome: "positive", "ignored" or "negative"."""

    level: int
    overlaps: tuple[float, ...]
    outcome: str


@dataclass(frozen=True)
class AnchorTargets(Result):
    """fitting: number of photos that the rule chose from; size: of the kept photo; seen: of the photo as the network
    sees it; anchors, positive, ignored, negative: their numbers; agreeing: how many torchvision assigns alike;
    examples: three for each target, in their order; sampled: positive and negative anchors in the sample.

    Arrays, in pixels of the kept photo: `true_boxes`, `best`, one for each target; `examples`; `positive`, and the
    target of each in `positive_target`; `ignored`; `sampled`, and `sampled_target`, −1 where it is negative.
    """

    photo: int
    credit: str
    fitting: int
    size: tuple[int, int]
    seen: tuple[int, int]
    anchors: int
    positive: int
    ignored: int
    negative: int
    agreeing: int
    sampled: tuple[int, int]
    targets: tuple[Target, ...]
    examples: tuple[Example, ...]


@experiment(
    "anchor_targets",
    options=Options,
    result=AnchorTargets,
    engine="torch",
    data=("coco",),
    smoke=dict(side=64, longest=128),
)
def anchor_targets(options: Options, run: Run) -> AnchorTargets:
    """Which of Faster R-CNN's anchors are to find which object of a photo, which are background, which are left out of
    the loss; and 256 of them at random. No weights are needed.

    `cnnlab run anchor_targets`: ten seconds on two CPU cores.
    """
    import numpy as np

    from cnnlab.data import coco
    from cnnlab.evaluation.boxes import iou
    from cnnlab.models.faster_rcnn import faster_rcnn
    from cnnlab.training.anchors import IGNORED, NEGATIVE, assign, sample

    run.seed(options.seed)
    data = coco.load(run.data("coco"))
    fitting = fitting_photos(data, options)
    photo = max(fitting, key=lambda each: contrast(data, each))
    categories, corners = coco.corners(data.annotations[photo.number])
    picture = photo.picture()
    network = faster_rcnn(min_size=options.side, max_size=options.longest)
    boxes, anchors, levels, seen = as_seen(network, picture, corners)
    assigned = assign(anchors, boxes, options.low, options.high)
    overlaps = iou(anchors, boxes)
    positive, ignored = np.flatnonzero(assigned >= 0), np.flatnonzero(assigned == IGNORED)
    chosen = sample(assigned, np.random.default_rng(options.seed))
    shown = examples(overlaps, assigned, options)

    kept = picture.copy()
    kept.thumbnail((SIDE, SIDE))
    run.picture("photo", kept)
    scale = np.tile(np.divide(kept.size, seen), 2)
    arrays = {
        "true_boxes": boxes,
        "best": anchors[overlaps.argmax(axis=0)],
        "examples": anchors[shown],
        "positive": anchors[positive],
        "ignored": anchors[ignored],
        "sampled": anchors[np.concatenate(chosen)],
    }
    for name, values in arrays.items():
        run.array(name, (values * scale).astype(np.float32))
    run.array("positive_target", assigned[positive])
    run.array("sampled_target", assigned[np.concatenate(chosen)])
    outcomes = {NEGATIVE: "negative", IGNORED: "ignored"}
    return AnchorTargets(
        photo=photo.number,
        credit=f"COCO {photo.number}, {coco.licence_name(photo.licence)}",
        fitting=len(fitting),
        size=kept.size,
        seen=seen,
        anchors=len(anchors),
        positive=len(positive),
        ignored=len(ignored),
        negative=int((assigned == NEGATIVE).sum()),
        agreeing=int((assigned == by_torchvision(network, anchors, boxes)).sum()),
        sampled=(len(chosen[0]), len(chosen[1])),
        targets=tuple(
            Target(
                name=data.categories[category],
                best=float(overlaps[:, k].max()),
                level=int(levels[overlaps[:, k].argmax()]),
                above=int(((assigned == k) & (overlaps[:, k] >= options.high)).sum()),
                positives=int((assigned == k).sum()),
            )
            for k, category in enumerate(categories.tolist())
        ),
        examples=tuple(
            Example(int(levels[at]), tuple(overlaps[at].tolist()), outcomes.get(int(assigned[at]), "positive"))
            for at in shown
        ),
    )


def fitting_photos(data: Coco, options: Options) -> list[CocoPhoto]:
    """The photos from which the options choose."""
    found = []
    for photo in data.photos:
        annotations = data.annotations[photo.number]
        least = options.share * photo.picture().width * photo.picture().height
        right = len(annotations) == options.objects and not any(each["iscrowd"] for each in annotations)
        if right and min(extents(data, photo)) >= least:
            found.append(photo)
    return found


def extents(data: Coco, photo: CocoPhoto) -> list[float]:
    """The areas of a photo's boxes."""
    from cnnlab.data import coco
    from cnnlab.evaluation.boxes import area

    return area(coco.corners(data.annotations[photo.number])[1]).tolist()


def contrast(data: Coco, photo: CocoPhoto) -> float:
    """How many times its smallest box a photo's largest box is."""
    return max(extents(data, photo)) / min(extents(data, photo))


def as_seen(network: FasterRCNN, picture, corners: np.ndarray) -> tuple:
    """The annotated boxes (m, 4) and the anchors (n, 4) in pixels of the photo as the network sees it, float32; the
    level (n,) of each anchor, from 0; width and height of what it sees."""
    import numpy as np
    import torch
    from torchvision.transforms.v2 import functional

    target = {"boxes": torch.as_tensor(corners, dtype=torch.float32), "labels": torch.ones(len(corners)).long()}
    images, (seen,) = network.transform([functional.pil_to_tensor(picture) / 255], [target])
    maps = empty_maps(*images.tensors.shape[2:])
    (anchors,) = network.rpn.anchor_generator(images, maps)
    per_cell = network.rpn.anchor_generator.num_anchors_per_location()
    counts = [each.shape[2] * each.shape[3] * count for each, count in zip(maps, per_cell, strict=True)]
    ((height, width),) = images.image_sizes
    return seen["boxes"].numpy(), anchors.numpy(), np.repeat(np.arange(len(maps)), counts), (width, height)


def empty_maps(height: int, width: int) -> list[torch.Tensor]:
    """Maps of the pyramid for an input of this size, of which only the size counts."""
    import torch

    sizes = [(height // stride, width // stride) for stride in STRIDES]
    sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
    return [torch.empty(1, 1, *each) for each in sizes]


def examples(overlaps: np.ndarray, assigned: np.ndarray, options: Options) -> list[int]:
    """For each object the anchor with the highest IoU, and of those that are not positive the ones whose IoU with it is
    closest to each of `shown`."""
    import numpy as np

    found, others = [], np.flatnonzero(assigned < 0)
    for own in overlaps.T:
        found.append(int(own.argmax()))
        found += [int(others[np.abs(own[others] - each).argmin()]) for each in options.shown]
    return found


def by_torchvision(network: FasterRCNN, anchors: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """What torchvision's RPN assigns to the anchors, in the numbers of `assign`."""
    import torch
    from torchvision.ops import box_iou

    return network.rpn.proposal_matcher(box_iou(torch.from_numpy(boxes), torch.from_numpy(anchors))).numpy()
