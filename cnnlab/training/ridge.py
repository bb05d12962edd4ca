"""Ridge regression onto one-hot labels, in closed form: a linear classifier without a learning rate or epochs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cnnlab.errors import OptionError, TrainingError

SHARPNESS = 20.0  # logits for a score of 1: with it the temperature of such logits is near 1


@dataclass(frozen=True)
class Ridge:
    """A linear classifier. weights (d, classes), bias (classes,), float32."""

    weights: np.ndarray
    bias: np.ndarray

    def logits(self, features: np.ndarray) -> np.ndarray:
        """(n, d) to logits (n, classes), float32."""
        return np.asarray(features, np.float32) @ self.weights + self.bias


def ridges(
    features: np.ndarray,
    labels: np.ndarray,
    classes: int,
    penalties: Sequence[float],
    scales: np.ndarray | None = None,
) -> Iterator[Ridge]:
    """A linear classifier for each penalty, times SHARPNESS.

    W and b minimise |XW + b − Y|² + penalty · s · |W|². features X
    (n, d); labels (n,), 0 to classes − 1; Y: the labels as one-hot rows.
    s is the mean squared distance of the features from their mean, so
    that a penalty means the same whatever their number and scale. The
    bias is not penalised. Solved in the dual (Saunders et al. 1998),
    (n, n): more features than examples cost little. scales (d,): factors
    of the features, for the fit alone: the classifiers take features as
    they are.

    Raises: OptionError for penalties that are not above 0, labels outside
    the classes, or of another number than the features; TrainingError
    where the features are not finite or all alike.
    """
    features = np.asarray(features, np.float32)
    check(features, labels, classes, penalties)
    mean = features.mean(axis=0, dtype=np.float64)
    factors = np.ones(features.shape[1], np.float32)
    if scales is not None:
        factors = np.asarray(scales, np.float32)
    centred = (features - mean.astype(np.float32)) * factors
    gram = (centred @ centred.T).astype(np.float64)
    scale = float(np.trace(gram)) / len(gram)
    if not np.isfinite(scale) or scale <= 0:
        what = f"the mean squared distance from the mean is {scale}"
        raise TrainingError(what, allowed="a number above 0")
    targets = np.eye(classes)[labels]
    shares = targets.mean(axis=0)
    for penalty in penalties:
        penalised = gram + penalty * scale * np.eye(len(gram))
        dual = np.linalg.solve(penalised, targets - shares)
        weights = centred.T @ dual.astype(np.float32)
        weights = SHARPNESS * factors[:, None] * weights
        bias = (SHARPNESS * shares - mean @ weights).astype(np.float32)
        yield Ridge(weights, bias)


def check(features: np.ndarray, labels: np.ndarray, classes: int, penalties: Sequence[float]) -> None:
    """Raise OptionError for arguments that `ridges` cannot use."""
    if any(not penalty > 0 for penalty in penalties):
        raise OptionError(f"penalties={tuple(penalties)}", allowed="numbers above 0")
    if len(labels) != len(features) or not len(labels) or labels.min() < 0 or labels.max() >= classes:
        raise OptionError(
            f"{len(labels)} labels of {len(features)} features", allowed=f"as many as features, 0 to {classes - 1}"
        )
