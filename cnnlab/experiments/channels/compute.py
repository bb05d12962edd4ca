"""Channels of ResNet-50 drawn at random, early, middle and late: how selective, their visualisations and photos.

Chapter: a07-canales.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.experiments.channel_sheets import CELL, LAYERS, SIDES, SMALL_CELL, STAGES, WINDOWS
from cnnlab.results import Result, Run, experiment
from cnnlab.runtime import fastest_precision

if TYPE_CHECKING:
    import numpy as np

    from cnnlab.interpret.exemplars import Candidate

COLUMNS = 8  # of a contact sheet
PHOTOS = 3  # beside a rendered image


@dataclass(frozen=True)
class Options:
    layers: tuple[str, ...] = LAYERS  # one for each of STAGES
    sides: tuple[int, ...] = SIDES
    windows: tuple[int, ...] = WINDOWS
    count: int = 16  # channels of each layer, drawn at random
    shown: int = 3  # of these, the most selective ones
    steps: int = 256
    per_species: int = 2  # photos of each species of flowers among those that are searched
    photo_side: int = 320  # pixels of the shorter side of a photo when it is searched
    seed: int = 0


@dataclass(frozen=True)
class Channel:
    """drawn, photos: the channel's mean activation over its rendered image, and the highest over a searched photo."""

    channel: int
    selectivity: float
    drawn: float
    photos: float


@dataclass(frozen=True)
class Shown(Channel):
    """credits, sources, ranks: of the three photos with the highest activation at one position, that first; a rank is
    a photo's place among all those searched, from 1, by mean activation."""

    credits: tuple[str, ...]
    sources: tuple[str, ...]
    ranks: tuple[int, ...]


@dataclass(frozen=True)
class Stage:
    """of: how many channels the layer has. channels: those drawn at random, by number. shown: the most selective of
    these, the first the most."""

    stage: str
    layer: str
    of: int
    channels: tuple[Channel, ...]
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class Channels(Result):
    """photos, flowers: how many were searched, and how many of these are flowers. Pictures: for each stage's name a
    row for each channel shown; `STAGE_sheet`, the rendered images of all channels drawn at random, by number."""

    network: str
    steps: int
    photos: int
    flowers: int
    stages: tuple[Stage, ...]


@experiment(
    "channels",
    options=Options,
    result=Channels,
    engine="torch",
    data=("coco", "flowers102"),
    weights=("resnet50_keras",),
    smoke=dict(sides=(48, 48, 64), windows=(32, 32, 48), count=4, steps=2, per_species=1, photo_side=64),
    gpu=dict(steps=2048),
)
def channels(options: Options, run: Run) -> Channels:
    """Channels drawn at random of three layers, their selectivity over photos, and the most selective ones: in a row
    the rendered image and the three photos with the highest activation, at one scale.

    `cnnlab run channels`: twenty minutes on two CPU cores.
    """
    import torch

    from cnnlab.experiments.channel_sheets import candidates, centre, chosen_channels, image_grid
    from cnnlab.interpret.exemplars import strongest_patches
    from cnnlab.interpret.feature_visualisation import mean_activations, render_channels
    from cnnlab.interpret.selectivity import photo_activations
    from cnnlab.models.pretrained import resnet50

    o = options
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device, memory_format=torch.channels_last)
    photos = candidates(run.data("coco"), run.data("flowers102"), o.per_species)
    activations = photo_activations(network, o.layers, run.progress(photos, "photos"), side=o.photo_side)
    chosen = chosen_channels({layer: each.highest for layer, each in activations.items()}, o.count, o.shown, o.seed)
    stages = []
    for stage, layer, side, window in zip(STAGES, o.layers, o.sides, o.windows, strict=True):
        sample, means = chosen[layer].selectivity, activations[layer].mean
        images = render_channels(
            network,
            {layer: list(sample)},
            size=side,
            steps=o.steps,
            seed=o.seed,
            precision=fastest_precision(run.device),
            progress=run.progress,
            folder=run.checkpoints / stage,
        )
        drawn = mean_activations(network, images)
        centres = {each: centre(images[layer, each][0, 0], window) for each in sample}
        sheet = list(centres.values())
        sheet_rows = [sheet[at : at + COLUMNS] for at in range(0, len(sheet), COLUMNS)]
        run.picture(f"{stage}_sheet", image_grid(sheet_rows, SMALL_CELL))
        measured = {
            each: Channel(each, value, drawn[layer, each], float(means[:, each].max()))
            for each, value in sample.items()
        }
        rows, shown = [], []
        for each in chosen[layer].shown:
            first = (-activations[layer].highest[:, each]).argsort(kind="stable")[:PHOTOS]
            best = [photos[at] for at in first]  # the others need not be searched again
            patches = strongest_patches(network, {layer: [each]}, best, {layer: window}, side=o.photo_side)[layer, each]
            rows.append([centres[each], *(patch.image for patch in patches)])
            ranks = 1 + (means[:, each, None] > means[first, each]).sum(0)
            shown.append(beside(measured[each], [patch.candidate for patch in patches], ranks))
        run.picture(stage, image_grid(rows, CELL))
        stages.append(Stage(stage, layer, chosen[layer].of, tuple(measured.values()), tuple(shown)))
    return Channels("ResNet-50", o.steps, len(photos), sum(each.source == "flowers" for each in photos), tuple(stages))


def beside(channel: Channel, photos: list[Candidate], ranks: np.ndarray) -> Shown:
    return Shown(
        **vars(channel),
        credits=tuple(photo.credit for photo in photos),
        sources=tuple(photo.source for photo in photos),
        ranks=tuple(map(int, ranks)),
    )
