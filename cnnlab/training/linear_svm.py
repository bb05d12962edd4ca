"""A linear support vector machine for two classes, fitted by scikit-learn, its cost chosen by cross-validation.

Chapter: l5-transferencia.
"""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from cnnlab.errors import OptionError
from cnnlab.training.ridge import real

COSTS = (0.1, 1.0, 10.0, 100.0)
SHORTEST = 1e-140  # of rows that are not 0: the squares of shorter ones lose digits
STEPS = 10**7  # of a fit: on rows of length 1 some thousands are enough, on long ones it may never end


@dataclass(frozen=True)
class LinearSvm:
    """A classifier of features (n, d) into the classes 0 and 1. weights (d,); cost: of an error, C."""

    weights: np.ndarray
    bias: float
    cost: float

    def scores(self, features: np.ndarray) -> np.ndarray:
        """(n,), float64: above 0 for class 1. OptionError for another number of features, or not finite ones."""
        values = rows_of(features)
        if values.shape[1] != len(self.weights):
            raise OptionError(f"features of shape {values.shape}", allowed=f"(n, {len(self.weights)})")
        return values @ self.weights + self.bias

    def predicted(self, features: np.ndarray) -> np.ndarray:
        """(n,), the class of each row, 0 or 1."""
        return (self.scores(features) > 0).astype(np.int64)


def unit_rows(features: np.ndarray) -> np.ndarray:
    """The rows (n, d) divided by their lengths, float64: each alone, so that nothing of another enters.

    A row of zeros stays one. Raises: OptionError for what are no finite numbers, or whose squares are not, or are 0.
    """
    values = rows_of(features)
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(values, axis=1, keepdims=True)
    wrong = np.flatnonzero(~np.isfinite(lengths[:, 0]) | ((lengths[:, 0] < SHORTEST) & values.any(axis=1)))
    if len(wrong):
        what = f"features up to {np.abs(values[wrong[0]]).max():g} in row {wrong[0]}, whose squares are not finite or 0"
        raise OptionError(what, allowed="numbers nearer to 1", remedy="divide or multiply the row by a number")
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
    that are not finite or above 0, folds that are not 2 to the number of
    rows of the rarer class, and rows too long for the fit to end.
    """
    from sklearn.model_selection import GridSearchCV
    from sklearn.svm import SVC

    values, classes = checked(features, labels, costs, folds)
    gram = values @ values.T
    cost = float(costs[0])
    machine = SVC(kernel="precomputed", C=cost, max_iter=STEPS)
    if len(costs) > 1:
        tried = {"C": sorted(map(float, costs))}
        search = GridSearchCV(
            machine,
            tried,
            cv=folds,
            error_score="raise",
        )
        cost = float(fit(search, gram, classes).best_params_["C"])
    fitted = fit(machine.set_params(C=cost), gram, classes)
    weights = fitted.dual_coef_[0] @ values[fitted.support_]
    return LinearSvm(weights, float(fitted.intercept_[0]), cost)


def checked(
    features: np.ndarray, labels: np.ndarray, costs: Sequence[float], folds: int
) -> tuple[np.ndarray, np.ndarray]:
    """The rows as float64, the labels as integers. Raises: OptionError as `linear_svm` says."""
    values, classes = rows_of(features), real("labels", labels, 1)
    if classes.shape != values.shape[:1] or classes.dtype.kind not in "iu" or set(np.unique(classes)) != {0, 1}:
        what = f"labels of {classes.dtype} and shape {classes.shape}, among them {np.unique(classes)[:5].tolist()}"
        raise OptionError(what, allowed="0 and 1, both, one for each row")
    listed = costs.tolist() if isinstance(costs, np.ndarray) else costs
    if not isinstance(listed, Sequence) or not listed or not all(map(possible, listed)):
        raise OptionError(f"costs={costs!r}", allowed="a list of one or more finite numbers above 0")
    least = int(np.bincount(classes).min())
    if len(costs) > 1 and (not isinstance(folds, Integral) or not 2 <= folds <= least):
        what = f"folds={folds!r} of {least} rows of the rarer class"
        raise OptionError(what, allowed="2 or more, and no more than those rows")
    return values, classes.astype(np.int64)


def possible(cost: object) -> bool:
    """Whether a cost is a finite number above 0, as a float too."""
    floats = sys.float_info
    return isinstance(cost, Real) and not isinstance(cost, bool) and floats.min <= cost <= floats.max  # type: ignore[operator]


def rows_of(features: object) -> np.ndarray:
    """Features (n, d), float64. Raises: OptionError for others, and for what is not finite."""
    values = real("features", features, 2).astype(np.float64)
    if not np.isfinite(values).all():
        raise OptionError(f"features {values.shape}, some not finite", allowed="finite real numbers (n, d)")
    return values


def fit(machine: Any, gram: np.ndarray, classes: np.ndarray) -> Any:
    """The machine, fitted on the products of the rows. Raises: OptionError where it cannot be, or not in STEPS."""
    from sklearn.exceptions import ConvergenceWarning

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ConvergenceWarning)
            return machine.fit(gram, classes)
    except (ValueError, ConvergenceWarning) as error:
        raise OptionError(
            f"features of lengths up to {math.sqrt(gram.diagonal().max()):g}: {str(error).splitlines()[0]}",
            allowed="rows and costs with which the fit ends",
            remedy="unit_rows(features), or smaller costs",
        ) from error
