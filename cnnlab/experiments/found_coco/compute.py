"""YOLOX-nano on photos of COCO val2017: average precision, and where it fails most. Chapter: a11-encontrar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.detection.detections import Box, StoredDetections
from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import numpy as np

    from cnnlab.data.coco import Coco, CocoPhoto
    from cnnlab.detection.detections import Detections

SIDE = 480  # pixels of the longer side of a photo that is kept


@dataclass(frozen=True)
class Options:
    threshold: float = 0.3  # lowest score of a detection that is shown and counted
    overlap: float = 0.5  # lowest IoU of a true positive
    worst: int = 2  # photos shown for each kind of error
    bootstrap_samples: int = 1000
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
    """COCO's AP and AP50 with 95 % intervals of a bootstrap over the photos, and counts at a score of `threshold`.

    boxes: in the ground truth, crowds not counted; categories: those that have a box.
    """

    ap: float
    ap_low: float
    ap_high: float
    ap50: float
    ap50_low: float
    ap50_high: float
    photos: int
    boxes: int
    crowds: int
    categories: int
    true_positives: int
    false_positives: int
    false_negatives: int
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
    """AP and AP50 by pycocotools with 95 % intervals of a bootstrap over the photos; pictures of the photos with most
    false negatives, and of those with most false positives, with their boxes.

    A detection of which half or more lies inside a crowd of its class (COCO has one box of it) is neither a true nor a
    false positive. `cnnlab run found_coco`: a minute on two CPU cores.
    """
    import numpy as np

    from cnnlab.data import coco
    from cnnlab.detection.inference import detect
    from cnnlab.models.yolox import YoloX

    run.seed(options.seed)
    model, data = YoloX(run.weights("yolox_nano")), coco.load(run.data("coco"))
    pixels = [np.asarray(photo.picture()) for photo in data.photos]  # without metadata: boxes are of photos as they lie
    found = [detect(model, each, 0) for each in run.progress(pixels, "photos")]
    precisions = average_precisions(data, found, options, run)
    photos = [judged_photo(*each, data, options) for each in zip(data.photos, pixels, found, strict=True)]
    chosen = worst(photos, options.worst)
    for photo in (*chosen.false_negatives, *chosen.false_positives):
        keep_picture(photo, pixels[photos.index(photo)], run)
    return FoundCoco(
        **precisions,
        photos=len(photos),
        boxes=sum(each.boxes for each in photos),
        crowds=sum(each["iscrowd"] for each in data.document["annotations"]),
        true_positives=sum(sum(each.true_positives) for each in photos),
        false_positives=sum(each.false_positives for each in photos),
        false_negatives=sum(len(each.false_negatives) for each in photos),
        chosen=chosen,
        threshold=options.threshold,
    )


def average_precisions(data: Coco, found: list[Detections], options: Options, run: Run) -> dict:
    """AP and AP50 with the ends of their intervals, and the number of categories that have a box."""
    import numpy as np

    from cnnlab.evaluation import coco

    rows = [
        np.column_stack([np.full(len(each), photo.number), each.boxes, each.scores, each.labels])
        for photo, each in zip(data.photos, found, strict=True)
    ]
    evaluation = coco.Evaluation(coco.index(data.document), np.concatenate(rows))
    precision = evaluation.precision()
    ap, ap50 = coco.summary(precision)
    samples = evaluation.bootstrap(options.bootstrap_samples, options.seed, run.progress)
    (ap_low, ap50_low), (ap_high, ap50_high) = np.quantile(samples, (0.025, 0.975), axis=0).tolist()
    intervals = {"ap_low": ap_low, "ap_high": ap_high, "ap50_low": ap50_low, "ap50_high": ap50_high}
    return {"ap": ap, "ap50": ap50, **intervals, "categories": int((precision[0, 0] > -1).sum())}


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


def keep_picture(photo: JudgedPhoto, pixels: np.ndarray, run: Run) -> None:
    from PIL import Image

    picture = Image.fromarray(pixels)
    picture.thumbnail((SIDE, SIDE))
    run.picture(f"photo-{photo.number}", picture)
