"""Types of the results of small networks, trained with several seeds. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnlab.evaluation.classification import Metrics
from cnnlab.results import Result
from cnnlab.training.classifier_result import Epoch


@dataclass(frozen=True)
class SmallEpoch(Epoch):
    """fitted_…: at the epoch's end, on training pictures as they are, the network in eval mode; test_…: the same of the
    test pictures, which no choice may use.
    """

    fitted_loss: float
    fitted_accuracy: float
    test_loss: float
    test_accuracy: float


@dataclass(frozen=True)
class SeedRun:
    """One training. validation, test: metrics of the network of the last epoch."""

    seed: int
    curve: tuple[SmallEpoch, ...]
    validation: Metrics
    test: Metrics

    def best(self, quantity: str) -> SmallEpoch:
        """The first epoch of the highest `validation_accuracy` or `test_accuracy`."""
        return max(self.curve, key=lambda row: (getattr(row, quantity), -row.epoch))


@dataclass(frozen=True, kw_only=True)
class SmallClassifier(Result):
    """network: its name in prose. pictures, held_out, tested: how many are trained with, held out, tested.

    Arrays: `test_label` (n,), `test_predicted` (seeds, n), classes from 0; `test_confidence` (seeds, n), the
    probability of the predicted class; `misread` (k, c, h, w), the test pictures that the first seed's network
    classifies wrongly with the highest probability, highest first, and `misread_place` (k,), their places in the set.
    """

    network: str
    parameters: int
    pictures: int
    held_out: int
    tested: int
    class_names: tuple[str, ...]
    runs: tuple[SeedRun, ...]

    @property
    def epochs(self) -> int:
        """How many each training has."""
        return len(self.runs[0].curve)

    def curves(self, quantity: str) -> np.ndarray:
        """A quantity of the learning curves, such as "test_loss", (seeds, epochs)."""
        return np.array([[getattr(row, quantity) for row in run.curve] for run in self.runs])

    def last(self, split: str) -> np.ndarray:
        """The accuracy of each seed after the last epoch on "validation" or "test", (seeds,)."""
        return np.array([getattr(run, split).accuracy for run in self.runs])

    def chosen_on(self, split: str) -> np.ndarray:
        """The test accuracy of each seed in the epoch that is best on "validation" or "test", (seeds,)."""
        return np.array([run.best(f"{split}_accuracy").test_accuracy for run in self.runs])
