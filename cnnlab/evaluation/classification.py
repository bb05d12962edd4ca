"""Metrics of a classifier, from its logits (n, classes) and the labels (n,), classes from 0, as numpy arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Metrics:
    """Accuracy with its 95 % interval `low`–`high`, cross-entropy in nats, expected calibration error, and the mean of
    the accuracies of the classes. All but the cross-entropy lie in 0 to 1.
    """

    accuracy: float
    low: float
    high: float
    loss: float
    ece: float
    mean_class_accuracy: float


@dataclass(frozen=True)
class CalibratedMetrics(Metrics):
    """ece_scaled: the calibration error of the logits divided by a temperature."""

    ece_scaled: float


@dataclass(frozen=True)
class ReliabilityBin:
    """A bin `low` < confidence ≤ `high`: how many images lie in it, their mean confidence and their accuracy."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities (n, classes), float64, of logits (n, classes)."""
    powers = np.exp(np.asarray(logits, np.float64) - np.max(logits, axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def wilson(correct: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """The score interval of a proportion `correct` / `count` (Wilson 1927), within 0 to 1.

    z: the quantile of the normal distribution; by default that of a 95 % interval.
    """
    share, centre = correct / count, correct / count + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    low, high = (min(1.0, max(0.0, (centre + sign * half) / (1 + z * z / count))) for sign in (-1, 1))
    return low, high


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """The mean of −log p(label) in nats, of logits (n, classes) and labels (n,)."""
    top = logits.max(axis=1)
    logs = top + np.log(np.exp(np.asarray(logits, np.float64) - top[:, None]).sum(axis=1))
    return float((logs - logits[np.arange(len(labels)), labels]).mean())


def reliability(confidence: np.ndarray, correct: np.ndarray, bins: int = 15) -> tuple[ReliabilityBin, ...]:
    """A reliability diagram: those of `bins` equal bins of confidence that hold an image (Guo et al. 2017, §2).

    confidence (n,): 0 to 1. correct (n,): booleans.
    """
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    out = []
    for k in range(bins):
        inside = place == k
        if inside.any():
            means = float(confidence[inside].mean()), float(correct[inside].mean())
            out.append(ReliabilityBin(k / bins, (k + 1) / bins, int(inside.sum()), *means))
    return tuple(out)


def calibration_error(logits: np.ndarray, labels: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error (Guo et al. 2017, eq. 3), 0 to 1, of logits (n, classes) and labels (n,).

    It is the mean of |accuracy − confidence| over the bins, weighted by their counts.
    """
    probabilities = softmax(logits)
    rows = reliability(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels, bins)
    return sum(row.count * abs(row.accuracy - row.confidence) for row in rows) / len(labels)


def temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The T in 0.05–20 that minimises the cross-entropy of logits / T (Guo et al. 2017, §4.2); fit it on validation.

    logits (n, classes), labels (n,).
    """
    from scipy.optimize import minimize_scalar

    limits = (math.log(0.05), math.log(20))
    found = minimize_scalar(lambda t: cross_entropy(logits / math.exp(t), labels), bounds=limits, method="bounded")
    return math.exp(found.x)


def confused(predicted: np.ndarray, labels: np.ndarray, count: int = 10) -> list[tuple[int, int, int]]:
    """The `count` most frequent errors as (actual class, predicted class, how often), most frequent first, then by
    class. predicted, labels: (n,)."""
    wrong = predicted != labels
    pairs, often = np.unique(np.stack([labels[wrong], predicted[wrong]], 1), axis=0, return_counts=True)
    return [(int(pairs[k, 0]), int(pairs[k, 1]), int(often[k])) for k in np.argsort(-often, kind="stable")[:count]]


def metrics(logits: np.ndarray, labels: np.ndarray) -> Metrics:
    """The metrics of logits (n, classes) and labels (n,); the classes of the mean are those that occur in `labels`."""
    correct = logits.argmax(axis=1) == labels
    low, high = wilson(int(correct.sum()), len(labels))
    return Metrics(
        accuracy=float(correct.mean()),
        low=low,
        high=high,
        loss=cross_entropy(logits, labels),
        ece=calibration_error(logits, labels),
        mean_class_accuracy=float(np.mean([correct[labels == k].mean() for k in np.unique(labels)])),
    )
