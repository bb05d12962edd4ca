"""The listings of a01-kernel-1x1 run as they are printed, with less to compute."""

import re

import pytest

CHAPTER = "a01-kernel-1x1"
LAYER = """
import keras
import numpy as np

picture = np.random.default_rng(0).standard_normal((1, 56, 56, 256), "float32")
layer = keras.layers.Conv2D(64, 1)
"""


@pytest.mark.keras
def test_the_layer_is_the_product_and_a_dense_layer(listing, printed):
    code = LAYER + listing(CHAPTER, "lst-pixel") + "print(difference)\n" + listing(CHAPTER, "lst-densa")
    product, dense = printed(code)
    assert 0 < float(product) < 1e-5 and float(re.fullmatch(r"largest difference (\S+)", dense)[1]) < 1e-4


@pytest.mark.keras
def test_times_with_another_batch(listing, printed):
    rows = printed(listing(CHAPTER, "lst-tiempo", ('"side": 56', '"side": 7'), ('"rounds": 11', '"rounds": 3')))
    assert [re.match(r"batch (\d+):", row)[1] for row in rows[::3]] == ["1", "16"]
    for blocks in ("256", "64"):
        found = [row for row in rows if row.startswith(f"  two 3×3 of {blocks}:")]
        assert len(found) == 2
        for row in found:
            ratios = [float(number) for number in re.findall(r"\d+\.\d+", row)]
            assert len(ratios) == 3 and ratios == sorted(ratios)
