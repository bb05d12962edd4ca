"""What is kept of the training and evaluation of a classifier. It imports no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.evaluation.classification import CalibratedMetrics, Metrics, ReliabilityBin
from cnnlab.results.schema import Timing


@dataclass(frozen=True)
class Epoch:
    """A row of the learning curve.

    epoch: from 1. learning_rate: at its beginning, of the last group of parameters. train_loss, train_accuracy: means
    over the batches, on images as augmented, while the network changes; validation_loss, validation_accuracy: at its
    end, on whole images. Losses are cross-entropies in nats, accuracies 0 to 1.
    """

    epoch: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    train_seconds: Timing
    validation_loss: float
    validation_accuracy: float
    seconds: Timing


@dataclass(frozen=True)
class ConfusedPair:
    """Names of two classes, and how many of the `of` test images of class `actual` were classified as `predicted`."""

    actual: str
    predicted: str
    count: int
    of: int


@dataclass(frozen=True, kw_only=True)
class TrainedClassifier:
    """A classifier's size, learning curve and metrics.

    photos: of training. photos_per_second: in training, without validation. temperature: fitted on validation; divides
    the logits of reliability_scaled and of test.ece_scaled. confused: the most frequent pairs, most frequent first.
    """

    parameters: int
    trained_parameters: int
    photos: int
    epochs: int
    curve: tuple[Epoch, ...]
    training_seconds: Timing
    photos_per_second: Timing
    temperature: float
    validation: Metrics
    test: CalibratedMetrics
    reliability: tuple[ReliabilityBin, ...]
    reliability_scaled: tuple[ReliabilityBin, ...]
    confused: tuple[ConfusedPair, ...]


@dataclass(frozen=True, kw_only=True)
class TrainedNetwork(TrainedClassifier):
    """A network trained on images. measuring_seconds: for the logits of validation and test after the training."""

    measuring_seconds: Timing


@dataclass(frozen=True, kw_only=True)
class TrainedProbe(TrainedClassifier):
    """A linear head on stored features of a frozen network. layers: those pooled; features: of an image, in all."""

    layers: tuple[str, ...]
    features: int
