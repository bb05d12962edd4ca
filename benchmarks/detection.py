"""A detector's training step, its answers by size and number of pictures, its matching of epochs, against the usual.

    python benchmarks/detection.py [--rounds 3] [--batches 6] [--epochs 50]

Training: Faster R-CNN on drawn photos, in turns by torchvision's reference loop (float32, its own frozen normalisation
and memory format; with our AdamW) with its default numbers of proposals, by the same loop with ours, and by our loop.
Answering: one photo at four sizes, the smallest is 1; `detect` on a list of photos, on each of them, and
torchvision's network called once with all. Matching: outcomes and average precision of
every epoch of a training, by pycocotools epoch by epoch and by ours in one go; both give the same precision. Prints
tables and writes them with machine and versions to benchmarks/detection.json; what to compare are the ratios.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from machine import about_machine, asked, compared, in_turns, write
from PIL import Image
from pycocotools.coco import COCO
from torch.utils.data import DataLoader
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone

from cnnlab import runtime
from cnnlab.data.annotations import Annotated
from cnnlab.data.photos import Photo
from cnnlab.data.scale_jitter import Jittered, collate
from cnnlab.detection import detect
from cnnlab.evaluation.coco import Evaluation
from cnnlab.evaluation.matching import average_precision, match, precision_recall_curve
from cnnlab.experiments.raccoons.compute import Options
from cnnlab.models.faster_rcnn import faster_rcnn
from cnnlab.runtime import autocast, fastest_precision
from cnnlab.training.detector import loss_of
from cnnlab.training.loop import Batches, train

PACKAGES = ("torch", "torchvision", "accelerate", "pycocotools", "numpy")
SIDES = (256, 384, 512, 800)  # of the shorter side of a photo that is answered
PHOTOS = 40  # of a test set
LISTED = 32  # photos of a list
FEWER = {  # proposals than torchvision takes by itself
    name: count for name, count in Options().torchvision_options.items() if name not in ("min_size", "max_size")
}


def drawn(count: int) -> list[Annotated]:
    """Photos of noise with one box each, 320 × 240 pixels."""
    rng, photos = np.random.default_rng(0), []
    for number in range(count):
        buffer = io.BytesIO()
        Image.fromarray(rng.integers(0, 256, (240, 320, 3), dtype=np.uint8)).save(buffer, "JPEG")
        box = np.array([[40, 30, 40 + rng.integers(100, 240), 30 + rng.integers(80, 200)]], np.float32)
        photos.append(Annotated(Photo(buffer.getvalue(), 0, number, f"drawn {number}"), box))
    return photos


def plain(examples: Jittered, recipe, device: str, options: dict) -> float:
    """Seconds of an epoch of torchvision's reference loop."""
    side = {"min_size": examples.side, "max_size": round(1.5 * examples.side)}
    backbone = resnet_fpn_backbone(backbone_name="resnet50", weights=None, trainable_layers=3)
    network = FasterRCNN(backbone, 2, **side, **options).to(device).train()
    optimiser = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=recipe.learning_rate)
    batches = Batches(len(examples), recipe.batch, recipe.seed)
    begin = time.monotonic()
    for pictures, targets in DataLoader(
        examples, batch_sampler=batches, num_workers=recipe.workers, collate_fn=collate
    ):
        pictures = [each.to(device) for each in pictures]
        targets = [{name: value.to(device) for name, value in each.items()} for each in targets]
        loss = sum(network(pictures, targets).values())
        loss.item()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return time.monotonic() - begin


def ours(examples: Jittered, recipe, device: str) -> float:
    """Seconds of an epoch of `train`, its checkpoint not counted."""
    network = faster_rcnn(2, min_size=examples.side, max_size=round(1.5 * examples.side), **FEWER)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        _, log = train(network, loss_of, examples, recipe, Path(folder), device=device, collate=collate)
    return log[0]["train_seconds"]


def training(given, device: str) -> dict:
    recipe = replace(Options().recipe, epochs=1, learning_rate=1e-6)
    examples = Jittered(drawn(given.batches * recipe.batch), Options().side, scales=Options().scales)
    ways = {
        "torchvision's": lambda: plain(examples, recipe, device, {}),
        "fewer proposals": lambda: plain(examples, recipe, device, FEWER),
        "ours": lambda: ours(examples, recipe, device),
    }
    seconds = in_turns(ways, given.rounds)
    print(f"{'loop':18}{'photos/s':>10}{'ratio to ours':>16}   ({device}, {fastest_precision(device)})")
    record = {}
    for name, spent in seconds.items():
        ratio = compared(spent, seconds["ours"])
        rate = len(examples) / statistics.median(spent)
        record[name] = {"photos_per_second": round(rate, 2), "ratio": ratio}
        print(f"{name:18}{rate:10.2f}{ratio['median']:10.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})")
    return record


