"""Ridge regression onto one-hot labels, in closed form: a linear classifier without a learning rate or epochs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np

from cnnlab.errors import OptionError, TrainingError, check_whole

SHARPNESS = 20.0  # logits for a score of 1: with it the temperature of such logits is near 1
LEAST = 1e-9  # of the penalties: the Gram matrix has the precision of float32


@dataclass(frozen=True)
class Ridge:
    """A linear classifier. weights (d, classes), bias (classes,), float32."""

    weights: np.ndarray
    bias: np.ndarray

    def logits(self, features: np.ndarray) -> np.ndarray:
        """(n, d) to logits (n, classes), float32. OptionError for another number of features, and what are no real
        numbers; TrainingError where they are not finite."""
        with np.errstate(over="ignore"):
            values = real("features", features).astype(np.float32, copy=False)
        if values.shape[-1:] != (len(self.weights),):
            raise OptionError(f"features of shape {values.shape}", allowed=f"(n, {len(self.weights)})")
        if not np.isfinite(values).all():
            raise TrainingError("features that are not finite, in float32", allowed="finite numbers")
        return values @ self.weights + self.bias


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
    features = checked(features, labels, classes, penalties, scales)
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
    targets = np.eye(classes)[np.asarray(labels)]
    shares = targets.mean(axis=0)
    for penalty in penalties:
        penalised = gram + penalty * scale * np.eye(len(gram))
        dual = np.linalg.solve(penalised, targets - shares)
        weights = centred.T @ dual.astype(np.float32)
        weights = SHARPNESS * factors[:, None] * weights
        bias = (SHARPNESS * shares - mean @ weights).astype(np.float32)
        yield Ridge(weights, bias)


def checked(features: object, labels: object, classes: int, penalties: object, scales: object) -> np.ndarray:
    """The features, float32, (n, d). OptionError for arguments that `ridges` cannot use."""
    check_penalties(penalties)
    check_whole(1, classes=classes)
    values, given = real("features", features, 2), real("labels", labels, 1)
    whole = given.dtype.kind in "iu"
    if not whole or len(given) != len(values) or not len(given) or given.min() < 0 or given.max() >= classes:
        raise OptionError(
            f"{len(given)} labels of {len(values)} features, {given.dtype}",
            allowed=f"as many whole numbers as features, 0 to {classes - 1}",
        )
    if scales is not None and len(real("scales", scales, 1)) != values.shape[1]:
        count = len(real("scales", scales, 1))
        raise OptionError(f"{count} scales of {values.shape[1]} features", allowed="one of each, or None")
    return values.astype(np.float32, copy=False)


def check_penalties(penalties: object) -> None:
    """Raise OptionError for anything but numbers that float32 tells apart from 0 and from infinity."""
    if not isinstance(penalties, (Sequence, np.ndarray)) or isinstance(penalties, str):
        raise OptionError(f"penalties={penalties!r}", allowed="a list of numbers above 0")
    for penalty in penalties:
        if not isinstance(penalty, Real) or not LEAST <= float(penalty) <= 1 / LEAST:
            raise OptionError(
                f"penalties={tuple(penalties)}",
                allowed=f"numbers above 0: {LEAST:g} to {1 / LEAST:g}, beyond which rounding errors decide",
            )


def real(name: str, values: object, dimensions: int | None = None) -> np.ndarray:
    """Values as an array of real numbers of that many dimensions, None: of any; OptionError, which names them, for
    others."""
    try:
        found = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:  # lists of several lengths; tensors of autograd
        raise OptionError(f"{name} of type {type(values).__name__}: {error}", allowed="an array") from None
    if found.dtype.kind not in "biuf" or dimensions not in (None, found.ndim):
        shape = {None: "(…, d)", 1: "(n,)", 2: "(n, d)"}[dimensions]
        raise OptionError(f"{name}: {found.dtype} {found.shape}", allowed=f"real numbers {shape}")
    return found
