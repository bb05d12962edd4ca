"""Faster R-CNN fine-tuned to detect raccoons, and its detections in the test photos after each epoch.

Chapter: a12-mapaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, Timing, experiment
from cnnlab.training.recipe import Recipe

if TYPE_CHECKING:
    import numpy as np
    from torchvision.models.detection import FasterRCNN

    from cnnlab.data.annotations import Annotated
    from cnnlab.data.scale_jitter import Jittered
    from cnnlab.experiments.raccoons.matched_epochs import MatchedEpochs

MULTIPLIERS = (  # of the learning rate: the early layers are frozen, and the later a layer, the faster it learns
    ("backbone.body.conv1", 0.0),
    ("backbone.body.layer1", 0.0),
    ("backbone.body.layer2", 0.2),
    ("backbone.body.layer3", 0.3),
    ("backbone.body.layer4", 0.5),
)
RECIPE = Recipe(
    epochs=24,
    batch=2,
    learning_rate=2e-4,
    learning_rate_multipliers=MULTIPLIERS,
    warmup=1.0,
    smoothing=0.0,
)

ENDS = (0.025, 0.975)  # of an interval of 95 %


@dataclass(frozen=True)
class Options:
    recipe: Recipe = RECIPE
    side: int = 256  # pixels of a training square, and of a test photo's shorter side,
    longest: float = 1.5  # whose longer side has at most so many times as many
    scales: tuple[float, float] = (0.7, 2.0)  # of a training photo's longer side, in squares
    pairs: float = 0.3  # share of the training photos that have another set beside them
    whole_epochs: int = 0  # last epochs, in which the photos are neither scaled nor cut
    sampled: int = 64  # proposals of a photo that the head trains on
    proposals: tuple[int, int] = (1000, 500)  # of a training photo: of each level before suppression, and after it
    tested: tuple[int, int] = (300, 100)  # of a test photo
    looks: tuple[int, ...] = (256,)  # sides at which a test photo and its mirror image are looked at, boxes fused
    split: str = "handout"
    photos: int | None = None  # of training, of test, and of cats and dogs; None: all
    bootstrap_samples: int = 2000

    def examples(self, photos: Sequence[Annotated]) -> Jittered:
        """The training photos as the network gets them."""
        from cnnlab.data.scale_jitter import Jittered

        return Jittered(
            photos,
            self.side,
            scales=self.scales,
            pairs=self.pairs,
            whole_from=self.recipe.epochs - self.whole_epochs + 1,
            seed=self.recipe.seed,
        )

    @property
    def torchvision_options(self) -> dict:
        """Sizes and numbers of proposals, as torchvision's FasterRCNN calls them."""
        return {
            "min_size": self.side,
            "max_size": round(self.longest * self.side),
            "box_batch_size_per_image": self.sampled,
            "rpn_pre_nms_top_n_train": self.proposals[0],
            "rpn_post_nms_top_n_train": self.proposals[1],
            "rpn_pre_nms_top_n_test": self.tested[0],
            "rpn_post_nms_top_n_test": self.tested[1],
        }


@dataclass(frozen=True)
class TestPhoto:
    """number: of its file; size: width and height in pixels."""

    number: int
    size: tuple[int, int]


@dataclass(frozen=True)
class Interval:
    """A value with the ends of its interval of 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Precisions:
    """COCO's average precision with BCa intervals over the photos; by_iou: at each of the ten thresholds of the IoU."""

    ap50: Interval
    ap75: Interval
    ap: Interval
    by_iou: tuple[float, ...]


@dataclass(frozen=True)
class Epoch:
    """Training losses and, on the test photos, average precision and counts at a score and an IoU of at least 0.5."""

    epoch: int
    learning_rate: float
    train_classifier: float
    train_box_reg: float
    train_objectness: float
    train_rpn_box_reg: float
    train_seconds: Timing
    ap50: float
    ap: float
    true_positives: int
    false_positives: int
    false_negatives: int
    seconds: Timing


