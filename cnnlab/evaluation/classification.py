"""Metrics of a classifier, from its logits (n, classes) and the labels (n,), classes from 0, as numpy arrays.

All raise OptionError for no image, for arrays of other shapes or types and for labels outside the classes, and
TrainingError for logits that are not finite. −∞ is allowed for a class that is left out: what takes the logarithm of
its probability raises OptionError where it is the label.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from numbers import Real

import numpy as np

from cnnlab.errors import OptionError, TrainingError, check_whole

AT_THE_END = 1e-3  # of the logarithm of a temperature from an end of its range


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
    logits = np.asarray(logits)
    if logits.ndim != 2 or not logits.size or logits.dtype.kind not in "biuf":
        what = f"logits of shape {logits.shape}, {logits.dtype}"
        raise OptionError(what, allowed="real numbers (n, classes), of one image and class or more")
    check_finite(logits)
    powers = np.exp(np.asarray(logits, np.float64) - np.max(logits, axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def wilson(correct: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """The score interval of a proportion `correct` / `count` (Wilson 1927), within 0 to 1.

    z: the quantile of the normal distribution; by default that of a 95 % interval.
    """
    right, total, width = (as_float(each) for each in (correct, count, z))  # numpy's small integers would overflow
    if not 0 <= right <= total < math.inf or not total:
        raise OptionError(f"{correct!r:.40} of {count!r:.40} correct", allowed="0 to all of one or more")
    if not 0 < width < math.inf:
        raise OptionError(f"z={z!r}", allowed="a number above 0")
    share, centre = right / total, right / total + width * width / (2 * total)
    half = width * math.sqrt(share * (1 - share) / total + width * width / (4 * total * total))
    low, high = (min(1.0, max(0.0, (centre + sign * half) / (1 + width * width / total))) for sign in (-1, 1))
    return low, high


def as_float(number: object) -> float:
    """A real number of any type as Python's; NaN for what is none, ∞ for one beyond float64."""
    try:
        return float(number) if isinstance(number, Real) else math.nan
    except OverflowError:
        return math.inf


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """The mean of −log p(label) in nats, of logits (n, classes) and labels (n,)."""
    logits, labels = checked(logits, labels)
    top = logits.max(axis=1)
    logs = top + np.log(np.exp(np.asarray(logits, np.float64) - top[:, None]).sum(axis=1))
    own = logits[np.arange(len(labels)), labels]
    if np.isneginf(own).any():
        row = int(np.isneginf(own).argmax())
        raise OptionError(
            f"the logit of row {row}'s label, {labels[row]}, is −∞", allowed="labels that can be answered"
        )
    return float((logs - own).mean())


def reliability(confidence: np.ndarray, correct: np.ndarray, bins: int = 15) -> tuple[ReliabilityBin, ...]:
    """A reliability diagram: those of `bins` equal bins of confidence that hold an image (Guo et al. 2017, §2).

    confidence (n,): 0 to 1. correct (n,): booleans.
    """
    confidence, correct = vectors("confidence", confidence, "correct", correct)
    check_whole(1, bins=bins)
    real = confidence.dtype.kind in "biuf"
    if not real or not ((confidence >= 0) & (confidence <= 1)).all() or correct.dtype != bool:
        what = f"confidence of {confidence.dtype}, and correct of {correct.dtype}"
        raise OptionError(what, allowed="numbers from 0 to 1, and booleans")
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
    logits, labels = checked(logits, labels)
    probabilities = softmax(logits)
    rows = reliability(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels, bins)
    return sum(row.count * abs(row.accuracy - row.confidence) for row in rows) / len(labels)


def temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The T in 0.05–20 that minimises the cross-entropy of logits / T (Guo et al. 2017, §4.2); fit it on validation.

    logits (n, classes), labels (n,). An end of the range, at which the best T may lie beyond it, is said on stderr: the
    logits then say as little of the labels as if they were all equal, or are never wrong.
    """
    from scipy.optimize import minimize_scalar

    logits, labels = checked(logits, labels)
    limits = (math.log(0.05), math.log(20))
    found = minimize_scalar(lambda t: cross_entropy(logits / math.exp(t), labels), bounds=limits, method="bounded")
    if min(abs(found.x - limit) for limit in limits) < AT_THE_END:
        said = f"temperature {math.exp(found.x):.2f} is an end of its range, 0.05 to 20: the best may lie beyond it"
        print(said, file=sys.stderr)
    return math.exp(found.x)


def confused(predicted: np.ndarray, labels: np.ndarray, count: int = 10) -> list[tuple[int, int, int]]:
    """The `count` most frequent errors as (actual class, predicted class, how often), most frequent first, then by
    class. predicted, labels: (n,)."""
    predicted, labels = class_vectors(predicted, labels)
    check_whole(1, count=count)
    wrong = predicted != labels
    pairs, often = np.unique(np.stack([labels[wrong], predicted[wrong]], 1), axis=0, return_counts=True)
    return [(int(pairs[k, 0]), int(pairs[k, 1]), int(often[k])) for k in np.argsort(-often, kind="stable")[:count]]


def confusion_matrix(predicted: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """How many images of each class (row) were taken for each class (column), (classes, classes), of predicted and
    labels (n,)."""
    predicted, labels = class_vectors(predicted, labels)
    check_whole(1, classes=classes)
    if len(labels) and not (0 <= min(predicted.min(), labels.min()) and max(predicted.max(), labels.max()) < classes):
        raise OptionError(f"classes={classes!r}", allowed="more than the highest label or prediction, none below 0")
    classes = int(classes)  # the square of a small integer of numpy overflows
    return np.bincount(labels * classes + predicted, minlength=classes**2).reshape(classes, classes)


def metrics(logits: np.ndarray, labels: np.ndarray) -> Metrics:
    """The metrics of logits (n, classes) and labels (n,); the classes of the mean are those that occur in `labels`."""
    logits, labels = checked(logits, labels)
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


def checked(logits: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logits and labels as arrays, one row a label. Raises: as the module says."""
    logits, labels = np.asarray(logits), np.asarray(labels)
    shapes = f"logits: {logits.dtype} {logits.shape}, labels: {labels.dtype} {labels.shape}"
    if logits.ndim != 2 or labels.shape != logits.shape[:1] or not logits.size or logits.dtype.kind not in "iuf":
        raise OptionError(shapes, allowed="real numbers (n, classes) and whole numbers (n,), of one image or more")
    classes = logits.shape[1]
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= classes:
        span = f", {labels.min()} to {labels.max()}" if labels.dtype.kind in "iuf" else ""
        raise OptionError(f"{shapes}{span}", allowed=f"labels that are whole numbers from 0 to {classes - 1}")
    check_finite(logits)
    return logits, labels


def check_finite(logits: np.ndarray) -> None:
    """Raise TrainingError for logits (n, classes) that are NaN or ∞, or a row of −∞ alone."""
    if not np.isfinite(np.max(logits, axis=1)).all():  # the highest is not a number where one of them is not
        raise TrainingError("logits that are not finite", allowed="finite numbers", remedy="look at the weights")


def class_vectors(predicted: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Predictions and labels as int64 of one shape (n,). OptionError for others, and numbers that are no classes."""
    predicted, labels = vectors("predicted", predicted, "labels", labels)
    for name, each in (("predicted", predicted), ("labels", labels)):
        if each.size and each.dtype.kind not in "iub":
            raise OptionError(
                f"{name} of {each.dtype}", allowed="whole numbers, the classes", remedy="logits.argmax(1)"
            )
    return predicted.astype(np.int64), labels.astype(np.int64)


def vectors(one_name: str, one: np.ndarray, other_name: str, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays of one shape (n,). OptionError, which names them, for others."""
    one, other = np.asarray(one), np.asarray(other)
    if one.ndim != 1 or one.shape != other.shape:
        raise OptionError(f"{one_name} {one.shape}, {other_name} {other.shape}", allowed="the same shape (n,)")
    return one, other
