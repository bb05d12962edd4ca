"""YOLOX-nano on photos of COCO val2017: average precision, errors by kind, and where it fails most.

Chapter: a11-encontrar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.detection.detections import Box, StoredDetections
from cnnlab.experiments.found_coco.errors import Errors, Example, KindOfError, Missed, Size, everything
from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from torch import Tensor

    from cnnlab.data.coco import Coco, CocoPhoto
    from cnnlab.detection.detections import Detections
    from cnnlab.models.yolox import YoloX

IMAGENET_MEAN, IMAGENET_DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # red, green, blue, of 1
LONGER = 480  # pixels of the longer side of a photo that is kept


@dataclass(frozen=True)
class Options:
    threshold: float = 0.3  # lowest score of a detection that is shown and counted
    overlap: float = 0.5  # lowest IoU of a true positive
    worst: int = 2  # photos shown for each kind of error
    missed_classes: int = 5  # of which most objects are missed
    bootstrap_samples: int = 10_000
    seed: int = 0


@dataclass(frozen=True)
class JudgedPhoto:
    """A photo with its detections matched to the ground truth.

    true_positives: for each detection whether it is one. judged: whether it counts, as those inside a crowd do not.
    false_negatives: the boxes that no detection matches. boxes: number of boxes in the ground truth. size: width and
    height of the photo, to whose pixels all boxes refer.
    """

    number: int
    licence: str
    found: StoredDetections
    true_positives: tuple[bool, ...]
    judged: tuple[bool, ...]
    false_negatives: tuple[Box, ...]
    boxes: int
    size: tuple[int, int]

    @property
    def false_positives(self) -> int:
        """How many detections count and are no true positives."""
        return sum(self.judged) - sum(self.true_positives)


@dataclass(frozen=True)
class Chosen:
    """The photos with most false negatives, and among the others those with most false positives."""

    false_negatives: tuple[JudgedPhoto, ...]
    false_positives: tuple[JudgedPhoto, ...]


@dataclass(frozen=True)
class FoundCoco(Result):
    """COCO's numbers, their intervals, and errors at a score of `threshold`.

    coco: COCO's twelve numbers by the names of `cnnlab.evaluation.coco.TWELVE`. ap_low–ap50_high: 95 % BCa intervals
    over the photos. ap_above: share of the bootstrap samples with a higher AP. boxes: in the ground truth, crowds not
    counted; categories: those that have a box; categories_of_one: those that have one in a single photo.

    kinds, sizes, missed_classes: of the errors. false_positives_gain, false_negatives_gain: AP50 gained without any of
    either. missed_side: median over the missed objects of √(width × height) in pixels of the network's input. examples:
    one error of each kind that there is. shown, shown_normalised: detections with a score of `threshold` or more, as
    the network is used, and given normalised pixels, as the weights of YOLOX's earlier release want them.
    """

    coco: dict[str, float]
    ap_low: float
    ap_high: float
    ap50_low: float
    ap50_high: float
    ap_above: float
    photos: int
    boxes: int
    crowds: int
    categories: int
    categories_of_one: int
    true_positives: int
    false_positives: int
    false_negatives: int
    kinds: tuple[KindOfError, ...]
    false_positives_gain: float
    false_negatives_gain: float
    sizes: tuple[Size, ...]
    missed_classes: tuple[Missed, ...]
    missed_side: float
    examples: tuple[Example, ...]
    shown: int
    shown_normalised: int
    chosen: Chosen
    threshold: float


@experiment(
    "found_coco",
    options=Options,
    result=FoundCoco,
    engine="onnxruntime",
    data=("coco",),
    weights=("yolox_nano",),
    smoke=dict(bootstrap_samples=5),
)
def found_coco(options: Options, run: Run) -> FoundCoco:
    """COCO's twelve numbers by pycocotools, AP and AP50 with 95 % BCa intervals over the photos; errors by kind (TIDE),
    size and class, and an example of each kind; pictures of the photos with most false negatives, and of those with
    most false positives, with their boxes.

    A detection of which half or more lies inside a crowd of its class (COCO has one box of it) is neither a true nor a
    false positive. `cnnlab run found_coco`: two minutes on a CPU core.
    """
    import numpy as np

    from cnnlab.data import coco
    from cnnlab.detection.inference import detect
    from cnnlab.models.yolox import YoloX

    run.seed(options.seed)
    model, data = YoloX(run.weights("yolox_nano")), coco.load(run.data("coco"))
    pixels = [np.asarray(photo.picture()) for photo in data.photos]  # without metadata: boxes are of photos as they lie
    found = [detect(model, each, 0) for each in run.progress(pixels, "photos")]
    photos = [judged_photo(*each, data, options) for each in zip(data.photos, pixels, found, strict=True)]
    chosen = worst(photos, options.worst)
    for photo in (*chosen.false_negatives, *chosen.false_positives):
        keep_picture(f"photo-{photo.number}", pixels[photos.index(photo)], run)
    errors = Errors(everything(data, found, options.overlap), data, options.threshold, options.overlap)
    of_all = errors.everything.kinds(options.overlap)
    return FoundCoco(
        **average_precisions(data, found, options, run),
        photos=len(photos),
        boxes=sum(each.boxes for each in photos),
        crowds=sum(each["iscrowd"] for each in data.document["annotations"]),
        true_positives=sum(sum(each.true_positives) for each in photos),
        false_positives=sum(each.false_positives for each in photos),
        false_negatives=sum(len(each.false_negatives) for each in photos),
        kinds=errors.by_kind(of_all),
        false_positives_gain=of_all.gains["false_positives"],
        false_negatives_gain=of_all.gains["false_negatives"],
        sizes=errors.by_size(),
        missed_classes=errors.by_class(options.missed_classes),
        missed_side=missed_side(photos),
        examples=examples(errors, pixels, run),
        shown=len(errors.shown),
        shown_normalised=sum(len(detect(normalised(model), each, options.threshold)) for each in pixels),
        chosen=chosen,
        threshold=options.threshold,
    )


def normalised(model: YoloX) -> Callable:
    """The detector given pixels as YOLOX 0.1.0 prepared them: RGB, less ImageNet's mean, over its deviation."""

    def call(pictures: list[Tensor]) -> list[dict[str, Tensor]]:
        from torchvision.transforms.v2 import functional

        own = [functional.normalize(each, IMAGENET_MEAN, IMAGENET_DEVIATION) for each in pictures]
        return model([each.flip(0) / 255 for each in own])  # the model multiplies by 255, and gives BGR to the network

    return call