@dataclass(frozen=True)
class RaccoonsResult(Result):
    """start: "coco" or "imagenet", the weights that training starts from. photos, boxes: of training. left_out: numbers
    of training photos that repeat a test photo. shown: places of the test photos, those with errors first. one_look,
    several_looks: of the last epoch. curve: by epoch, with one look.

    Arrays: `found` (n, 6), the detections of every epoch in the test photos, as training.detector.COLUMNS says;
    `epoch` (n,), from 1; `several_looks` (k, 6), those of the last epoch with several looks; `true_photo` (m,),
    `true_boxes` (m, 4), the ground truth; `band` (2, 101), the ends of the 95 % interval of the last epoch's precision
    at each recall, at an IoU of 0.5. Pictures `photo-K`: the test photos. alarms: places of the photos of cats and dogs
    with the highest scores; what is kept of them all is said by `false_alarms.keep_false_alarms`.
    """

    start: str
    parameters: int
    trained_parameters: int
    photos: int
    boxes: int
    left_out: tuple[int, ...]
    test: tuple[TestPhoto, ...]
    shown: tuple[int, ...]
    one_look: Precisions
    several_looks: Precisions
    alarms: tuple[int, ...]
    curve: tuple[Epoch, ...]
    training_seconds: Timing

    @cached_property
    def matched(self) -> MatchedEpochs:
        """The detections of all epochs, matched to the ground truth."""
        from cnnlab.experiments.raccoons.matched_epochs import MatchedEpochs

        return MatchedEpochs.from_arrays(self.arrays, len(self.curve), len(self.test))


@experiment(
    "raccoons",
    options=Options,
    result=RaccoonsResult,
    engine="torch",
    data=("raccoon", "catsdogs"),
    weights=("detector_start",),
    smoke=dict(recipe=replace(RECIPE, epochs=2), side=64, pairs=0.5, whole_epochs=1, photos=4, bootstrap_samples=10),
    gpu=dict(
        recipe=replace(RECIPE, epochs=60, batch=8),
        side=640,
        sampled=512,
        proposals=(2000, 2000),
        tested=(1000, 1000),
    ),
)
def raccoons(options: Options, run: Run) -> RaccoonsResult:
    """A head for raccoon and background on COCO's detector where its weights can be had, else on a ResNet-50 backbone
    with ImageNet weights, everything above it random; the backbone's first stage is frozen, the later ones have smaller
    learning rates. The intervals are a bootstrap's over the photos.

    `cnnlab run raccoons`: an hour on two CPU cores.
    """
    import numpy as np

    from cnnlab.data import catsdogs
    from cnnlab.data import raccoons as data
    from cnnlab.experiments.raccoons.false_alarms import keep_false_alarms
    from cnnlab.models.weights_torch import parameters, save
    from cnnlab.training.detector import thumbnail, worst_first

    o = options
    run.seed(o.recipe.seed)
    photos = data.load(run.data("raccoon"), o.split)
    train, test = photos.train[: o.photos], photos.test[: o.photos]
    network, log = trained(train, test, o, run, run.checkpoints)
    run.keep("network.safetensors", lambda file: save(network, file))
    found = [np.array(row.pop("found"), np.float32).reshape(-1, 6) for row in log]
    curve = tuple(Epoch(**row) for row in log)
    keep_detections(found, test, run)
    several = several_looks(network, test, o)
    run.array("several_looks", several)
    run.array("band", band(found[-1], test, o))
    for place, each in enumerate(test):
        run.picture(f"photo-{place}", thumbnail(each))
    others = catsdogs.load(run.data("catsdogs"), "test")[: o.photos]
    return RaccoonsResult(
        start=start_of(run),
        parameters=parameters(network),
        trained_parameters=parameters(network, trained=True),
        photos=len(train),
        boxes=sum(len(each.boxes) for each in train),
        left_out=tuple(photos.left_out),
        test=tuple(TestPhoto(each.photo.number, each.photo.picture().size) for each in test),
        shown=tuple(worst_first(found[-1], test)),
        one_look=precisions_of(found[-1], test, o),
        several_looks=precisions_of(several, test, o),
        alarms=keep_false_alarms(network, others, run),
        curve=curve,
        training_seconds=sum(each.seconds for each in curve),
    )


