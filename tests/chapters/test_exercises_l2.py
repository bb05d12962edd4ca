"""The listings under "Qué probar después" of l2-fashion run as they are printed, with less to compute."""

import re

import pytest

CHAPTER = "l2-fashion"


@pytest.mark.torch
@pytest.mark.data("fashion_mnist")
def test_a_fixed_order_of_the_pixels(listing, printed):
    pattern = r"(\w+), pixels (as they are|mixed): training accuracy (\S+)%"
    lines = printed(listing(CHAPTER, "lst-fashion-orden", ("10_000", "256")))
    rows = [re.fullmatch(pattern, line).groups() for line in lines]
    assert [row[0] for row in rows] == ["perceptron"] * 2 + ["convolutional"] * 2
    assert [row[1] for row in rows] == ["as they are", "mixed"] * 2
    assert all(0 <= float(accuracy) <= 100 for *_, accuracy in rows)


def test_the_vote_of_three_seeds(listing, printed):
    lines = printed(listing(CHAPTER, "lst-fashion-voto"))
    rows = [re.fullmatch(r"(\w+): accuracy of the vote (\S+)%", line).groups() for line in lines]
    assert [name for name, _ in rows] == ["fashion_mlp", "fashion_cnn", "fashion_better"]
    assert all(80 < float(accuracy) < 100 for _, accuracy in rows)
