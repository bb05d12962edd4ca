"""The nine channels of ResNet-50 before and after fine-tuning on the flowers, and three species.

Chapter: a09-dentro.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab.experiments.channel_sheets import CHANNELS, LAYERS, SIZE, STAGES
from cnnlab.results import Result, Run, experiment
from cnnlab.runtime import fastest_precision


@dataclass(frozen=True)
class Options:
    layers: tuple[str, ...] = LAYERS  # one for each of STAGES
    channels: tuple[tuple[int, ...], ...] = CHANNELS
    species: tuple[int, ...] = (53, 76, 81)  # from 0: sunflower, passion flower, clematis
    photos: int = 3  # of each species
    size: int = SIZE
    steps: int = 256
    seed: int = 0


@dataclass(frozen=True)
class Channel:
    """Mean activation of the channel in the fine-tuned network: over the image rendered with the ImageNet weights, and
    over that rendered with the fine-tuned ones."""

    channel: int
    old_picture: float
    new_picture: float


@dataclass(frozen=True)
class Stage:
    stage: str
    layer: str
    channels: tuple[Channel, ...]


@dataclass(frozen=True)
class Species:
    label: int
    name: str


@dataclass(frozen=True)
class FlowersChannels(Result):
    """Pictures: one for each stage's name, the ImageNet weights above and the fine-tuned ones below, from the same
    initialisation; `species`: a row for each, the image rendered for its label and training photos of it."""

    stages: tuple[Stage, ...]
    species: tuple[Species, ...]
    steps: int


@experiment(
    "flowers_channels",
    options=Options,
    result=FlowersChannels,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    depends_on=("flowers_resnet50",),
    smoke=dict(size=64, steps=4),
    gpu=dict(steps=2048),
)
def flowers_channels(options: Options, run: Run) -> FlowersChannels:
    """Feature visualisations of the same channels in both networks, and of three classes of the fine-tuned one.

    `cnnlab run flowers_channels`: seven minutes on two CPU cores.
    """
    from cnnlab.data import flowers
    from cnnlab.experiments.channel_sheets import image_grid
    from cnnlab.experiments.flowers_resnet50.trained import load_classifier
    from cnnlab.interpret.feature_visualisation import mean_activations, render_channels
    from cnnlab.models.hooks import LABELS
    from cnnlab.models.pretrained import resnet50

    o = options
    run.seed(o.seed)
    before = resnet50(run.weights("resnet50_keras"))
    classifier = load_classifier(run.needed("flowers_resnet50", "network.safetensors"))
    networks = {"before": before, "after": classifier.network, "species": classifier}
    for network in networks.values():
        network.to(run.device)

    def render(name, stage, channels):
        return render_channels(
            networks[name],
            channels,
            size=o.size,
            steps=o.steps,
            seed=o.seed,
            precision=fastest_precision(run.device),
            progress=run.progress,
            folder=run.checkpoints / f"{stage}-{name}",
        )

    stages = []
    for stage, layer, chosen in zip(STAGES, o.layers, o.channels, strict=True):
        images = {name: render(name, stage, {layer: list(chosen)}) for name in ("before", "after")}
        run.picture(stage, image_grid([[each[layer, one][0, 0] for one in chosen] for each in images.values()], o.size))
        # Both in the fine-tuned network: a channel that did not change is still activated by its old image.
        old = mean_activations(classifier.network, images["before"])
        new = mean_activations(classifier.network, images["after"])
        stages.append(Stage(stage, layer, tuple(Channel(one, old[layer, one], new[layer, one]) for one in chosen)))
    images = render("species", "labels", {LABELS: list(o.species)})
    photos = flowers.load(run.data("flowers102")).train
    rows = [[images[LABELS, each][0, 0], *squares(photos, each, o.photos)] for each in o.species]
    run.picture("species", image_grid(rows, o.size))
    names = flowers.names()
    return FlowersChannels(tuple(stages), tuple(Species(each, names[each]) for each in o.species), o.steps)


def squares(photos: Sequence, label: int, count: int) -> list:
    """The largest centred squares of the first `count` photos of a species."""
    from cnnlab.interpret.exemplars import crop_around

    shown = [photo.picture() for photo in photos if photo.label == label][:count]
    return [crop_around(each, (each.width / 2, each.height / 2), min(each.size)) for each in shown]
