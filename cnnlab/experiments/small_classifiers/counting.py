"""Test accuracy by how the epoch is chosen that is reported. It imports no framework.

Chapters: l3-mnist, l4-cifar.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.words import Words

RULES = ("test", "validation", "last")  # the epoch of the highest accuracy on either, or the last one
HEADER = ("epochs", "epoch_chosen_on", "accuracy_test", "seeds_range", "chosen_epochs")


@dataclass(frozen=True)
class Counted:
    """Test accuracies, one a seed, 0 to 1, and the epochs after which they were reached, from 1."""

    accuracies: tuple[float, ...]
    epochs: tuple[int, ...]

    @property
    def mean(self) -> float:
        """Of the accuracies."""
        return float(np.mean(self.accuracies))


def counted(result: SmallClassifier, rule: str, until: int | None = None) -> Counted:
    """The test accuracies within the first `until` epochs (None: all), the epoch chosen by one of RULES."""
    test = result.curves("test_accuracy")[:, :until]  # (seeds, epochs)
    if rule == "last":
        places = np.full(len(test), test.shape[1] - 1)
    else:
        places = result.curves(f"{rule}_accuracy")[:, :until].argmax(axis=1)  # the first of the highest
    values = test[np.arange(len(test)), places]
    return Counted(tuple(float(each) for each in values), tuple(int(place) + 1 for place in places))


def rows(result: SmallClassifier, words: Words, until: tuple[int, ...]) -> list[list[str]]:
    """Rows of a table with HEADER: for each number of epochs each of RULES."""
    out = []
    for epochs in dict.fromkeys(min(each, result.epochs) for each in until):
        for rule in RULES:
            found = counted(result, rule, epochs)
            least, most = min(found.accuracies), max(found.accuracies)
            both = words.interval(least, most, lambda value: words.percent(value, 2))
            chosen = ", ".join(str(each) for each in found.epochs)
            out.append([words.integer(epochs), words(f"chosen_on_{rule}"), words.percent(found.mean, 2), both, chosen])
    return out
