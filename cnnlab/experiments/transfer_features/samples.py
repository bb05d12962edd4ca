"""Support vector machines on features: of all training photos, and of random samples of several sizes. numpy alone.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnnlab.experiments.transfer.result import share
from cnnlab.experiments.transfer_features.options import Options
from cnnlab.experiments.transfer_features.result import Sample
from cnnlab.training.linear_svm import linear_svm, unit_rows


def group_predicted(probabilities: np.ndarray, groups: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """(n,), (n,) of probabilities (n, 1000): the class whose group has the larger sum; the class of the most probable
    of all, −1 where it is in no group.
    """
    sums = np.stack([probabilities[:, list(group)].sum(axis=1) for group in groups], axis=1)
    owner = np.full(probabilities.shape[1], -1)
    for place, group in enumerate(groups):
        owner[list(group)] = place
    return sums.argmax(axis=1), owner[probabilities.argmax(axis=1)]


def samples(
    train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], options: Options
) -> tuple[Sample, ...]:
    """For each size that both classes have, machines on random samples of it, the cost chosen within the sample.

    train, test: features (n, d) and labels (n,). Of a size that takes all photos of the rarer class there is one sample
    only where the other has no more either.
    """
    features, labels = unit_rows(train[0]), train[1]
    tested = unit_rows(test[0])
    counts = np.bincount(labels)
    found = []
    for size in (each for each in options.sizes if each <= counts.min()):
        rng = np.random.default_rng((options.seed, size))
        draws = options.draws if size < counts.max() else 1
        accuracies, costs = [], []
        for _ in range(draws):
            chosen = np.concatenate(
                [rng.choice(np.flatnonzero(labels == label), size, replace=False) for label in (0, 1)]
            )
            machine = linear_svm(features[chosen], labels[chosen], options.costs, folds=min(options.folds, size))
            accuracies.append(share(machine.predicted(tested), test[1]).accuracy)
            costs.append(machine.cost)
        found.append(Sample(size, tuple(accuracies), tuple(costs)))
    return tuple(found)


def nearest(train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """(n,), the greatest cosine of each row of `test` (n, d) with a row of `train`."""
    return (unit_rows(test) @ unit_rows(train).T).max(axis=1)
