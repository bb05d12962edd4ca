"""Classifiers of flowers trained and evaluated: what the experiments do alike. It imports torch."""

from __future__ import annotations

from typing import Any

from torch import nn

from cnnlab.data import flowers
from cnnlab.data.augment import Augmented, augmentation, centre_crop
from cnnlab.experiments.flower_classifiers.options import FlowersOptions, NetworkOptions, ProbeOptions
from cnnlab.results import Run
from cnnlab.training.classifier import train_classifier
from cnnlab.training.linear_probe import Probe, train_probe


def load_flowers(options: FlowersOptions, run: Run) -> flowers.Flowers:
    """The splits of the data set, as many photos of each species as the options ask for."""
    return flowers.load(run.data("flowers102")).first_of_each_class(options.per_class)


def random_crops(
    data: flowers.Flowers, options: NetworkOptions | ProbeOptions, *, shorter: int | None = None
) -> Augmented:
    """The training photos, augmented as the options say; shorter: see `Augmented`."""
    transform = augmentation(options.side, options.min_area)
    return Augmented(data.train, transform, seed=options.recipe.seed, shorter=shorter)


def trained_network(
    network: nn.Module, data: flowers.Flowers, options: NetworkOptions, run: Run, examples: Augmented | None = None
) -> dict[str, Any]:
    """Train a network on the flowers, in place: the fields of its result, but for its name and layers.

    Objects look larger in a random crop than in the whole photo; a larger side in evaluation than in training makes up
    for it (Touvron et al. 2019). examples: the augmented training photos, where they have been decoded before.
    """
    examples = examples or random_crops(data, options)
    transform = centre_crop(options.eval_size)
    trained = train_classifier(network, data, examples, transform, options.recipe, run, pairs=options.confused_pairs)
    return {**vars(trained), "left_out": data.left_out}


def trained_probe(network: nn.Module, options: ProbeOptions, run: Run) -> dict[str, Any]:
    """Train a linear head on stored features of a frozen network: the fields of its result, but for its name."""
    data = load_flowers(options, run)
    trained = train_probe(
        network,
        data,
        random_crops(data, options),
        centre_crop(options.side),
        options.recipe,
        run,
        probe=Probe(options.layers, options.views, options.dropout),
        pairs=options.confused_pairs,
    )
    return {**vars(trained), "left_out": data.left_out}
