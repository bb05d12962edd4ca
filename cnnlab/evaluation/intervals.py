"""Intervals of a statistic of items by the bootstrap, bias-corrected and accelerated (BCa; Efron 1987)."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from statistics import NormalDist

import numpy as np

from cnnlab.errors import OptionError, check_whole

NORMAL = NormalDist()
CHUNK = 4_000_000  # draws at a time: 32 MB

Statistic = Callable[[np.ndarray], float]


def bca(
    values: np.ndarray,
    statistic: Statistic | None = None,
    *,
    level: float = 0.95,
    samples: int = 10_000,
    seed: int = 0,
) -> tuple[float, float]:
    """The BCa interval (low, high) of a statistic of independent items (Efron 1987, §§ 2, 6).

    values (n, …): what each item contributes, n of 2 or more. statistic: of such an array, whatever its n; None: the
    mean over the items, which for booleans of correct answers is the accuracy. A statistic that is no mean, such as an
    average precision, takes the rows of the items, and is computed anew for each sample and for each left-out item.
    level: of the interval, between 0 and 1.

    The bias z0 is that of the samples below the estimate, ties counted half; the acceleration is the skewness of the
    jackknife divided by 6. Where all samples are alike both ends are the estimate.

    Raises: OptionError for fewer than 2 items or 100 samples, a level outside 0–1, values of a mean that are not (n,),
    real numbers whose sum is finite, and a statistic that does not give one finite number.
    """
    check_bootstrap(samples, seed)
    if not isinstance(level, Real) or not 0 < level < 1:
        raise OptionError(f"level={level!r}", allowed="a number between 0 and 1")
    try:
        values = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:  # lists of several lengths; tensors of autograd
        raise OptionError(f"values of type {type(values).__name__}: {error}", allowed="an array (n, …)") from None
    if values.ndim == 0 or len(values) < 2:
        raise OptionError(f"values of shape {values.shape}", allowed="2 items or more")
    if statistic is None:
        if values.ndim > 1:
            raise OptionError(f"values of shape {values.shape} without a statistic", allowed="one value an item, (n,)")
        if values.dtype.kind not in "biuf" or not np.isfinite(values).all():
            raise OptionError(f"values of {values.dtype}, some no finite numbers", allowed="finite real numbers")
        values = values.astype(np.float64)
        if not math.isfinite(float(np.abs(values).max()) * len(values)):
            raise OptionError("values whose sum is infinite", allowed="numbers whose mean can be computed")
    else:
        statistic = checked_statistic(statistic)
    estimate = float(values.mean() if statistic is None else statistic(values))
    drawn, left_out = resampled(values, statistic, samples, seed), jackknife(values, statistic)
    return interval(estimate, drawn, left_out, level)


def check_bootstrap(samples: object, seed: object) -> None:
    """Raise OptionError for a number of samples below 100, or a seed that is no whole number from 0."""
    check_whole(100, samples=samples)
    check_whole(0, seed=seed)


def checked_statistic(statistic: Statistic) -> Statistic:
    """The statistic, which raises OptionError where it gives anything but one finite number."""
    if not callable(statistic):
        raise OptionError(f"statistic={statistic!r}", allowed="a function of the values, or None for their mean")

    def finite(values: np.ndarray) -> float:
        found = statistic(values)
        try:
            number = float(found)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            what = f"the statistic of values of shape {values.shape} is {found!r:.80}"
            raise OptionError(what, allowed="one finite number", remedy="say what it is where it is not defined")
        return number

    return finite


def resampled(values: np.ndarray, statistic: Statistic | None, samples: int, seed: int) -> np.ndarray:
    """(samples,): the statistic of samples of the items, drawn with replacement, as many as there are."""
    rng, count = np.random.default_rng(seed), len(values)
    if statistic is not None:
        return np.array([statistic(values[rng.integers(0, count, count)]) for _ in range(samples)], np.float64)
    rows = max(1, CHUNK // count)
    sizes = [min(rows, samples - start) for start in range(0, samples, rows)]
    return np.concatenate([values[rng.integers(0, count, (size, count))].mean(axis=1) for size in sizes])


def jackknife(values: np.ndarray, statistic: Statistic | None) -> np.ndarray:
    """(n,): the statistic without each item in turn."""
    if statistic is None:
        return (values.sum() - values) / (len(values) - 1)
    return np.array([statistic(np.delete(values, place, axis=0)) for place in range(len(values))], np.float64)


def interval(estimate: float, drawn: np.ndarray, left_out: np.ndarray, level: float) -> tuple[float, float]:
    """The BCa interval from the estimate, its bootstrap samples (b,) and its jackknife values (n,)."""
    if drawn.min() == drawn.max():
        return estimate, estimate
    share = float((drawn < estimate).mean() + (drawn == estimate).mean() / 2)
    half = 0.5 / len(drawn)
    bias = NORMAL.inv_cdf(min(1 - half, max(half, share)))
    apart = left_out.mean() - left_out
    spread = float((apart**2).sum())
    acceleration = float((apart**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0
    places = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = bias + NORMAL.inv_cdf(tail)
        denominator = 1 - acceleration * z
        places.append(NORMAL.cdf(bias + z / denominator) if denominator > 0 else float(z > 0))
    low, high = np.quantile(drawn, places)
    return (float(low), float(high)) if math.isfinite(low + high) else (estimate, estimate)
