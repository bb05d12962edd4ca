"""Whether pretrained networks recognise ImageNet's "ant" and "bee" in photos of ants and bees: a check of the weights.

Chapters: a05-clasificador, a08-flores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    from torch import nn

    from cnnlab.data.photos import Photo

IMAGENET_CLASSES = {"ants": 310, "bees": 309}  # ImageNet's "ant" and "bee"


@dataclass(frozen=True)
class Options:
    scaled: int = 256  # pixels of a photo's shorter side, of which
    side: int = 224  # the central square is classified, as in ImageNet's validation
    count: int | None = None  # photos of each class; None: all


@dataclass(frozen=True)
class Recognised:
    """How many of `count` photos are classified correctly; accuracy, 0 to 1, with its 95 % interval `low`–`high`."""

    accuracy: float
    count: int
    correct: int
    low: float
    high: float


@dataclass(frozen=True)
class ImagenetInsects(Result):
    """Of each network by insect, "ants" and "bees"."""

    resnet50: dict[str, Recognised]
    squeezenet: dict[str, Recognised]


@experiment(
    "imagenet_insects",
    options=Options,
    result=ImagenetInsects,
    engine="torch",
    data=("hymenoptera",),
    weights=("resnet50_keras", "squeezenet1_1"),
    smoke=dict(scaled=64, side=64, count=2),
)
def imagenet_insects(options: Options, run: Run) -> ImagenetInsects:
    """How often the most probable of the 1000 classes is "ant" for an ant and "bee" for a bee, with a 95 % interval.

    `cnnlab run imagenet_insects`: ResNet-50 0.90 of the ants and 0.82 of the bees of the validation photos. Seconds.
    """
    from cnnlab.data import hymenoptera
    from cnnlab.models.pretrained import resnet50, squeezenet1_1

    networks = {"resnet50": (resnet50, "resnet50_keras"), "squeezenet": (squeezenet1_1, "squeezenet1_1")}
    photos = hymenoptera.load(run.data("hymenoptera"), "val")
    found = {}
    for name, (build, weights) in networks.items():
        network = build(run.weights(weights)).to(run.device)
        found[name] = {insect: recognised(network, insect, photos, options, run) for insect in hymenoptera.CLASSES}
    return ImagenetInsects(**found)


def recognised(network: nn.Module, insect: str, photos: list[Photo], options: Options, run: Run) -> Recognised:
    """How many photos of an insect a network of ImageNet's 1000 classes classifies as that insect."""
    from torch.utils.data import DataLoader

    from cnnlab.data.augment import Transformed, centre_crop
    from cnnlab.data.hymenoptera import CLASSES
    from cnnlab.evaluation.classification import wilson
    from cnnlab.training.classifier import EVAL_BATCH
    from cnnlab.training.classifier_metrics import predict_logits

    chosen = [photo for photo in photos if photo.label == CLASSES.index(insect)][: options.count]
    images = Transformed(chosen, centre_crop(options.side, resized=options.scaled))
    logits = predict_logits(network, run.progress(DataLoader(images, batch_size=EVAL_BATCH), insect))
    correct = int((logits.argmax(axis=1) == IMAGENET_CLASSES[insect]).sum())
    low, high = wilson(correct, len(chosen))
    return Recognised(correct / len(chosen), len(chosen), correct, low, high)
