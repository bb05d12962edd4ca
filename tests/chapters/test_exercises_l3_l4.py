"""The listings under "Qué probar después" of l3-mnist and l4-cifar run as they are printed, on the kept results."""

import re
from itertools import pairwise

import pytest


def kept(name):
    from cnnlab.results import load

    return load(name)


def test_digits_that_no_seed_gets_right(listing, printed):
    first, second = printed(listing("l3-mnist", "lst-mnist-todas"))
    each = [int(count) for count in re.fullmatch(r"wrong in each network: \[(.+)\]", first)[1].split()]
    together = int(re.fullmatch(r"wrong in all of them: (\d+)", second)[1])
    result = kept("mnist_simple_cnn")
    assert each == [round((1 - run.test.accuracy) * result.tested) for run in result.runs]
    assert 0 < together <= min(each)


def test_the_vote_of_the_seeds(listing, printed):
    (line,) = printed(listing("l3-mnist", "lst-mnist-voto"))
    wrong = int(re.fullmatch(r"wrong by the vote: (\d+)", line)[1])
    result = kept("mnist_simple_cnn")
    assert 0 < wrong <= max(round((1 - run.test.accuracy) * result.tested) for run in result.runs)


def test_errors_within_a_group(listing, printed):
    pattern = r"(\w+): error (\S+)%, (\S+)% of it in a group"
    rows = [re.fullmatch(pattern, line).groups() for line in printed(listing("l4-cifar", "lst-cifar-grupos"))]
    assert [row[0] for row in rows] == ["cifar_alexnet", "cifar_residual"]
    for name, error, within in rows:
        assert float(error) == pytest.approx(100 * (1 - kept(name).last("test").mean()), abs=0.0051)
        assert 40 < float(within) < 100


def test_accuracy_rises_with_the_threshold(listing, printed):
    pattern = r"threshold=(\S+) answers=(\S+)% accuracy=(\S+)%"
    told = [re.fullmatch(pattern, line).groups() for line in printed(listing("l4-cifar", "lst-cifar-umbral"))]
    rows = [[float(number) for number in row] for row in told]
    assert [row[0] for row in rows] == [0, 0.5, 0.8, 0.95] and rows[0][1] == 100
    assert all(a[1] > b[1] and a[2] < b[2] for a, b in pairwise(rows))
