"""Channels further: an activation spectrum, diversity, step by step, without transformations or decorrelation.

Chapter: a07-canales.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cnnlab.experiments.channel_sheets import CELL, LAYERS, SIDES, SMALL_CELL, WINDOWS
from cnnlab.results import Result, Run, experiment
from cnnlab.runtime import fastest_precision

FRACTIONS = (-1.0, -0.5, 0.0, 0.5, 1.0)  # of the lowest activation found in a photo, where negative, or the highest
ROWS = 2  # of the spectrum


@dataclass(frozen=True)
class Options:
    stage: str = LAYERS[1]  # the spectrum's channel is the most selective of those drawn at random of this layer
    before: str = "layer2.3.bn3"  # what its last block adds, before its ReLU: it can be negative
    spectrum_side: int = SIDES[1]  # pixels drawn
    spectrum_window: int = WINDOWS[1]  # pixels shown, of what is drawn and of photos
    count: int = 16  # channels drawn at random
    layer: str = "layer3.5"
    channel: int = 908
    copies: int = 4
    taken: tuple[int, ...] = (1, 16, 64, 256)  # steps after which an image is kept
    size: int = SIDES[2]  # pixels drawn
    window: int = WINDOWS[2]  # pixels shown
    per_species: int = 2  # photos of each species of flowers among those that are searched
    photo_side: int = 320  # pixels of the shorter side of a photo when it is searched
    seed: int = 0


@dataclass(frozen=True)
class Level:
    """level: the activation searched for; found, credits: of the two photos, the nearest first."""

    level: float
    found: tuple[float, ...]
    credits: tuple[str, ...]


@dataclass(frozen=True)
class Spectrum:
    """selectivity: of the channel of `stage`, after the ReLU. levels: of `layer`, before it, the lowest first."""

    stage: str
    layer: str
    channel: int
    selectivity: float
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Activation:
    """Mean activation of the channel over its image with transformations and decorrelation, and without each."""

    with_both: float
    not_robust: float
    correlated: float
    with_neither: float


@dataclass(frozen=True)
class ChannelsBeyond(Result):
    """photos: how many were searched. Pictures: `spectrum` (two rows: an image that minimises, a photo for each level,
    an image that maximises), `diversity`, `steps`, and `helps` (in the order of Activation's fields)."""

    photos: int
    spectrum: Spectrum
    layer: str
    channel: int
    steps: tuple[int, ...]
    activation: Activation


@experiment(
    "channels_beyond",
    options=Options,
    result=ChannelsBeyond,
    engine="torch",
    data=("coco", "flowers102"),
    weights=("resnet50_keras",),
    smoke=dict(
        spectrum_side=48,
        spectrum_window=32,
        count=4,
        copies=2,
        taken=(1, 2),
        size=64,
        window=48,
        per_species=1,
        photo_side=64,
    ),
    gpu=dict(taken=(1, 16, 64, 2048)),
)
def channels_beyond(options: Options, run: Run) -> ChannelsBeyond:
    """The activation spectrum of a channel, and variants of the visualisation of another.

    `cnnlab run channels_beyond`: ten minutes on two CPU cores.
    """
    import torch

    from cnnlab.experiments.channel_sheets import candidates, centre, image_grid
    from cnnlab.interpret.feature_visualisation import mean_activations, render_channels
    from cnnlab.models.pretrained import resnet50

    o = options
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device, memory_format=torch.channels_last)

    def render(name, layer, channel, **options):
        """Images (steps, copies, size, size, 3)."""
        standard: dict[str, Any] = dict(size=o.size, steps=o.taken[-1], seed=o.seed, progress=run.progress)
        standard |= dict(precision=fastest_precision(run.device), folder=run.checkpoints / name)
        return render_channels(network, {layer: [channel]}, **standard | options)[layer, channel]

    def keep(name, images):
        run.picture(name, image_grid([[centre(each, o.window) for each in images]], CELL))

    photos = candidates(run.data("coco"), run.data("flowers102"), o.per_species)
    spectrum = activation_spectrum(network, photos, render, o, run)
    keep("diversity", render("diversity", o.layer, o.channel, copies=o.copies)[0])
    by_step = render("steps", o.layer, o.channel, steps=o.taken)
    keep("steps", by_step[:, 0])
    variants = {
        "with_both": by_step,
        "not_robust": render("not_robust", o.layer, o.channel, transforms=()),
        "correlated": render("correlated", o.layer, o.channel, decorrelate=False),
        "with_neither": render("with_neither", o.layer, o.channel, transforms=(), decorrelate=False),
    }
    keep("helps", [each[-1, 0] for each in variants.values()])
    key = (o.layer, o.channel)
    activation = {name: mean_activations(network, {key: each})[key] for name, each in variants.items()}
    return ChannelsBeyond(len(photos), spectrum, o.layer, o.channel, o.taken, Activation(**activation))


def activation_spectrum(network, photos: list, render, options: Options, run: Run) -> Spectrum:
    """The picture `spectrum`, and the activations that it shows."""
    from cnnlab.experiments.channel_sheets import centre, chosen_channels, image_grid
    from cnnlab.interpret.exemplars import nearest_patches
    from cnnlab.interpret.selectivity import photo_activations

    o, side = options, options.photo_side
    activations = photo_activations(network, [o.stage, o.before], run.progress(photos, "photos"), side=side)
    chosen = chosen_channels({o.stage: activations[o.stage].highest}, o.count, shown=1, seed=o.seed)[o.stage]
    channel = chosen.shown[0]
    lowest = float(activations[o.before].lowest[:, channel].min())
    highest = float(activations[o.before].highest[:, channel].max())
    levels = [each * highest if each > 0 else -each * lowest for each in FRACTIONS]
    again = run.progress(photos, "levels")
    found = nearest_patches(network, o.before, channel, levels, again, o.spectrum_window, side=side, count=ROWS)
    rows = []
    for at in range(ROWS):
        low, high = (
            render(f"{name}-{at}", o.before, channel, size=o.spectrum_side, seed=o.seed + at, sign=sign)[0, 0]
            for name, sign in (("lowered", -1), ("raised", 1))
        )
        between = [patches[at].image for patches in found]
        rows.append([centre(low, o.spectrum_window), *between, centre(high, o.spectrum_window)])
    run.picture("spectrum", image_grid(rows, SMALL_CELL))
    measured = [
        Level(level, tuple(each.activation for each in patches), tuple(each.candidate.credit for each in patches))
        for level, patches in zip(levels, found, strict=True)
    ]
    return Spectrum(o.stage, o.before, channel, chosen.selectivity[channel], tuple(measured))
