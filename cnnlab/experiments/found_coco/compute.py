"""YOLOX-nano on photos of COCO val2017 with true boxes: average precision, and where it fails most (row A11)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment

SIDE = 480  # pixels of the longer side of a photo that is kept


@dataclass(frozen=True)
class Options:
    threshold: float = 0.3  # least score of a detection that is shown and counted
    overlap: float = 0.5  # least IoU of a right one
    worst: int = 2  # photos shown for each kind of error
    draws: int = 1000  # of the bootstrap
    seed: int = 0


@experiment(
    "found_coco",
    options=Options,
    engine="torch",
    data=("coco",),
    weights=("yolox_nano",),
    smoke=dict(draws=5),
)
def found_coco(options: Options, run: Run) -> dict:
    """AP and AP50 by pycocotools with 95 % intervals of a bootstrap over the photos; for each photo its right, wrong
    and missed boxes; pictures of those with most misses, and of those with most false positives.

    A detection of which half or more lies inside a crowd of its class (COCO has one box of it) is neither right nor
    wrong. `cnnlab run found_coco`: a minute on two CPU cores.
    """
    import numpy as np
    from PIL import Image

    from cnnlab import runtime
    from cnnlab.data.coco import corners, licence_name, load
    from cnnlab.data.photos import decode
    from cnnlab.detection.detect import detect
    from cnnlab.evaluation import coco
    from cnnlab.evaluation.coco import coverage
    from cnnlab.evaluation.matching import match
    from cnnlab.models.yolox import YoloX

    o = options
    run.device, run.device_name = "cpu", runtime.processor()  # where the ONNX runtime computes
    run.seed(o.seed)
    model, folder = YoloX(run.weights("yolox_nano")), run.data("coco")
    truth = load(folder)
    photos = truth.photos
    pixels = [np.asarray(decode(photo)) for photo in photos]  # without metadata: COCO's boxes are of photos as they lie
    found = [detect(model, each, threshold=0) for each in run.progress(pixels, "photos")]
    rows = [
        np.column_stack([np.full(len(each), photo.number), each.boxes, each.scores, each.labels])
        for photo, each in zip(photos, found, strict=True)
    ]
    evaluation = coco.Evaluation(coco.index(truth.document), np.concatenate(rows))
    precision = evaluation.precision()
    ap, ap50 = coco.summary(precision)
    draws = evaluation.bootstrap(o.draws, o.seed, run.progress)
    (ap_low, ap50_low), (ap_high, ap50_high) = np.quantile(draws, (0.025, 0.975), axis=0).tolist()

    told = []
    for photo, each in zip(photos, found, strict=True):
        shown = each.above(o.threshold)
        annotated = truth.annotations[photo.number]
        labels, boxes = corners([box for box in annotated if not box["iscrowd"]])
        took = match(shown.labels, shown.boxes, shown.scores, labels, boxes, np.array([o.overlap]))[:, 0]
        right = took >= 0
        crowd_labels, crowds = corners([box for box in annotated if box["iscrowd"]])
        inside = coverage(shown.boxes, crowds) >= o.overlap
        excused = (inside & (shown.labels[:, None] == crowd_labels)).any(axis=1)
        told.append(
            {
                "number": photo.number,
                "licence": licence_name(photo.licence),
                "found": shown.plain(),
                "right": right.tolist(),
                "judged": (right | ~excused).tolist(),
                "missed": np.delete(boxes, took[right], axis=0).round(2).tolist(),
                "boxes": len(boxes),
            }
        )
    wrong = [sum(each["judged"]) - sum(each["right"]) for each in told]
    missed = [len(each["missed"]) for each in told]
    chosen = {}
    for kind, counts in (("missed", missed), ("wrong", wrong)):
        order = [k for k in np.argsort(-np.array(counts), kind="stable").tolist() if k not in sum(chosen.values(), [])]
        chosen[kind] = order[: o.worst]
        for place in chosen[kind]:
            picture = Image.fromarray(pixels[place])
            told[place]["size"] = list(picture.size)
            picture.thumbnail((SIDE, SIDE))
            run.picture(f"photo-{photos[place].number}", picture)
    return {
        "ap": ap,
        "ap_low": ap_low,
        "ap_high": ap_high,
        "ap50": ap50,
        "ap50_low": ap50_low,
        "ap50_high": ap50_high,
        "photos": len(photos),
        "boxes": sum(each["boxes"] for each in told),
        "crowds": sum(a["iscrowd"] for a in truth.document["annotations"]),
        "categories": int((precision[0, 0] > -1).sum()),
        "right": sum(sum(each["right"]) for each in told),
        "wrong": sum(wrong),
        "missed": sum(missed),
        "chosen": {kind: [told[k] for k in places] for kind, places in chosen.items()},
        "threshold": o.threshold,
    }
