"""The listings under "Qué probar después" of l2-fashion run as they are printed, with less to compute."""

import pytest

CHAPTER = "l2-fashion"


@pytest.mark.torch
@pytest.mark.data("fashion_mnist")
def test_a_fixed_order_of_the_pixels(listing, printed):
    rows = printed(listing(CHAPTER, "lst-fashion-orden", ("10_000", "256")))
    assert [row.split()[0] for row in rows] == ["perceptron"] * 2 + ["convolutional"] * 2
    assert all(0 <= float(row.split()[-1]) <= 1 for row in rows)


def test_the_vote_of_three_seeds(listing, printed):
    rows = [row.split() for row in printed(listing(CHAPTER, "lst-fashion-voto"))]
    assert [name for name, _ in rows] == ["fashion_mlp", "fashion_cnn", "fashion_better"]
    assert all(0.8 < float(accuracy) < 1 for _, accuracy in rows)
