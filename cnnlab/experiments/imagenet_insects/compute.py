"""Whether pretrained networks recognise ImageNet's "ant" and "bee" in photos of ants and bees: a check of the weights.

Chapter: a08-flores.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.results import Result, Run, experiment

CLASSES = {"ants": 310, "bees": 309}  # ImageNet's "ant" and "bee"


@dataclass(frozen=True)
class Options:
    scaled: int = 256  # pixels of a photo's shorter side, of which
    side: int = 224  # the middle is shown, as ImageNet's validation is done
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
    """By insect, "ants" and "bees"."""

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
    """How often the likeliest of the 1000 classes is "ant" for an ant and "bee" for a bee, with a 95 % interval.

    `cnnlab run imagenet_insects`: ResNet-50 0.90 of the ants and 0.82 of the bees of the validation photos. Seconds.
    """
    from torch.utils.data import DataLoader

    from cnnlab.data import hymenoptera
    from cnnlab.data.photos import Centred, normalised, v2
    from cnnlab.evaluation import classification
    from cnnlab.models.pretrained import resnet50, squeezenet1_1
    from cnnlab.training.classifier import EVAL_BATCH, predict_logits

    photos = hymenoptera.load(run.data("hymenoptera"), "val")
    told = {}
    for name, build, weights in (
        ("resnet50", resnet50, "resnet50_keras"),
        ("squeezenet", squeezenet1_1, "squeezenet1_1"),
    ):
        network = build(run.weights(weights)).to(run.device)
        told[name] = {}
        for label, insect in enumerate(hymenoptera.CLASSES):
            chosen = [photo for photo in photos if photo.label == label][: options.count]
            shown = Centred(chosen, options.side)
            shown.transform = v2.Compose([v2.Resize(options.scaled), v2.CenterCrop(options.side), *normalised()])
            loader = DataLoader(shown, batch_size=EVAL_BATCH)
            correct = int(
                (predict_logits(network, run.progress(loader, insect)).argmax(axis=1) == CLASSES[insect]).sum()
            )
            low, high = classification.wilson(correct, len(chosen))
            told[name][insect] = Recognised(correct / len(chosen), len(chosen), correct, low, high)
    return ImagenetInsects(**told)
