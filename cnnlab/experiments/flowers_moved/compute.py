"""How far fine-tuning on the flowers moved each block of ResNet-50, against how far apart two trainings end.

Chapter: a09-dentro.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from cnnlab.experiments.flowers_ablation.options import VARIANTS
from cnnlab.experiments.flowers_finetuned.options import Options as FineTuning
from cnnlab.experiments.flowers_moved.steps import Steps, steps_of
from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import numpy as np
    from torch import nn

COUNTS = {"layer1": 3, "layer2": 4, "layer3": 6, "layer4": 3}  # blocks of each stage
BLOCKS = ("conv1", *(f"{stage}.{block}" for stage, count in COUNTS.items() for block in range(count)))
CHANNELS = ("layer1.2", "layer2.3", "layer3.5", "layer4.1", "layer4.2")
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Options:
    variant: str = "all_stages"  # of `flowers_ablation`: whose networks are compared
    trained: FineTuning = dict(VARIANTS)["all_stages"]  # how they were trained
    seeds: tuple[int, ...] = (0, 1, 2)
    side: int = 160  # pixels of a photo that is compared; that of the variant's evaluation
    photos: int | None = None  # of validation; None: all 1,020
    layers: tuple[str, ...] = BLOCKS
    channels: tuple[str, ...] = CHANNELS  # layers whose channels are compared one by one


@dataclass(frozen=True)
class Layer:
    """How far one layer moved, a number for each seed, and how far apart two seeds are, one for each pair.

    cka: debiased linear CKA of its features before and after. cka_seeds: after one training and after another.
    change: of its weights, ‖w′ − w‖ / ‖w‖. change_in_rates: root mean square of w′ − (1 − d) w divided by the highest
    learning rate, d being the share that weight decay alone takes away (`Steps.decay`). Under Adam each step is at most
    about the rate, so this is comparable from layer to layer, which the relative change is not: that is about this
    times rate / RMS(w), larger where the weights are smaller. `Steps` has two scales for it, in which the warm-up and
    the falling rate are counted. agreement: cosine, −1 to 1, of the changes w′ − (1 − d) w of two seeds; 0 is
    expected of changes that are independent, 1 of equal ones.
    """

    layer: str
    cka: tuple[float, ...]
    cka_seeds: tuple[float, ...]
    change: tuple[float, ...]
    change_in_rates: tuple[float, ...]
    agreement: tuple[float, ...]


@dataclass(frozen=True)
class Channels:
    """Pearson's correlation of each channel's activations with its own in another network, at all positions of all
    photos.

    channels: of the layer. constant: those that are constant in one of the networks, which are left out. moved: the
    quantiles of QUANTILES over the channels and seeds, before and after. seeds: over the channels and pairs of seeds,
    of two trainings; () where there is one.
    """

    layer: str
    channels: int
    constant: int
    moved: tuple[float, ...]
    seeds: tuple[float, ...]


@dataclass(frozen=True)
class FlowersMoved(Result):
    """photos, side: of the validation set, whose features were compared; pixels. layers: the first convolution and
    each block. steps: of each of the trainings. Arrays, float16: `moved_layer1_2` (seeds, channels) and
    `seeds_layer1_2` (pairs, channels), the correlations of every channel; 0 where it is constant.
    """

    photos: int
    side: int
    seeds: tuple[int, ...]
    steps: Steps
    layers: tuple[Layer, ...]
    channels: tuple[Channels, ...]


@experiment(
    "flowers_moved",
    options=Options,
    result=FlowersMoved,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    depends_on=("flowers_ablation",),
    smoke=dict(
        variant="base",
        seeds=(0,),
        side=64,
        photos=8,
        layers=("conv1", "layer4.1", "layer4.2"),
        channels=("layer1.2", "layer4.1"),
    ),
)
def flowers_moved(options: Options, run: Run) -> FlowersMoved:
    """Each layer's weights, features and channels, before and after fine-tuning and between two trainings.

    Each photo is decoded once. Of the features only Gram matrices are kept, so memory holds one network's at a time.

    `cnnlab run flowers_moved`: seven minutes on two CPU cores; 4 GB of memory.
    """
    from torch.utils.data import DataLoader

    from cnnlab.data import flowers
    from cnnlab.data.augment import Transformed, centre_crop
    from cnnlab.experiments.flowers_ablation.trained import file_of, load_network
    from cnnlab.interpret.similarity import correlations_of_pairs, extract_features, u_centred
    from cnnlab.models.pretrained import resnet50
    from cnnlab.training.classifier import EVAL_BATCH

    o = options
    files = [run.needed("flowers_ablation", file_of(o.variant, seed)) for seed in o.seeds]
    networks = [resnet50(run.weights("resnet50_keras")), *map(load_network, files)]
    for network in networks:
        network.to(run.device)
    data = flowers.load(run.data("flowers102"))
    photos = data.validation[: o.photos]
    loader = DataLoader(Transformed(photos, centre_crop(o.side)), batch_size=EVAL_BATCH)
    batches = list(run.progress(loader, "photos"))
    moved, apart = pairs_of(len(o.seeds))

    grams = []  # of each network {layer: (n, n)}
    for network in networks:
        features = extract_features(network, o.layers, run.progress(batches, "features"))
        grams.append({name: u_centred(features.pop(name)) for name in o.layers})
    steps = steps_of(o.trained, len(data.train))
    layers = [compared(name, networks, grams, steps) for name in o.layers]

    found = correlations_of_pairs(networks, [*moved, *apart], o.channels, run.progress(batches, "channels"))
    channels = []
    for name, correlations in found.items():
        channels.append(summary(name, correlations, len(moved)))
        run.array(f"moved_{name.replace('.', '_')}", correlations[: len(moved)].astype("float16"))
        run.array(f"seeds_{name.replace('.', '_')}", correlations[len(moved) :].astype("float16"))
    return FlowersMoved(len(photos), o.side, o.seeds, steps, tuple(layers), tuple(channels))


def pairs_of(seeds: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The pairs of places in a list with the ImageNet network first: it and each seed's, and two seeds'."""
    return [(0, seed) for seed in range(1, seeds + 1)], list(combinations(range(1, seeds + 1), 2))


