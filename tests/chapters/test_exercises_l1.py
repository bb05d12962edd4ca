"""The listings under "Qué probar después" of l1-fundamentos run as they are printed."""

import pytest

CHAPTER = "l1-fundamentos"
pytestmark = pytest.mark.torch


def test_the_layer_in_numpy_and_in_torch(listing, printed):
    (line,) = printed(listing(CHAPTER, "lst-fundamentos-capa"))
    assert line.startswith("(4, 4, 4) ") and float(line.split(") ")[1]) < 1e-12


def test_a_learned_convolution_is_the_turned_kernel(listing, printed):
    lines = printed(listing(CHAPTER, "lst-fundamentos-giro"))
    assert "".join(lines).replace(" ", "").replace("-0.", "0.") == "tensor([[8.,7.,6.],[5.,4.,3.],[2.,1.,0.]])"
