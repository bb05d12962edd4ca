"""Channels of ResNet-50 before and after fine-tuning on the flowers, and three species: drawn with several seeds.

Chapter: a09-dentro.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.experiments.channel_sheets import CELL, LAYERS, SIDES, STAGES, WINDOWS
from cnnlab.results import Result, Run, experiment
from cnnlab.runtime import fastest_precision

if TYPE_CHECKING:
    from PIL import Image
    from torch import nn

SMALL = 192  # pixels of a cell in the pictures of channels, of which a row has six


@dataclass(frozen=True)
class Options:
    """networks: the seed of the fine-tuned network, and that of the other one; both of the `variant`. crops, crop_side:
    of the drawings of species, their number a step and the pixels to which they are resized; `eval_side`: those of a
    picture that is classified. The last two are those with which the variant was evaluated.
    """

    variant: str = "all_stages"  # of `flowers_ablation`
    networks: tuple[int, int] = (0, 1)
    layers: tuple[str, ...] = LAYERS  # one for each of STAGES
    sides: tuple[int, ...] = SIDES  # pixels of a picture that is drawn,
    windows: tuple[int, ...] = WINDOWS  # and of its centre, which is shown
    count: int = 16  # channels of each layer, drawn at random,
    shown: int = 3  # of which the most selective are shown
    per_species: int = 2  # photos of each species among those by which selectivity is measured
    photo_side: int = 320  # pixels of these photos' shorter side
    seeds: tuple[int, ...] = (0, 1, 2)  # of the drawings
    other_seeds: int = 1  # how many of these are drawn in the other network, too
    steps: int = 256
    species: tuple[int, ...] = (53, 76, 81)  # from 0: sunflower, passion flower, clematis
    photos: int = 3  # of each species
    species_side: int = 384
    species_steps: int = 1024
    crops: int = 6
    crop_side: int = 160
    eval_side: int = 160


@dataclass(frozen=True)
class Channel:
    """Mean activations of a channel in the fine-tuned network, a number for each seed of the drawings.

    new: over the picture drawn in that network. old: over that drawn with the ImageNet weights. other: over that
    drawn in a network of another training by the same recipe, which says how much of a difference any training makes;
    of the first seeds only.
    """

    channel: int
    new: tuple[float, ...]
    old: tuple[float, ...]
    other: tuple[float, ...]


@dataclass(frozen=True)
class Stage:
    """channels: those shown, the most selective first, of the `of` ones that the layer has."""

    stage: str
    layer: str
    of: int
    channels: tuple[Channel, ...]


@dataclass(frozen=True)
class Drawing:
    """What networks give to a label in the picture drawn for it. Probabilities are 0–1, ranks from 1.

    probability, rank: in the network in which it was drawn. other_probability, other_rank: in that of another training.
    """

    parametrisation: str
    probability: float
    rank: int
    other_probability: float
    other_rank: int


@dataclass(frozen=True)
class Species:
    label: int
    name: str
    drawings: tuple[Drawing, ...]


@dataclass(frozen=True)
class FlowersChannels(Result):
    """Pictures: one for each stage's name, a row for each channel: drawn with the ImageNet weights, once for each seed,
    then with the fine-tuned ones, from the same initialisations; `species`: a row for each, the images rendered for its
    label, one for each parametrisation, and training photos of it.

    steps, species_steps: of the optimisation of a channel and of a label.
    """

    stages: tuple[Stage, ...]
    species: tuple[Species, ...]
    steps: int
    species_steps: int


@experiment(
    "flowers_channels",
    options=Options,
    result=FlowersChannels,
    engine="torch",
    data=("coco", "flowers102"),
    weights=("resnet50_keras",),
    depends_on=("flowers_ablation",),
    smoke=dict(
        variant="base",
        networks=(0, 0),
        sides=(48, 48, 64),
        windows=(32, 32, 48),
        count=4,
        shown=2,
        per_species=1,
        photo_side=64,
        seeds=(0, 1),
        steps=2,
        species_side=64,
        species_steps=2,
        crops=2,
        crop_side=64,
        eval_side=64,
    ),
    gpu=dict(steps=2048),
)
def flowers_channels(options: Options, run: Run) -> FlowersChannels:
    """Feature visualisations of the same channels in both networks, and of three classes of the fine-tuned one.

    The channels are those that chapter a07 shows, chosen by their selectivity in the ImageNet network.

    `cnnlab run flowers_channels`: about an hour on two CPU cores. Interrupted, it goes on where it was.
    """
    import torch

    from cnnlab.data import flowers
    from cnnlab.experiments.channel_sheets import candidates, chosen_channels, image_grid
    from cnnlab.experiments.flowers_ablation.trained import file_of, load_network
    from cnnlab.interpret.class_visualisation import PARAMETRISATIONS, Crops, mean_magnitude, recognised, render_classes
    from cnnlab.interpret.feature_visualisation import render_channels
    from cnnlab.interpret.selectivity import photo_activations
    from cnnlab.models.pretrained import resnet50

    o = options
    run.seed(o.seeds[0])
    networks = {"before": resnet50(run.weights("resnet50_keras"))}
    for name, seed in zip(("after", "other"), o.networks, strict=True):
        networks[name] = load_network(run.needed("flowers_ablation", file_of(o.variant, seed)))
    for network in networks.values():
        network.to(run.device, memory_format=torch.channels_last)
    precision = fastest_precision(run.device)

    def drawings(stage: str, layer: str, side: int, channels: Sequence[int]) -> dict[str, list]:
        """{network: what `render_channels` gives, for each seed}."""
        return {
            name: [
                render_channels(
                    network,
                    {layer: list(channels)},
                    size=side,
                    steps=o.steps,
                    seed=seed,
                    precision=precision,
                    progress=run.progress,
                    folder=run.checkpoints / f"{stage}-{name}-{seed}",
                )
                for seed in o.seeds[: o.other_seeds if name == "other" else None]
            ]
            for name, network in networks.items()
        }

    photos = candidates(run.data("coco"), run.data("flowers102"), o.per_species)
    found = photo_activations(networks["before"], o.layers, run.progress(photos, "photos"), side=o.photo_side)
    chosen = chosen_channels({layer: each.highest for layer, each in found.items()}, o.count, o.shown)
    stages = []
    for stage, layer, side, window in zip(STAGES, o.layers, o.sides, o.windows, strict=True):
        shown = chosen[layer].shown
        drawn = drawings(stage, layer, side, shown)
        run.picture(stage, before_and_after(drawn, layer, shown, window))
        stages.append(Stage(stage, layer, chosen[layer].of, measured(networks["after"], drawn, layer, shown)))

    magnitude = mean_magnitude((each.image for each in photos if each.source != "flowers"), o.species_side)
    images, seen = {}, {}
    for kind in PARAMETRISATIONS:
        images[kind] = render_classes(
            networks["after"],
            o.species,
            size=o.species_side,
            steps=o.species_steps,
            seed=o.seeds[0],
            crops=Crops(o.crops, side=o.crop_side),
            parametrisation=kind,
            magnitude=magnitude if kind == "phase" else None,
            precision=precision,
            progress=run.progress,
            folder=run.checkpoints / f"species-{kind}",
        )
        seen[kind] = [recognised(networks[name], images[kind], o.eval_side) for name in ("after", "other")]
    train, names = flowers.load(run.data("flowers102")).train, flowers.names()
    rows = [[*(images[kind][label] for kind in images), *squares(train, label, o.photos)] for label in o.species]
    run.picture("species", image_grid(rows, CELL))
    species = [
        Species(
            label, names[label], tuple(Drawing(kind, *one[label], *other[label]) for kind, (one, other) in seen.items())
        )
        for label in o.species
    ]
    return FlowersChannels(tuple(stages), tuple(species), o.steps, o.species_steps)


def before_and_after(images: dict[str, list], layer: str, channels: Sequence[int], window: int) -> Image.Image:
    """A row for each channel: its pictures in the network before, one for each seed, a wide gap, and those after."""
    from PIL import Image

    from cnnlab.experiments.channel_sheets import centre, image_grid

    halves = [
        image_grid([[centre(each[layer, one][0, 0], window) for each in images[name]] for one in channels], SMALL)
        for name in ("before", "after")
    ]
    width, height = halves[0].size
    both = Image.new("RGBA", (2 * width + SMALL // 4, height))
    both.paste(halves[0], (0, 0))
    both.paste(halves[1], (width + SMALL // 4, 0))
    return both


def measured(network: nn.Module, images: dict[str, list], layer: str, channels: Sequence[int]) -> tuple[Channel, ...]:
    """The channels' mean activations in one network, over the pictures drawn in each."""
    from cnnlab.interpret.feature_visualisation import mean_activations

    means = {name: [mean_activations(network, each) for each in of_seeds] for name, of_seeds in images.items()}
    return tuple(
        Channel(
            one,
            new=tuple(each[layer, one] for each in means["after"]),
            old=tuple(each[layer, one] for each in means["before"]),
            other=tuple(each[layer, one] for each in means["other"]),
        )
        for one in channels
    )


def squares(photos: Sequence, label: int, count: int) -> list:
    """The largest centred squares of the first `count` photos of a species."""
    from cnnlab.interpret.exemplars import crop_around

    shown = [photo.picture() for photo in photos if photo.label == label][:count]
    return [crop_around(each, (each.width / 2, each.height / 2), min(each.size)) for each in shown]