def compared(name: str, networks: Sequence[nn.Module], grams: Sequence[dict[str, np.ndarray]], steps: Steps) -> Layer:
    """How far a layer moved from the first network to each other one, and how far apart those ended."""
    from torch.nn.functional import cosine_similarity

    from cnnlab.interpret.similarity import gram_cosine, weight_change, weight_difference

    moved, apart = pairs_of(len(networks) - 1)
    before = networks[0]
    differences = [weight_difference(before, after, name, steps.decay).double() for after in networks[1:]]
    return Layer(
        layer=name,
        cka=tuple(gram_cosine(grams[one][name], grams[other][name]) for one, other in moved),
        cka_seeds=tuple(gram_cosine(grams[one][name], grams[other][name]) for one, other in apart),
        change=tuple(weight_change(before, after, name) for after in networks[1:]),
        change_in_rates=tuple(float(each.square().mean().sqrt()) / steps.rate for each in differences),
        agreement=tuple(
            float(cosine_similarity(differences[one - 1], differences[other - 1], dim=0)) for one, other in apart
        ),
    )


def summary(name: str, correlations: np.ndarray, moved: int) -> Channels:
    """Quantiles of correlations (pairs, channels), of which the first `moved` pairs are before and after."""
    import numpy as np

    constant = (correlations == 0).any(axis=0)

    def quantiles(of: np.ndarray) -> tuple[float, ...]:
        return tuple(map(float, np.quantile(of[:, ~constant], QUANTILES))) if of[:, ~constant].size else ()

    return Channels(
        layer=name,
        channels=correlations.shape[1],
        constant=int(constant.sum()),
        moved=quantiles(correlations[:moved]),
        seeds=quantiles(correlations[moved:]),
    )