def average_precisions(data: Coco, found: list[Detections], options: Options, run: Run) -> dict:
    """COCO's twelve numbers, the ends of the intervals of AP and AP50, and the number of categories that have a box."""
    import numpy as np

    from cnnlab.evaluation import coco
    from cnnlab.evaluation.intervals import interval

    rows = np.concatenate(
        [
            np.column_stack([np.full(len(each), photo.number), each.boxes, each.scores, each.labels])
            for photo, each in zip(data.photos, found, strict=True)
        ]
    )
    evaluation = coco.Evaluation(coco.index(data.document), rows)
    measured = coco.summary(evaluation.precision())
    samples = evaluation.bootstrap(options.bootstrap_samples, options.seed, run.progress)
    left_out = evaluation.jackknife()
    photos_of = [int((boxes > 0).sum()) for *_, boxes in evaluation.ranked]
    out: dict = {"ap_above": float((samples[:, 0] > measured[0]).mean())}
    out |= {"categories": len(photos_of), "categories_of_one": photos_of.count(1)}
    for place, name in enumerate(("ap", "ap50")):
        low, high = interval(measured[place], samples[:, place], left_out[:, place], 0.95)
        out |= {f"{name}_low": low, f"{name}_high": high}
    return {"coco": coco.twelve(coco.index(data.document), rows), **out}


def missed_side(photos: list[JudgedPhoto]) -> float:
    """The median over the missed objects of √(width × height) in pixels of the network's input."""
    import numpy as np

    from cnnlab.models.yolox import SIDE

    sides = [
        SIDE / max(photo.size) * ((x2 - x1) * (y2 - y1)) ** 0.5
        for photo in photos
        for x1, y1, x2, y2 in photo.false_negatives
    ]
    return float(np.median(sides)) if sides else 0.0


def examples(errors: Errors, pixels: list[np.ndarray], run: Run) -> tuple[Example, ...]:
    """One error of each kind that there is; keeps what is shown of its photo."""
    from cnnlab.evaluation.error_kinds import KINDS

    out = []
    for example, photo, (x1, y1, x2, y2) in filter(None, map(errors.example, KINDS)):
        keep_picture(f"kind-{example.kind}", pixels[photo][y1:y2, x1:x2], run)
        out.append(example)
    return tuple(out)


def judged_photo(photo: CocoPhoto, pixels: np.ndarray, found: Detections, data: Coco, options: Options) -> JudgedPhoto:
    """The detections of a photo with a score of at least the threshold, matched to its ground truth."""
    import numpy as np

    from cnnlab.data.coco import corners, licence_name
    from cnnlab.evaluation.coco import coverage
    from cnnlab.evaluation.matching import match

    shown = found.above(options.threshold)
    annotations = data.annotations[photo.number]
    labels, boxes = corners([each for each in annotations if not each["iscrowd"]])
    matched = match(shown.labels, shown.boxes, shown.scores, labels, boxes, np.array([options.overlap]))[:, 0]
    true_positive = matched >= 0
    crowd_labels, crowds = corners([each for each in annotations if each["iscrowd"]])
    inside = coverage(shown.boxes, crowds) >= options.overlap
    excused = (inside & (shown.labels[:, None] == crowd_labels)).any(axis=1)
    return JudgedPhoto(
        number=photo.number,
        licence=licence_name(photo.licence),
        found=shown.stored(),
        true_positives=tuple(true_positive.tolist()),
        judged=tuple((true_positive | ~excused).tolist()),
        false_negatives=tuple(map(tuple, np.delete(boxes, matched[true_positive], axis=0).round(2).tolist())),
        boxes=len(boxes),
        size=pixels.shape[1::-1],
    )


def worst(photos: list[JudgedPhoto], count: int) -> Chosen:
    """The `count` photos with most false negatives, then among the others those with most false positives."""
    missed = sorted(photos, key=lambda each: -len(each.false_negatives))[:count]
    others = [each for each in photos if each not in missed]
    return Chosen(tuple(missed), tuple(sorted(others, key=lambda each: -each.false_positives)[:count]))


def keep_picture(name: str, pixels: np.ndarray, run: Run) -> None:
    """Keep a picture, its longer side at most LONGER pixels."""
    from PIL import Image

    picture = Image.fromarray(pixels)
    picture.thumbnail((LONGER, LONGER))
    run.picture(name, picture)
