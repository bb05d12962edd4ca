"""Nine channels of ResNet-50, early, middle and late: their feature visualisations, and the strongest patches.

Chapter: a07-canales.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.experiments.channel_sheets import CHANNELS, LAYERS, SIZE, STAGES
from cnnlab.results import Result, Run, experiment
from cnnlab.runtime import fastest_precision


@dataclass(frozen=True)
class Options:
    layers: tuple[str, ...] = LAYERS  # one for each of STAGES
    channels: tuple[tuple[int, ...], ...] = CHANNELS
    windows: tuple[int, ...] = (56, 128, 320)  # pixels of the patches of photos
    size: int = SIZE  # pixels of a rendered image
    steps: int = 512
    per_species: int = 2  # photos of each species of flowers among those that are searched
    seed: int = 0


@dataclass(frozen=True)
class Channel:
    """drawn, photos: the channel's mean activation over its rendered image, and the largest over the three photos.

    credits, sources: of the three photos, strongest first.
    """

    channel: int
    drawn: float
    photos: float
    credits: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    stage: str
    layer: str
    channels: tuple[Channel, ...]


@dataclass(frozen=True)
class Channels(Result):
    """steps, size: of the rendered images. photos: how many were searched. Pictures: one for each stage's name."""

    network: str
    steps: int
    size: int
    photos: int
    stages: tuple[Stage, ...]


@experiment(
    "channels",
    options=Options,
    result=Channels,
    engine="torch",
    data=("coco", "flowers102"),
    weights=("resnet50_keras",),
    smoke=dict(size=64, steps=4, per_species=1),
    gpu=dict(steps=2048),
)
def channels(options: Options, run: Run) -> Channels:
    """A picture for each stage: a row for each channel, its rendered image and the three photos with the highest
    activation.

    `cnnlab run channels`: six minutes on two CPU cores.
    """
    import torch

    from cnnlab.experiments.channel_sheets import candidates, image_grid
    from cnnlab.interpret.exemplars import strongest_patches
    from cnnlab.interpret.feature_visualisation import mean_activations, render_channels
    from cnnlab.models.pretrained import resnet50

    o = options
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device, memory_format=torch.channels_last)
    chosen, windows = dict(zip(o.layers, o.channels, strict=True)), dict(zip(o.layers, o.windows, strict=True))
    photos = candidates(run.data("coco"), run.data("flowers102"), o.per_species)
    patches = strongest_patches(network, chosen, run.progress(photos, "photos"), windows)
    stages = []
    for stage, layer in zip(STAGES, o.layers, strict=True):
        images = render_channels(
            network,
            {layer: chosen[layer]},
            size=o.size,
            steps=o.steps,
            seed=o.seed,
            precision=fastest_precision(run.device),
            progress=run.progress,
            folder=run.checkpoints / stage,
        )
        means = mean_activations(network, images)
        rows = [[images[layer, each][0, 0], *(patch.image for patch in patches[layer, each])] for each in chosen[layer]]
        run.picture(stage, image_grid(rows, o.size))
        measured = [row(each, means[layer, each], patches[layer, each]) for each in chosen[layer]]
        stages.append(Stage(stage, layer, tuple(measured)))
    return Channels("ResNet-50", o.steps, o.size, len(photos), tuple(stages))


def row(channel: int, drawn: float, patches: list) -> Channel:
    return Channel(
        channel,
        drawn,
        photos=max(patch.mean for patch in patches),
        credits=tuple(patch.candidate.credit for patch in patches),
        sources=tuple(patch.candidate.source for patch in patches),
    )
