"""One channel further: both signs, diversity, step by step, without transformations or decorrelation; two classes.

Chapter: a07-canales.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cnnlab.experiments.channel_sheets import SIZE
from cnnlab.results import Result, Run, experiment
from cnnlab.runtime import fastest_precision


@dataclass(frozen=True)
class Options:
    signed: tuple[str, int] = ("layer2.3.bn3", 58)  # what the block adds, before its ReLU: it can be negative
    window: int = 128  # pixels of the patches of photos beside it
    layer: str = "layer3.5"
    channel: int = 908
    copies: int = 4
    taken: tuple[int, ...] = (1, 32, 128, 512)  # steps after which an image is kept
    classes: tuple[int, ...] = (196, 985)  # of ImageNet: the handout's, and the daisy
    size: int = SIZE
    per_species: int = 2
    seed: int = 0


@dataclass(frozen=True)
class Signed:
    """credits: of the six photos, the three with the lowest activations first."""

    layer: str
    channel: int
    credits: tuple[str, ...]


@dataclass(frozen=True)
class Activation:
    """Mean activation of the channel over its image with transformations and decorrelation, and without each."""

    with_both: float
    not_robust: float
    correlated: float
    with_neither: float


@dataclass(frozen=True)
class Class:
    label: int
    name: str


@dataclass(frozen=True)
class ChannelsBeyond(Result):
    """Pictures: `signed` (image and photos, minimised above, maximised below), `diversity`, `steps`, `classes`, and
    `helps` (in the order of Activation's fields)."""

    signed: Signed
    layer: str
    channel: int
    steps: tuple[int, ...]
    activation: Activation
    classes: tuple[Class, ...]


@experiment(
    "channels_beyond",
    options=Options,
    result=ChannelsBeyond,
    engine="torch",
    data=("coco", "flowers102"),
    weights=("resnet50_keras",),
    smoke=dict(size=64, taken=(1, 2), per_species=1, copies=2),
    gpu=dict(taken=(1, 32, 128, 2048)),
)
def channels_beyond(options: Options, run: Run) -> ChannelsBeyond:
    """Variants of the visualisation of one channel, and of two classes.

    `cnnlab run channels_beyond`: twelve minutes on two CPU cores.
    """
    import torch

    from cnnlab.data.imagenet import class_names
    from cnnlab.experiments.channel_sheets import candidates, image_grid
    from cnnlab.interpret.feature_visualisation import mean_activations, render_channels
    from cnnlab.models.hooks import LABELS
    from cnnlab.models.pretrained import resnet50

    o = options
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device, memory_format=torch.channels_last)

    def render(name, channels, **options):
        standard: dict[str, Any] = dict(size=o.size, steps=o.taken[-1], seed=o.seed, progress=run.progress)
        standard |= dict(precision=fastest_precision(run.device), folder=run.checkpoints / name)
        return render_channels(network, channels, **standard | options)

    photos = candidates(run.data("coco"), run.data("flowers102"), o.per_species)
    signed = both_signs(network, photos, render, o, run)
    one = {o.layer: [o.channel]}
    run.picture("diversity", image_grid([render("diversity", one, copies=o.copies)[o.layer, o.channel][0]], o.size))
    by_step = render("steps", one, steps=o.taken)
    run.picture("steps", image_grid([[each[0] for each in by_step[o.layer, o.channel]]], o.size))
    variants = {
        "with_both": by_step,
        "not_robust": render("not_robust", one, transforms=()),
        "correlated": render("correlated", one, decorrelate=False),
        "with_neither": render("with_neither", one, transforms=(), decorrelate=False),
    }
    run.picture("helps", image_grid([[each[o.layer, o.channel][-1, 0] for each in variants.values()]], o.size))
    classes = render("classes", {LABELS: list(o.classes)}, copies=2)
    run.picture("classes", image_grid([[each for label in o.classes for each in classes[LABELS, label][0]]], o.size))
    names = class_names()
    activation = {name: mean_activations(network, each)[o.layer, o.channel] for name, each in variants.items()}
    return ChannelsBeyond(
        signed=signed,
        layer=o.layer,
        channel=o.channel,
        steps=o.taken,
        activation=Activation(**activation),
        classes=tuple(Class(each, names[each]) for each in o.classes),
    )


def both_signs(network, photos: list, render, options: Options, run: Run) -> Signed:
    """The picture `signed`: the channel minimised above, maximised below, each beside its three photos."""
    from cnnlab.experiments.channel_sheets import image_grid
    from cnnlab.interpret.exemplars import strongest_patches

    layer, channel = options.signed
    windows, rows, credits = {layer: options.window}, [], []
    for name, sign in (("lowered", -1), ("raised", 1)):
        found = strongest_patches(network, {layer: [channel]}, run.progress(photos, name), windows, sign=sign)
        image = render(name, {layer: [channel]}, sign=sign)[layer, channel][0, 0]
        rows.append([image, *(patch.image for patch in found[layer, channel])])
        credits += [patch.candidate.credit for patch in found[layer, channel]]
    run.picture("signed", image_grid(rows, options.size))
    return Signed(layer, channel, tuple(credits))
