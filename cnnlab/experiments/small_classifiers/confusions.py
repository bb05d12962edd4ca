"""Which classes a network takes for which, over all of its seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnlab.evaluation.classification import confused, confusion_matrix
from cnnlab.experiments.small_classifiers.result import SmallClassifier


@dataclass(frozen=True)
class Confusion:
    """actual, predicted: names of the classes. counts: how often with each seed; of: test pictures of the class."""

    actual: str
    predicted: str
    counts: tuple[int, ...]
    of: int


def matrix(result: SmallClassifier, place: int = 0) -> np.ndarray:
    """The confusion matrix (classes, classes) of the seed at a place, actual class by row."""
    arrays = result.arrays
    return confusion_matrix(arrays["test_predicted"][place], arrays["test_label"], len(result.class_names))


def commonest(result: SmallClassifier, count: int = 4) -> list[Confusion]:
    """The most frequent confusions, summed over the seeds."""
    label, predicted = result.arrays["test_label"], result.arrays["test_predicted"]
    pairs = confused(predicted.ravel(), np.tile(label, len(predicted)), count)
    found = []
    for actual, other, _ in pairs:
        counts = tuple(int(((label == actual) & (each == other)).sum()) for each in predicted)
        of = int((label == actual).sum())
        found.append(Confusion(result.class_names[actual], result.class_names[other], counts, of))
    return found


def class_accuracies(result: SmallClassifier) -> dict[str, float]:
    """The test accuracy of each class by name, mean over the seeds, the lowest first."""
    label, right = result.arrays["test_label"], result.arrays["test_predicted"] == result.arrays["test_label"]
    found = {
        name: float(right[:, label == k].mean()) for k, name in enumerate(result.class_names) if (label == k).any()
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))
