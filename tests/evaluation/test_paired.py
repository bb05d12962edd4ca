"""Two classifiers compared on the same images, against values worked out by hand and scipy's."""

import numpy as np
import pytest
from scipy import stats

from cnnlab.errors import OptionError
from cnnlab.evaluation import difference, mcnemar
from cnnlab.evaluation.paired import binomial_p


def answers(both, first, second, neither):
    """Correct answers of two classifiers with these counts."""
    pairs = [(True, True)] * both + [(True, False)] * first + [(False, True)] * second + [(False, False)] * neither
    return np.array(pairs).reshape(-1, 2).T


def test_mcnemar_by_hand():
    # of 10 discordant images the first has 9: 2 (1 + 10) / 1024; (|9 - 1| - 1)² / 10
    found = mcnemar(*answers(20, 9, 1, 5))
    assert (found.first_only, found.second_only) == (9, 1)
    assert found.exact == pytest.approx(22 / 1024) and found.chi2 == pytest.approx(4.9)
    assert found.p == pytest.approx(stats.chi2.sf(4.9, 1))


@pytest.mark.parametrize(("one", "other"), [(207, 174), (296, 211), (0, 1200), (5000, 5100)])
def test_the_exact_p_is_that_of_the_binomial_test(one, other):
    found = mcnemar(*answers(30, one, other, 0))
    assert found.exact == pytest.approx(stats.binomtest(one, one + other).pvalue, rel=1e-9, abs=1e-300)


def test_equal_classifiers_do_not_differ():
    found = mcnemar(*answers(7, 0, 0, 3))
    assert (found.exact, found.chi2, found.p) == (1.0, 0.0, 1.0)
    assert mcnemar(*answers(7, 4, 4, 3)).chi2 == 0.0 and binomial_p(4, 8) == 1.0


def test_the_difference_and_its_interval():
    # standard error of a paired difference: sqrt(b + c - (b - c)² / n) / n
    first, second = answers(5000, 296, 211, 642)
    found = difference(first, second, samples=20_000)
    count = len(first)
    error = np.sqrt(296 + 211 - 85**2 / count) / count
    assert found.value == pytest.approx(85 / count)
    assert (found.low, found.high) == pytest.approx((found.value - 1.96 * error, found.value + 1.96 * error), abs=3e-4)
    mirrored = difference(second, first, samples=20_000)
    assert mirrored.value == -found.value and mirrored.high == pytest.approx(-found.low, abs=3e-4)


def test_the_pairing_narrows_the_interval():
    first, second = answers(880, 30, 10, 80)
    apart = difference(first, np.roll(second, 100))
    paired = difference(first, second)
    assert apart.high - apart.low > 1.5 * (paired.high - paired.low)


@pytest.mark.parametrize("second", [np.ones(3), np.ones(4, bool), np.ones((3, 1), bool)])
def test_other_arrays_are_refused(second):
    with pytest.raises(OptionError, match="booleans"):
        mcnemar(np.ones(3, bool), second)


def test_no_images_and_few_samples_are_refused():
    with pytest.raises(OptionError, match="0 images"):
        difference(np.ones(0, bool), np.ones(0, bool))
    with pytest.raises(OptionError, match="samples=10"):
        difference(np.ones(3, bool), np.ones(3, bool), samples=10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"samples": 100.5}, r"samples=100\.5\n  allowed: a whole number from 100"),
        ({"samples": None}, "samples=None"),
        ({"seed": -1}, r"seed=-1\n  allowed: a whole number from 0"),
        ({"seed": None}, "seed=None"),  # of which the interval would be another each time
    ],
)
def test_samples_and_seeds_are_whole_numbers(options, message):
    with pytest.raises(OptionError, match=message):
        difference(np.ones(3, bool), np.ones(3, bool), **options)


def test_lists_of_several_lengths_are_refused():
    with pytest.raises(OptionError, match="answers: (.|\n)*two arrays of booleans"):
        mcnemar([[True], [True, False]], np.ones(2, bool))


def test_no_images_say_nothing():
    for compare in (mcnemar, difference):
        with pytest.raises(OptionError, match="0 images"):
            compare(np.zeros(0, bool), np.zeros(0, bool))


def test_one_image_and_no_disagreement():
    one, none = np.ones(1, bool), np.zeros(1, bool)
    assert (mcnemar(one, none).exact, mcnemar(one, none).chi2, mcnemar(one, none).p) == (1.0, 0.0, 1.0)
    assert difference(one, none) == type(difference(one, none))(1.0, 1.0, 1.0)
    assert difference(one, one) == type(difference(one, one))(0.0, 0.0, 0.0)
