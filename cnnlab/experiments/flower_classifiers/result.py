"""Types of the results of the classifiers of flowers. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.results import Result
from cnnlab.training.classifier_result import TrainedClassifier, TrainedNetwork, TrainedProbe


@dataclass(frozen=True, kw_only=True)
class FlowerClassifier(TrainedClassifier, Result):
    """network: its name in prose. left_out: numbers of training photos that are also test photos.

    Arrays: `test_label`, `test_predicted` (n,), classes from 0 of the test photos; `test_confidence` (n,), the
    probability of the predicted class. Pictures: `confused-K-actual`, `confused-K-predicted`, K from 1, for the most
    confused pairs: the misclassified test photo of highest confidence, and a training photo of the predicted species.
    """

    network: str
    left_out: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class FineTuned(FlowerClassifier, TrainedNetwork):
    """A network of which all layers were trained."""


@dataclass(frozen=True, kw_only=True)
class PooledFineTuned(FineTuned):
    """layers: whose pooled features the head reads."""

    layers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LinearProbe(FlowerClassifier, TrainedProbe):
    """A linear head on stored features of a frozen network."""
