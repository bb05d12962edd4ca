"""What is measured of a classifier, from its logits (n, classes) and the right classes (n,), as numpy arrays."""

from __future__ import annotations

import math

import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(np.asarray(logits, np.float64) - np.max(logits, axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def wilson(right: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval of a proportion (Wilson 1927); 95 % unless another quantile `z` of the normal is given."""
    share, centre = right / count, right / count + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return tuple(min(1.0, max(0.0, (centre + sign * half) / (1 + z * z / count))) for sign in (-1, 1))


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """The mean of −log p(right class), in nats."""
    top = logits.max(axis=1)
    logs = top + np.log(np.exp(np.asarray(logits, np.float64) - top[:, None]).sum(axis=1))
    return float((logs - logits[np.arange(len(labels)), labels]).mean())


def reliability(confidence: np.ndarray, correct: np.ndarray, bins: int = 15) -> list[dict]:
    """The filled ones of `bins` equal bins of confidence: {low, high, count, confidence, accuracy}, means of each."""
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    out = []
    for k in range(bins):
        inside = place == k
        if inside.any():
            means = {"confidence": float(confidence[inside].mean()), "accuracy": float(correct[inside].mean())}
            out.append({"low": k / bins, "high": (k + 1) / bins, "count": int(inside.sum()), **means})
    return out


def calibration_error(logits: np.ndarray, labels: np.ndarray, bins: int = 15) -> float:
    """ECE (Guo et al. 2017, eq. 3): |accuracy − confidence| averaged over the bins, weighed by their counts."""
    chances = softmax(logits)
    rows = reliability(chances.max(axis=1), chances.argmax(axis=1) == labels, bins)
    return sum(row["count"] * abs(row["accuracy"] - row["confidence"]) for row in rows) / len(labels)


def temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The T in 0.05–20 whose logits / T have the least cross-entropy (Guo et al. 2017, §4.2): fit it on validation."""
    from scipy.optimize import minimize_scalar

    limits = (math.log(0.05), math.log(20))
    found = minimize_scalar(lambda t: cross_entropy(logits / math.exp(t), labels), bounds=limits, method="bounded")
    return math.exp(found.x)


def confused(predicted: np.ndarray, labels: np.ndarray, count: int = 10) -> list[tuple[int, int, int]]:
    """The `count` most frequent errors: (actual, predicted, how often), most frequent first, then by class."""
    wrong = predicted != labels
    pairs, often = np.unique(np.stack([labels[wrong], predicted[wrong]], 1), axis=0, return_counts=True)
    return [(int(pairs[k, 0]), int(pairs[k, 1]), int(often[k])) for k in np.argsort(-often, kind="stable")[:count]]


def summary(logits: np.ndarray, labels: np.ndarray) -> dict:
    """Accuracy with its 95 % interval, cross-entropy, ECE, and the mean of the accuracies of the classes."""
    correct = logits.argmax(axis=1) == labels
    low, high = wilson(int(correct.sum()), len(labels))
    return {
        "accuracy": float(correct.mean()),
        "low": low,
        "high": high,
        "loss": cross_entropy(logits, labels),
        "ece": calibration_error(logits, labels),
        "mean_class_accuracy": float(np.mean([correct[labels == k].mean() for k in np.unique(labels)])),
    }
