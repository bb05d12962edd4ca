"""The listings under "Qué probar después" of l3-mnist run as they are printed, on the kept results."""

import re


def kept(name):
    from cnnlab.results import load

    return load(name)


def test_digits_that_no_seed_gets_right(listing, printed):
    (line,) = printed(listing("l3-mnist", "lst-mnist-todas"))
    *each, together = (int(number) for number in re.findall(r"\d+", line))
    result = kept("mnist_simple_cnn")
    assert each == [round((1 - run.test.accuracy) * result.tested) for run in result.runs]
    assert 0 < together <= min(each)


def test_the_vote_of_the_seeds(listing, printed):
    (line,) = printed(listing("l3-mnist", "lst-mnist-voto"))
    result = kept("mnist_simple_cnn")
    assert 0 < int(line) <= max(round((1 - run.test.accuracy) * result.tested) for run in result.runs)
