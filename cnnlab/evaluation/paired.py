"""Two classifiers compared on the same images: McNemar's test, a bootstrap of the difference of their accuracies."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cnnlab.errors import OptionError
from cnnlab.evaluation.intervals import check_bootstrap


@dataclass(frozen=True)
class McNemar:
    """first_only, second_only: images that only the first, only the second classifier got right.

    exact: two-sided p of the binomial test of the two counts (with probability ½ each). chi2, p: McNemar's statistic
    with Edwards's correction of continuity, and its p from χ² with one degree of freedom; 0 and 1 where both counts
    are 0.
    """

    first_only: int
    second_only: int
    exact: float
    chi2: float
    p: float


@dataclass(frozen=True)
class Difference:
    """value: accuracy of the first less that of the second, −1 to 1. low–high: its 95 % interval by a bootstrap."""

    value: float
    low: float
    high: float


def mcnemar(first: np.ndarray, second: np.ndarray) -> McNemar:
    """McNemar's test (McNemar 1947; correction: Edwards 1948) of whether two classifiers have the same accuracy.

    first, second (n,): whether each image was classified correctly, booleans, the same images in the same order.

    Raises: OptionError for arrays that are not two of booleans, of one shape (n,), and for no images.
    """
    first, second = checked(first, second)
    one, other = int((first & ~second).sum()), int((second & ~first).sum())
    total = one + other
    chi2 = max(0, abs(one - other) - 1) ** 2 / total if total else 0.0
    return McNemar(one, other, binomial_p(min(one, other), total), chi2, math.erfc(math.sqrt(chi2 / 2)))


def binomial_p(fewer: int, total: int) -> float:
    """The two-sided p of at most `fewer` of `total` throws of a fair coin: twice the tail, at most 1."""
    tail = sum(math.comb(total, k) for k in range(fewer + 1))
    return min(1.0, 2 * tail / 2**total)  # integers, divided once: no underflow


def difference(first: np.ndarray, second: np.ndarray, *, samples: int = 10_000, seed: int = 0) -> Difference:
    """The difference of two accuracies with its 95 % interval: percentiles of paired bootstrap samples of the images.

    first, second: as in `mcnemar`. An image is drawn with both of its answers (Efron and Tibshirani 1993, §13). Only
    the counts of images that one classifier alone got right matter: they are drawn from their multinomial distribution.

    Raises: OptionError as `mcnemar`, and for samples < 100 or a seed that is none.
    """
    first, second = checked(first, second)
    check_bootstrap(samples, seed)
    count = len(first)
    one, other = (first & ~second).sum() / count, (second & ~first).sum() / count
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(count, (one, other, max(0.0, 1 - one - other)), size=samples)
    low, high = np.quantile((drawn[:, 0] - drawn[:, 1]) / count, (0.025, 0.975))
    return Difference(float(one - other), float(low), float(high))


def checked(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays of booleans of one shape (n,), n of 1 or more; OptionError for others."""
    try:
        first, second = np.asarray(first), np.asarray(second)
    except (TypeError, ValueError, RuntimeError) as error:  # lists of several lengths; tensors of other devices
        raise OptionError(f"answers: {error}", allowed="two arrays of booleans of the same shape (n,)") from None
    if first.dtype != bool or second.dtype != bool or first.ndim != 1 or first.shape != second.shape:
        what = f"first is {first.dtype} {first.shape}, second {second.dtype} {second.shape}"
        raise OptionError(what, allowed="two arrays of booleans of the same shape (n,)")
    if not len(first):
        raise OptionError("0 images", allowed="1 image or more")
    return first, second
