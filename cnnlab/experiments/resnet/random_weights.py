"""Outputs of ResNet-50 with random weights, for two initialisations and several seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.data.imagenet import Prediction
from cnnlab.results import Run

if TYPE_CHECKING:
    import numpy as np

INITIALISATIONS = ("he_normal", "glorot_uniform")
DIVISOR = 128  # of the pixels, for the rows `divided`; a power of two, so that a division rounds nothing


@dataclass(frozen=True)
class RandomOutput:
    """The output of one network. top: the five most probable classes; perplexity: exp(entropy), from 1 (certain) to
    1000 (uniform); sum: of the probabilities; logits_std: their standard deviation over the classes; features_mean: of
    the averaged features.
    """

    init: str
    seed: int
    top: tuple[Prediction, ...]
    perplexity: float
    sum: float
    logits_std: float
    features_mean: float


@dataclass(frozen=True)
class Shared:
    """What two networks of one seed have in common: Glorot's with the initial statistics, He's with the batch's.

    dense_equal: whether their dense layers are the same, for every seed. features_cosine: of the averaged features, by
    seed. same_seed, other_seeds: correlations of their logits, for one seed and for two.
    """

    dense_equal: bool
    features_cosine: tuple[float, ...]
    same_seed: tuple[float, ...]
    other_seeds: tuple[float, ...]


@dataclass(frozen=True)
class RandomWeights:
    """Outputs for one photo: with the normalisations' initial statistics, a row a seed, with those of the batch, and
    with the initial ones and the pixels divided by DIVISOR.

    uniform: the probability of each class if all were equal.
    """

    photo: str
    uniform: float
    seeds: tuple[RandomOutput, ...]
    batch: tuple[RandomOutput, ...]
    divided: tuple[RandomOutput, ...]
    shared: Shared


def random_weights(name: str, seeds: tuple[int, ...], run: Run) -> RandomWeights:
    """Classify a photo with random weights: with the normalisations' initial statistics (mean 0, variance 1), with
    those of a batch of the four photos, as in training, and with the initial ones and smaller pixels.
    """
    import keras
    import numpy as np

    from cnnlab.data.imagenet import PHOTOS, class_names, photo, prepare
    from cnnlab.models.resnet_keras import build_resnet

    names, photos = class_names(), prepare([photo(each, 224) for each in PHOTOS])
    row = list(PHOTOS).index(name)
    # Last the batch's: they also move the statistics that the others read.
    ways = {"initial": (photos, False), "divided": (photos / DIVISOR, False), "batch": (photos, True)}
    rows: dict[str, list[RandomOutput]] = {way: [] for way in ways}
    found: dict[tuple[str, str, int], tuple[np.ndarray, np.ndarray]] = {}
    dense: dict[tuple[str, int], np.ndarray] = {}
    for init in INITIALISATIONS:
        for seed in run.progress(seeds, init):
            run.seed(seed)
            network = build_resnet(50, init=init, activation=None)
            dense[init, seed] = np.asarray(network.get_layer("predictions").kernel)
            inside = keras.Model(network.input, [network.get_layer("avg_pool").output, network.output])
            for way, (pixels, training) in ways.items():
                features, logits = (np.asarray(output, float)[row] for output in inside(pixels, training=training))
                found[init, way, seed] = features, logits
                rows[way].append(_output(init, seed, features, logits, names))
    return RandomWeights(
        photo=name,
        uniform=1 / len(names),
        seeds=tuple(rows["initial"]),
        batch=tuple(rows["batch"]),
        divided=tuple(rows["divided"]),
        shared=_shared(seeds, found, dense),
    )


def _shared(
    seeds: tuple[int, ...],
    found: dict[tuple[str, str, int], tuple[np.ndarray, np.ndarray]],
    dense: dict[tuple[str, int], np.ndarray],
) -> Shared:
    """found: features and logits by initialisation, way and seed; dense: kernels by initialisation and seed."""
    import numpy as np

    he, glorot = INITIALISATIONS
    one = {seed: found[glorot, "initial", seed] for seed in seeds}
    other = {seed: found[he, "batch", seed] for seed in seeds}
    correlation = {(a, b): float(np.corrcoef(one[a][1], other[b][1])[0, 1]) for a in seeds for b in seeds}
    cosine = [
        one[seed][0] @ other[seed][0] / math.prod(np.linalg.norm(each[seed][0]) for each in (one, other))
        for seed in seeds
    ]
    return Shared(
        dense_equal=all(np.array_equal(dense[he, seed], dense[glorot, seed]) for seed in seeds),
        features_cosine=tuple(float(each) for each in cosine),
        same_seed=tuple(correlation[seed, seed] for seed in seeds),
        other_seeds=tuple(value for (a, b), value in correlation.items() if a != b),
    )


def _output(init: str, seed: int, features: np.ndarray, logits: np.ndarray, names: list[str]) -> RandomOutput:
    """features: (2048,), logits: (1000,), both float64."""
    import numpy as np

    from cnnlab.data.imagenet import top

    probabilities = np.exp(logits - logits.max())
    probabilities /= probabilities.sum()
    entropy = -sum(p * math.log(p) for p in probabilities if p > 0)
    return RandomOutput(
        init=init,
        seed=seed,
        top=top(probabilities, names),
        perplexity=math.exp(entropy),
        sum=float(probabilities.sum()),
        logits_std=float(logits.std()),
        features_mean=float(features.mean()),
    )
