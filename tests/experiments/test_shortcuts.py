"""Gradient norms of small networks. Chapter: a02-bloques-residuales."""

import numpy as np
import pytest


@pytest.mark.keras
def test_norms_of_every_convolution_are_kept_and_read_back(smoke):
    result, kept = smoke("shortcuts")
    assert [(row.depth, row.shortcuts) for row in result.depths] == [(18, True), (18, False)]
    for name in ("with_18", "without_18", "unnormalised_with_18"):
        assert kept.arrays[name].shape == (1, 17) and (kept.arrays[name] > 0).all()
    assert list(kept.arrays["sides_18"]) == [7] + [3] * 16
    row = result.depths[0]
    assert row.ratio == pytest.approx(kept.arrays["with_18"][0, 0] / kept.arrays["with_18"][0, -1])
    assert row.growth**16 == pytest.approx(row.ratio)

    for path in kept.checkpoints.glob("*.npy"):  # a run that goes on reads these instead of computing again
        np.save(path, np.ones((2, 17)))
    again, _ = smoke("shortcuts")
    assert again.depths[0].ratio == 1