def trained(
    train: Sequence[Annotated], test: Sequence[Annotated], options: Options, run: Run, folder: Path
) -> tuple[FasterRCNN, list[dict]]:
    """The trained network and the log of its epochs, with the test photos evaluated after each if there are any."""
    from cnnlab.training.detector import fine_tune

    examples, recipe = options.examples(train), options.recipe
    network = initial_network(options, run)
    return fine_tune(network, examples, test, recipe, folder, device=run.device, progress=run.progress)


def initial_network(options: Options, run: Run) -> FasterRCNN:
    """The network as training begins: as a detector of COCO's classes, with a new last layer."""
    from cnnlab.models.faster_rcnn import COCO_CLASSES, replace_box_head, with_coco_weights, with_imagenet_backbone

    path = run.weights("detector_start")
    if start_of(run) == "coco":
        network = with_coco_weights(path, **options.torchvision_options)
    else:
        network = with_imagenet_backbone(COCO_CLASSES, path, **options.torchvision_options)
    return replace_box_head(network, 2)


def start_of(run: Run) -> str:
    """What the weights that this machine has were trained on: "coco" or "imagenet"."""
    return "coco" if run.variant("detector_start") == "official" else "imagenet"


def several_looks(network: FasterRCNN, photos: Sequence[Annotated], options: Options) -> np.ndarray:
    """The detections in the photos with the looks of the options, columns as training.detector.COLUMNS says."""
    from cnnlab.detection.fusion import SeveralLooks
    from cnnlab.training.detector import network_detections

    return network_detections(SeveralLooks(network, options.looks, mirrored=True), photos)


def keep_detections(found: list[np.ndarray], test: Sequence[Annotated], run: Run) -> None:
    """Keep the detections of every epoch and the ground truth."""
    import numpy as np

    from cnnlab.training.detector import ground_truth

    run.array("epoch", np.repeat(np.arange(1, len(found) + 1), [len(each) for each in found]).astype(np.uint16))
    run.array("found", np.concatenate(found))
    true_photos, boxes = ground_truth(test)
    run.array("true_photo", true_photos.astype(np.uint16))
    run.array("true_boxes", boxes)


def precisions_of(found: np.ndarray, test: Sequence[Annotated], options: Options) -> Precisions:
    """AP50, AP75 and AP of detections in the test photos, with their intervals."""
    import numpy as np

    from cnnlab.evaluation import matching
    from cnnlab.training.detector import true_positives

    rows = matching.intervals(
        true_positives(found, test),
        found[:, 1],
        found[:, 0].astype(int),
        np.array([len(each.boxes) for each in test]),
        options.bootstrap_samples,
        options.recipe.seed,
    ).tolist()
    return Precisions(
        ap50=Interval(*rows[0]),
        ap75=Interval(*rows[5]),
        ap=Interval(*rows[-1]),
        by_iou=tuple(row[0] for row in rows[:-1]),
    )


def band(found: np.ndarray, test: Sequence[Annotated], options: Options) -> np.ndarray:
    """(2, 101): the ends of the 95 % interval of the precision at each recall, at an IoU of 0.5: of bootstrap samples
    of the photos."""
    import numpy as np

    from cnnlab.evaluation import matching
    from cnnlab.training.detector import true_positives

    samples = matching.bootstrap(
        true_positives(found, test)[:, :1],
        found[:, 1],
        found[:, 0].astype(int),
        np.array([len(each.boxes) for each in test]),
        options.bootstrap_samples,
        options.recipe.seed,
    )
    return np.quantile(samples[..., 0], ENDS, axis=0).astype(np.float32)
