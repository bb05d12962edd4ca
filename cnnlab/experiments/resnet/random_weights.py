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
class RandomWeights:
    """Outputs for one photo: with the normalisations' initial statistics, a row a seed, and with those of the batch.

    uniform: the probability of each class if all were equal.
    """

    photo: str
    uniform: float
    seeds: tuple[RandomOutput, ...]
    batch: tuple[RandomOutput, ...]


def random_weights(name: str, seeds: tuple[int, ...], run: Run) -> RandomWeights:
    """Classify a photo with random weights: with the normalisations' initial statistics (mean 0, variance 1), and with
    those of a batch of the four photos, as in training.
    """
    import keras
    import numpy as np

    from cnnlab.data.imagenet import PHOTOS, class_names, photo, prepare
    from cnnlab.models.resnet_keras import build_resnet

    names, photos = class_names(), prepare([photo(each, 224) for each in PHOTOS])
    initial: list[RandomOutput] = []
    batch: list[RandomOutput] = []
    row = list(PHOTOS).index(name)
    for init in INITIALISATIONS:
        for seed in run.progress(seeds, init):
            run.seed(seed)
            network = build_resnet(50, init=init, activation=None)
            inside = keras.Model(network.input, [network.get_layer("avg_pool").output, network.output])
            for outputs, training in ((initial, False), (batch, True)):
                features, logits = (np.asarray(output, float)[row] for output in inside(photos, training=training))
                outputs.append(_output(init, seed, features, logits, names))
    return RandomWeights(photo=name, uniform=1 / len(names), seeds=tuple(initial), batch=tuple(batch))


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
