"""Types of the results on transfer learning. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnlab.evaluation.classification import Metrics, wilson
from cnnlab.results import Result
from cnnlab.training.classifier_result import Epoch


@dataclass(frozen=True)
class Share:
    """How many of `count` photos are classified correctly."""

    correct: int
    count: int

    @property
    def accuracy(self) -> float:
        """0 to 1."""
        return self.correct / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return wilson(self.correct, self.count)


def share(predicted: np.ndarray, labels: np.ndarray) -> Share:
    """How many of the predicted classes (n,) are right."""
    return Share(int((predicted == labels).sum()), len(labels))


@dataclass(frozen=True)
class Training:
    """A training of an alternative with a seed. validation, test: of the network of the last epoch."""

    alternative: str
    seed: int
    curve: tuple[Epoch, ...]
    validation: Metrics
    test: Metrics


@dataclass(frozen=True, kw_only=True)
class Trainings(Result):
    """Networks trained on one set of photos. variant: of the set, in the catalogue. photos: trained with; held_out: of
    them none; tested: test photos. parameters, trained_parameters: by alternative.

    Arrays: `test_label` (n,), `<alternative>_predicted` (seeds, n), classes from 0; `misread` (k, 3, side, side), the
    test photos that the first seed's network of the last alternative classifies wrongly, `misread_place` (k,) their
    places in the set, `misread_confidence` (k,) the probability of the wrong class, highest first.
    """

    variant: str
    photos: int
    held_out: int
    tested: int
    class_names: tuple[str, ...]
    parameters: dict[str, int]
    trained_parameters: dict[str, int]
    trainings: tuple[Training, ...]

    def of(self, alternative: str) -> list[Training]:
        """Those of an alternative, a seed each."""
        return [each for each in self.trainings if each.alternative == alternative]

    def curves(self, alternative: str, quantity: str) -> np.ndarray:
        """A quantity of the learning curves, such as "validation_loss", (seeds, epochs)."""
        return np.array([[getattr(row, quantity) for row in each.curve] for each in self.of(alternative)])

    def accuracies(self, alternative: str, split: str = "test") -> np.ndarray:
        """Those of each seed after the last epoch, on "validation" or "test", (seeds,)."""
        return np.array([getattr(each, split).accuracy for each in self.of(alternative)])

    def right(self, alternative: str) -> np.ndarray:
        """Whether each test photo is classified correctly, (seeds, n), booleans."""
        return self.arrays[f"{alternative}_predicted"] == self.arrays["test_label"]
