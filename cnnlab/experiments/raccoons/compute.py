"""Faster R-CNN taught to find raccoons, and what it finds in the test photos after each epoch (row A12)."""

from dataclasses import dataclass, replace

from cnnlab.results import Run, experiment
from cnnlab.training.recipe import Recipe

RATES = (  # the first layers' edges serve as they are, and the later a layer, the more it has to learn
    ("backbone.body.conv1", 0.0),
    ("backbone.body.layer1", 0.0),
    ("backbone.body.layer2", 0.2),
    ("backbone.body.layer3", 0.3),
    ("backbone.body.layer4", 0.5),
)
RECIPE = Recipe(epochs=36, batch=2, rate=2e-4, factors=RATES, warmup=1.0, smoothing=0.0)

SHOWN = 12  # test photos that are kept
ENDS = (0.025, 0.975)  # of an interval of 95 %


@dataclass(frozen=True)
class Options:
    recipe: Recipe = RECIPE
    side: int = 256  # pixels of a training square, and of a test photo's shorter side,
    longest: float = 1.5  # whose longer side has at most so many times as many
    scales: tuple[float, float] = (0.7, 2.0)  # of a training photo's longer side, in squares
    sampled: int = 64  # proposals of a photo that the head trains on
    proposals: tuple[int, int] = (1000, 500)  # of a training photo: of each level before suppression, and after it
    tested: tuple[int, int] = (300, 100)  # of a test photo
    photos: int | None = None  # of training and of test; None: all
    draws: int = 2000  # of the bootstrap

    @property
    def sizes(self) -> dict:
        """Sizes and numbers of proposals, as torchvision calls them."""
        return {
            "min_size": self.side,
            "max_size": round(self.longest * self.side),
            "box_batch_size_per_image": self.sampled,
            "rpn_pre_nms_top_n_train": self.proposals[0],
            "rpn_post_nms_top_n_train": self.proposals[1],
            "rpn_pre_nms_top_n_test": self.tested[0],
            "rpn_post_nms_top_n_test": self.tested[1],
        }


@experiment(
    "raccoons",
    options=Options,
    engine="torch",
    data=("raccoon",),
    weights=("detector_start",),
    smoke=dict(recipe=replace(RECIPE, epochs=2), side=64, photos=4, draws=10),
    gpu=dict(
        recipe=replace(RECIPE, epochs=60, batch=8),
        side=640,
        sampled=512,
        proposals=(2000, 2000),
        tested=(1000, 1000),
    ),
)
def raccoons(options: Options, run: Run) -> dict:
    """A head for raccoon and background on COCO's detector where its weights can be had, else on ImageNet's ResNet-50
    with everything above it random; the trunk's first stage stays as it is, and the later ones learn more slowly.

    Kept are the detections of every epoch (`found`, with its `epoch`), the true boxes, and test photos: those with
    errors first. The intervals of the last epoch are a bootstrap's over the photos, 95 %; `band`: the ends of that of
    the precision at 101 recalls, at an IoU of 0.5. `cnnlab run raccoons`: 40 minutes on two CPU cores.
    """
    import numpy as np

    from cnnlab.data import raccoons as data
    from cnnlab.data.photos import decode
    from cnnlab.data.scale_jitter import Jittered
    from cnnlab.evaluation import matching
    from cnnlab.models.faster_rcnn import replace_box_head, with_coco_weights, with_imagenet_trunk
    from cnnlab.models.weights_torch import parameters, save
    from cnnlab.training.detector import fine_tune, small, truth, worst_first
    from cnnlab.training.loop import precision

    o, run.precision = options, precision(run.device)
    run.seed(o.recipe.seed)
    photos = data.load(run.data("raccoon"))
    train, test = photos.train[: o.photos], photos.test[: o.photos]
    start = "coco" if run.variant("detector_start") == "official" else "imagenet"
    path = run.weights("detector_start")
    if start == "coco":
        network = replace_box_head(with_coco_weights(path, **o.sizes), 2)
    else:
        network = with_imagenet_trunk(2, path, **o.sizes)
    examples = Jittered(train, o.side, scales=o.scales, seed=o.recipe.seed)
    network, curve = fine_tune(
        network, examples, test, o.recipe, run.checkpoints, device=run.device, progress=run.progress
    )
    run.keep("network.safetensors", lambda file: save(network, file))

    found = [np.array(row.pop("found"), np.float32).reshape(-1, 6) for row in curve]
    run.array("epoch", np.repeat(np.arange(1, len(found) + 1), [len(each) for each in found]).astype(np.uint16))
    run.array("found", np.concatenate(found))
    true_photos, true_boxes = truth(test)
    run.array("true_photo", true_photos.astype(np.uint16))
    run.array("true_boxes", true_boxes)
    last = found[-1]
    right = matching.match(last[:, 0].astype(int), last[:, 2:], last[:, 1], true_photos, true_boxes) >= 0
    ap = matching.average_precision(*matching.curve(right, last[:, 1], len(true_boxes)))
    drawn = matching.bootstrap(
        right, last[:, 1], last[:, 0].astype(int), np.array([len(each.boxes) for each in test]), o.draws, o.recipe.seed
    )
    ends = np.quantile(drawn.mean(axis=1), ENDS, axis=0), np.quantile(drawn.mean(axis=(1, 2)), ENDS)
    run.array("band", np.quantile(drawn[..., 0], ENDS, axis=0).astype(np.float32))
    shown = worst_first(last, test)[:SHOWN]
    for place in shown:
        run.picture(f"photo-{place}", small(test[place]))
    return {
        "start": start,
        "parameters": parameters(network),
        "trained_parameters": parameters(network, trained=True),
        "photos": len(train),
        "boxes": sum(len(each.boxes) for each in train),
        "left_out": photos.left_out,
        "test": [{"number": each.photo.number, "size": list(decode(each.photo).size)} for each in test],
        "shown": shown,
        "ap50": {"value": curve[-1]["ap50"], "low": float(ends[0][0, 0]), "high": float(ends[0][1, 0])},
        "ap75": {"value": float(ap[5]), "low": float(ends[0][0, 5]), "high": float(ends[0][1, 5])},
        "ap": {"value": curve[-1]["ap"], "low": float(ends[1][0]), "high": float(ends[1][1])},
        "curve": curve,
        "training_seconds": sum(row["seconds"] for row in curve),
    }