def answering(given, device: str) -> dict:
    picture = torch.rand(3, 480, 640, generator=torch.Generator().manual_seed(0)).to(device)
    networks = {side: faster_rcnn(min_size=side, max_size=2 * side).to(device) for side in SIDES}

    @torch.inference_mode()
    def answer(network) -> float:
        begin = time.monotonic()
        with autocast(device):
            (found,) = network([picture])
        found["scores"].sum().item()
        return time.monotonic() - begin

    seconds = in_turns({str(side): lambda side=side: answer(networks[side]) for side in SIDES}, given.rounds)
    print(f"\n{'shorter side':14}{'seconds':>9}{'ratio':>8}")
    record = {}
    for side, spent in seconds.items():
        ratio = compared(spent, seconds[str(SIDES[0])])
        record[side] = {"seconds": round(statistics.median(spent), 3), "ratio": ratio}
        print(f"{side:14}{statistics.median(spent):9.2f}{ratio['median']:8.2f}")
    return record


def listing(given, device: str) -> dict:
    """A list of photos, as `detect` takes it, against one call a photo and against one call of the network."""
    network = faster_rcnn(min_size=SIDES[0], max_size=2 * SIDES[0]).to(device).eval()
    rng = np.random.default_rng(0)
    photos = [rng.integers(0, 256, (240, 320, 3), dtype=np.uint8) for _ in range(LISTED)]

    @torch.inference_mode()
    def together() -> None:
        network([torch.from_numpy(each).permute(2, 0, 1).to(device) / 255 for each in photos])

    ways = {
        "one by one": timed(lambda: [detect(network, each, 0.0) for each in photos]),
        "a list": timed(lambda: detect(network, photos, 0.0)),
        "network, one call": timed(together),
    }
    seconds = in_turns(ways, given.rounds)
    print(f"\n{f'{LISTED} photos':20}{'photos/s':>10}{'ratio to a list':>18}")
    record = {}
    for name, spent in seconds.items():
        ratio = compared(spent, seconds["a list"])
        record[name] = {"photos_per_second": round(LISTED / statistics.median(spent), 2), "ratio": ratio}
        print(f"{name:20}{record[name]['photos_per_second']:10.2f}{ratio['median']:12.2f}")
    return record


def matching(given) -> dict:
    """All epochs' detections as a training leaves them: forty photos, three detections each, near the ground truth."""
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 200, (PHOTOS, 2))
    true = np.concatenate([corner, corner + rng.uniform(50, 300, (PHOTOS, 2))], axis=1)
    photo = np.tile(np.repeat(np.arange(PHOTOS), 3), (given.epochs, 1))
    boxes = true[photo] + rng.normal(0, 15, (*photo.shape, 4))
    boxes[..., 2:] = np.maximum(boxes[..., 2:], boxes[..., :2] + 1)
    scores = rng.random(photo.shape)
    truth = as_coco(true)

    def theirs() -> list[float]:
        rows = (np.column_stack([photo[k], boxes[k], scores[k], np.ones(len(photo[k]))]) for k in range(given.epochs))
        return [float(Evaluation(truth, each).precision().mean()) for each in rows]

    def together() -> list[float]:
        every = np.arange(given.epochs)[:, None] * PHOTOS
        groups_of = (every + photo).ravel()
        true_groups = (every + np.arange(PHOTOS)).ravel()
        repeated = np.tile(true, (given.epochs, 1))
        matched = match(groups_of, boxes.reshape(-1, 4), scores.ravel(), true_groups, repeated)
        true_positive = (matched >= 0).reshape(*photo.shape, -1)

        def curve(k: int) -> tuple[np.ndarray, np.ndarray]:
            return precision_recall_curve(true_positive[k], scores[k], PHOTOS)

        return [float(average_precision(*curve(k)).mean()) for k in range(given.epochs)]

    difference = float(np.abs(np.array(theirs()) - together()).max())
    seconds = in_turns({"pycocotools": timed(theirs), "ours": timed(together)}, given.rounds)
    ratio = compared(seconds["pycocotools"], seconds["ours"])
    print(f"\nmatching and precision of {given.epochs} epochs: {ratio['median']:.1f} times as fast as pycocotools")
    print(
        f"({ratio['least']:.1f} to {ratio['most']:.1f}); greatest difference of an average precision {difference:.0e}"
    )
    return {"epochs": given.epochs, "photos": PHOTOS, "ratio": ratio, "greatest_difference": difference}


def timed(way):
    def spent() -> float:
        begin = time.monotonic()
        way()
        return time.monotonic() - begin

    return spent


def as_coco(true: np.ndarray) -> COCO:
    coco = COCO()
    sides = np.concatenate([true[:, :2], true[:, 2:] - true[:, :2]], axis=1).tolist()
    boxes = [
        {"id": k + 1, "image_id": k, "category_id": 1, "bbox": box, "area": box[2] * box[3], "iscrowd": 0}
        for k, box in enumerate(sides)
    ]
    images = [{"id": k} for k in range(len(true))]
    coco.dataset = {"info": {}, "images": images, "annotations": boxes, "categories": [{"id": 1, "name": "one"}]}
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
    return coco


def main() -> int:
    given = asked(
        __doc__,
        ("rounds", 3, "turns of each way"),
        ("batches", 6, "batches of two photos in a turn of training"),
        ("epochs", 50, "epochs that are matched"),
    )
    device = runtime.start("torch").kind
    record = about_machine(PACKAGES) | {"device": device, "precision": fastest_precision(device)}
    record |= {"training": training(given, device), "answering": answering(given, device)}
    record |= {"listing": listing(given, device), "matching": matching(given)}
    write(__file__, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
