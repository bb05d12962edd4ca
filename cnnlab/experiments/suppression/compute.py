"""What YOLOX-nano says of one photo before non-maximum suppression (row A10)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment


@dataclass(frozen=True)
class Options:
    photo: int = 475678  # COCO's number: suitcases side by side
    category: str = "suitcase"
    least: float = 0.25  # score of a box that is kept
    side: int = 608  # pixels of the photo's longer side, as it is kept


@experiment("suppression", options=Options, engine="torch", data=("coco",), weights=("yolox_nano",))
def suppression(options: Options, run: Run) -> dict:
    """Arrays of the kept photo's pixels: `boxes` and `scores` of the category before suppression, best first, and the
    `true_boxes`. `agreeing`: the thresholds, of 101, at which our suppression keeps what torchvision's does.

    `cnnlab run suppression`: seconds.
    """
    import numpy as np
    import torch
    from torchvision.ops import nms as torchvision_nms
    from torchvision.transforms.v2 import functional

    from cnnlab import runtime
    from cnnlab.data import coco
    from cnnlab.data.photos import decode
    from cnnlab.evaluation.boxes import nms
    from cnnlab.models.yolox import CATEGORIES, YoloX

    o, folder = options, run.data("coco")
    run.device, run.device_name = "cpu", runtime.processor()  # where the ONNX runtime computes
    truth = coco.load(folder)
    (photo,) = [each for each in truth.photos if each.number == o.photo]
    (category,) = [number for number, name in truth.categories.items() if name == o.category]
    picture = decode(photo)
    boxes, scores = YoloX(run.weights("yolox_nano")).candidates(functional.pil_to_tensor(picture) / 255)
    scores = scores[:, CATEGORIES.tolist().index(category)].numpy()
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] >= o.least]
    scale = o.side / max(picture.size)
    boxes, scores = boxes.numpy()[order] * scale, scores[order]
    thresholds = np.linspace(0, 1, 101)
    as_tensors = torch.from_numpy(boxes), torch.from_numpy(scores)
    agreeing = [
        np.array_equal(nms(boxes, scores, at), torchvision_nms(*as_tensors, at).numpy()) for at in thresholds.tolist()
    ]
    categories, true = coco.corners(truth.annotations[o.photo])
    true = true[categories == category]
    run.array("boxes", boxes)
    run.array("scores", scores)
    run.array("true_boxes", (true * scale).astype(np.float32))
    kept = picture.resize([round(scale * side) for side in picture.size])
    run.picture("photo", kept, quality=75)
    return {
        "size": list(kept.size),
        "credit": f"COCO {o.photo}, {coco.licence_name(photo.licence)}",
        "agreeing": sum(agreeing),
        "asked": len(agreeing),
    }
