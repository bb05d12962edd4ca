"""A linear support vector machine for two classes, fitted by scikit-learn, its cost chosen by cross-validation.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from cnnlab.errors import OptionError

COSTS = (0.1, 1.0, 10.0, 100.0)


@dataclass(frozen=True)
class LinearSvm:
    """A classifier of features (n, d) into the classes 0 and 1. weights (d,); cost: of an error, C."""

    weights: np.ndarray
    bias: float
    cost: float

    def scores(self, features: np.ndarray) -> np.ndarray:
        """(n,), float64: above 0 for class 1. OptionError for another number of features."""
        values = np.asarray(features)
        if values.ndim != 2 or values.shape[1] != len(self.weights):
            raise OptionError(f"features of shape {values.shape}", allowed=f"(n, {len(self.weights)})")
        return values.astype(np.float64) @ self.weights + self.bias

    def predicted(self, features: np.ndarray) -> np.ndarray:
        """(n,), the class of each row, 0 or 1."""
        return (self.scores(features) > 0).astype(np.int64)


def unit_rows(features: np.ndarray) -> np.ndarray:
    """The rows (n, d) divided by their lengths, float64: each alone, so that nothing of another enters.

    A row of zeros stays one.
    """
    values = np.asarray(features, np.float64)
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    return values / np.where(lengths > 0, lengths, 1)


def linear_svm(
    features: np.ndarray,
    labels: np.ndarray,
    costs: Sequence[float] = COSTS,
    *,
    folds: int = 5,
) -> LinearSvm:
    """The support vector machine (Cortes and Vapnik 1995) of features
    (n, d) and labels (n,), 0 or 1.

    The cost is the one of highest accuracy in cross-validation within
    these rows, the smallest of equals; with one cost there is none. Folds
    have the classes' shares, in the rows' order. Fitted on the products
    of the rows, (n, n).

    Raises: OptionError for other labels, rows that are not finite, costs
    that are not above 0, folds that are not 2 to the number of rows of
    the rarer class.
    """
    from sklearn.model_selection import GridSearchCV
    from sklearn.svm import SVC

    values, classes = checked(features, labels, costs, folds)
    gram = values @ values.T
    cost = float(costs[0])
    if len(costs) > 1:
        tried = {"C": sorted(map(float, costs))}
        search = GridSearchCV(SVC(kernel="precomputed"), tried, cv=folds)
        cost = float(search.fit(gram, classes).best_params_["C"])
    fitted = SVC(kernel="precomputed", C=cost).fit(gram, classes)
    weights = fitted.dual_coef_[0] @ values[fitted.support_]
    return LinearSvm(weights, float(fitted.intercept_[0]), cost)


def checked(
    features: np.ndarray, labels: np.ndarray, costs: Sequence[float], folds: int
) -> tuple[np.ndarray, np.ndarray]:
    """The rows as float64, the labels as integers. Raises: OptionError as `linear_svm` says."""
    values, classes = np.asarray(features), np.asarray(labels)
    if values.ndim != 2 or values.dtype.kind not in "iuf" or not np.isfinite(values).all():
        raise OptionError(f"features of {values.dtype} and shape {values.shape}", allowed="finite real numbers (n, d)")
    if classes.shape != values.shape[:1] or classes.dtype.kind not in "iu" or set(np.unique(classes)) != {0, 1}:
        raise OptionError(f"labels of {classes.dtype} and shape {classes.shape}", allowed="0 and 1, one for each row")
    if not len(costs) or not all(isinstance(cost, Real) and cost > 0 for cost in costs):
        raise OptionError(f"costs={tuple(costs)}", allowed="one or more numbers above 0")
    least = int(np.bincount(classes).min())
    if len(costs) > 1 and (not isinstance(folds, Integral) or not 2 <= folds <= least):
        what = f"folds={folds!r} of {least} rows of the rarer class"
        raise OptionError(what, allowed="2 or more, and no more than those rows")
    return values.astype(np.float64), classes.astype(np.int64)
