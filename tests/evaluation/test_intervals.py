"""BCa intervals against their formula worked out by hand and scipy's."""

import numpy as np
import pytest
from scipy import stats

from cnnlab.errors import OptionError
from cnnlab.evaluation import bca, classification
from cnnlab.evaluation.intervals import interval, jackknife


def of_scipy(values, statistic, **options):
    found = stats.bootstrap((values,), statistic, method="BCa", n_resamples=20_000, rng=1, **options)
    return found.confidence_interval


def test_without_bias_and_skewness_it_is_that_of_percentiles():
    drawn = np.arange(1, 1000) / 1000
    symmetric = np.array([-1.0, 0.0, 1.0])
    assert interval(0.5, drawn, symmetric, 0.9) == pytest.approx(tuple(np.quantile(drawn, (0.05, 0.95))))


def test_bias_and_acceleration_by_hand():
    # share below: 0.6915, so z0 = 0.5; deviations of the jackknife 2, -1, -1: a = 6 / (6 · 6^1.5) = 0.06804
    drawn = (np.arange(100_000) + 0.5) / 100_000
    low, high = interval(stats.norm.cdf(0.5), drawn, np.array([-2.0, 1.0, 1.0]), 0.95)
    a = 6 / (6 * 6**1.5)
    expected = [stats.norm.cdf(0.5 + (0.5 + z) / (1 - a * (0.5 + z))) for z in (-1.959964, 1.959964)]
    assert (low, high) == pytest.approx(tuple(expected), abs=1e-4)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_interval_of_a_skewed_mean_is_scipys(seed):
    values = np.random.default_rng(seed).exponential(size=60)
    theirs = of_scipy(values, np.mean)
    assert bca(values, samples=20_000) == pytest.approx((theirs.low, theirs.high), abs=0.02)


def test_the_interval_of_an_accuracy_is_near_wilsons():
    correct = np.arange(1020) % 1020 < 951
    low, high = bca(correct)
    assert (low, high) == pytest.approx(classification.wilson(951, 1020), abs=0.002)
    assert 951 / 1020 - low > high - 951 / 1020  # it is skewed as an accuracy near 1 is


def test_a_statistic_of_several_values_an_item():
    rng = np.random.default_rng(3)
    pairs = rng.multivariate_normal((0, 0), ((1, 0.8), (0.8, 1)), size=40)

    def correlation(rows):
        return float(np.corrcoef(rows.T)[0, 1])

    def vectorised(x, y, axis=-1):
        return stats.pearsonr(x, y, axis=axis).statistic

    theirs = stats.bootstrap(
        tuple(pairs.T), vectorised, paired=True, method="BCa", n_resamples=4000, rng=0
    ).confidence_interval
    assert bca(pairs, correlation, samples=4000) == pytest.approx((theirs.low, theirs.high), abs=0.02)


def test_the_jackknife_of_a_mean_is_that_of_the_statistic():
    values = np.array([1.0, 2.0, 6.0])
    assert jackknife(values, None).tolist() == [4, 3.5, 1.5] == jackknife(values, np.mean).tolist()


def test_a_sum_that_is_infinite_is_refused():
    with pytest.raises(OptionError, match="values whose sum is infinite"):
        bca(np.array([1e308, 1e308, 0.0]), samples=100)


def test_items_that_are_all_alike_leave_no_width():
    assert bca(np.ones(5, bool)) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("values", "options"),
    [(np.ones(1), {}), (np.ones(5), {"level": 1.0}), (np.ones(5), {"samples": 9}), (np.ones((5, 2)), {})],
)
def test_wrong_arguments_are_refused(values, options):
    with pytest.raises(OptionError):
        bca(values, **options)


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1.0, np.nan, 2.0], {}, r"values of float64, some no finite numbers\n  allowed: finite real numbers"),
        ([1.0, np.inf], {}, "values of float64"),
        ([1j, 2.0], {}, "values of complex128"),
        (["a", "b"], {}, "values of <U1"),
        ([None, 1], {}, "values of object"),
        ([[1], [1, 2]], {}, "values of type list: "),
        ([1.0, 2.0], {"level": None}, r"level=None\n  allowed: a number between 0 and 1"),
        ([1.0, 2.0], {"samples": 200.5}, r"samples=200\.5\n  allowed: a whole number from 100"),
        ([1.0, 2.0], {"seed": -1}, r"seed=-1\n  allowed: a whole number from 0"),
        ([1.0, 2.0], {"statistic": 3}, r"statistic=3\n  allowed: a function"),
        ([1.0, 2.0], {"statistic": lambda rows: rows}, r"the statistic of values of shape \(2,\) is array"),
        ([1.0, 2.0], {"statistic": lambda rows: None}, "is None\n  allowed: one finite number"),
        ([1.0, 2.0], {"statistic": lambda rows: np.nan if rows[0] == 2 else 1.0}, "is nan\n"),
    ],
)
def test_what_is_no_number_is_refused(values, options, message):
    with pytest.raises(OptionError, match=message):
        bca(values, **options)
