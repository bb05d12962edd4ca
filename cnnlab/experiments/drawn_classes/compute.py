"""Images drawn for two classes of ImageNet in two parametrisations, and what the network makes of them.

Chapter: a07-canales.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.results import Result, Run, experiment
from cnnlab.runtime import fastest_precision


@dataclass(frozen=True)
class Options:
    """least, most: side of the crops as a share of the image's; side: pixels to which they are resized."""

    classes: tuple[int, ...] = (196, 985)  # of ImageNet: the handout's, and the daisy
    parametrisations: tuple[str, ...] = ("fourier", "phase")
    size: int = 384  # pixels of a side of a drawn image
    steps: int = 1024
    crops: int = 2  # a step
    least: float = 0.4
    most: float = 0.95
    side: int = 160
    noise: float = 0.05
    whole: int = 224  # pixels of a side of the whole image, as the network classifies it
    seed: int = 0


@dataclass(frozen=True)
class Drawing:
    """What the network gives to a class in the whole image drawn for it. probability: 0–1; rank: from 1."""

    parametrisation: str
    probability: float
    rank: int


@dataclass(frozen=True)
class Class:
    label: int
    name: str
    drawings: tuple[Drawing, ...]


@dataclass(frozen=True)
class DrawnClasses(Result):
    """Picture: `classes`, a row for each class, a column for each parametrisation.

    photos: how many, whose mean magnitude "phase" keeps; crops: of each step.
    """

    classes: tuple[Class, ...]
    photos: int
    steps: int
    crops: int


@experiment(
    "drawn_classes",
    options=Options,
    result=DrawnClasses,
    engine="torch",
    data=("coco",),
    weights=("resnet50_keras",),
    smoke=dict(size=64, steps=2, side=64),
    gpu=dict(steps=2048),
)
def drawn_classes(options: Options, run: Run) -> DrawnClasses:
    """Images that raise a logit of ResNet-50 over random crops, with free and with fixed magnitudes of the spectrum.

    `cnnlab run drawn_classes`: a quarter of an hour on two CPU cores. Interrupted, it goes on where it was.
    """
    import torch

    from cnnlab.data import imagenet
    from cnnlab.experiments.channel_sheets import SCIKIT_SIDE, coco_candidates, image_grid
    from cnnlab.interpret.class_visualisation import Crops, mean_magnitude, recognised, render_classes
    from cnnlab.models.pretrained import resnet50

    o = options
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device, memory_format=torch.channels_last)
    photos = [imagenet.photo(name, SCIKIT_SIDE) for name in imagenet.PHOTOS]
    photos += [each.image for each in coco_candidates(run.data("coco"))]
    magnitude = mean_magnitude(photos, o.size)
    images, seen = {}, {}
    for kind in o.parametrisations:
        images[kind] = render_classes(
            network,
            o.classes,
            size=o.size,
            steps=o.steps,
            seed=o.seed,
            crops=Crops(o.crops, o.least, o.most, o.side, o.noise),
            parametrisation=kind,
            magnitude=magnitude if kind == "phase" else None,
            precision=fastest_precision(run.device),
            progress=run.progress,
            folder=run.checkpoints / kind,
        )
        seen[kind] = recognised(network, images[kind], o.whole)
    run.picture("classes", image_grid([[images[kind][label] for kind in images] for label in o.classes], o.size))
    names = imagenet.class_names()
    return DrawnClasses(
        classes=tuple(
            Class(label, names[label], tuple(Drawing(kind, *seen[kind][label]) for kind in seen)) for label in o.classes
        ),
        photos=len(photos),
        steps=o.steps,
        crops=o.crops,
    )
