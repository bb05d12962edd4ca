"""The listings under "Qué probar después" of l1-fundamentos run as they are printed."""

import re

import pytest

CHAPTER = "l1-fundamentos"
pytestmark = pytest.mark.torch


def test_the_layer_in_numpy_and_in_torch(listing, printed):
    (line,) = printed(listing(CHAPTER, "lst-fundamentos-capa"))
    shape, difference = re.fullmatch(r"output (\(.+\)), largest difference (\S+)", line).groups()
    assert shape == "(4, 4, 4)" and float(difference) < 1e-12


def test_a_learned_convolution_is_the_turned_kernel(listing, printed):
    label, *lines = printed(listing(CHAPTER, "lst-fundamentos-giro"))
    assert label == "learned kernel:"
    assert "".join(lines).replace(" ", "").replace("-0.", "0.") == "tensor([[8.,7.,6.],[5.,4.,3.],[2.,1.,0.]])"
