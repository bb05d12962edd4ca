"""Digits that are moved, turned, scaled, paler; what a shift does to maps. Chapter: l1-fundamentos."""

import numpy as np
import pytest

from cnnlab.errors import OptionError
from tests.conftest import write_idx

pytestmark = pytest.mark.torch


@pytest.fixture
def digits(tmp_path):
    folder = tmp_path / "mnist"
    folder.mkdir()
    images = np.zeros((64, 28, 28), np.uint8)
    images[:, 8:20, 8:20] = np.random.default_rng(0).integers(256, size=(64, 12, 12))
    for split in ("train", "t10k"):
        write_idx(folder / f"{split}-images-idx3-ubyte.gz", images)
        write_idx(folder / f"{split}-labels-idx1-ubyte.gz", np.arange(64, dtype=np.uint8) % 10)
    return folder


def test_accuracies_are_kept_and_a_convolution_follows_a_shift(smoke, digits):
    result, run = smoke("invariance", mnist=digits)
    assert [(each.kind, each.parameters) for each in result.networks] == [
        ("pooled", 20_522),
        ("strided", 20_522),
        ("dense", 20_680),
    ]
    assert result.digits == 64
    for each in result.networks:
        found = run.arrays[f"{each.kind}_moved"]
        assert found.shape == (1, 2) and found[0, 0] == each.accuracy == each.least == each.most
        assert each.low <= each.accuracy <= each.high
        assert run.arrays[f"{each.kind}_turned_error"].shape == (2,)
    moved = {(each.network, each.layer, each.shift): each.moved for each in result.shifts}
    assert moved["pooled", "convolution_1", 1] < 1e-6 and moved["pooled", "pooling_1", 2] < 1e-6
    assert moved["strided", "convolution_1", 2] < 1e-6 < moved["strided", "convolution_1", 1]
    assert run.arrays["kernels"].shape == (8, 5, 5) and len(result.ramps) == 8
    assert result.ink_lost[0] == 0 and result.random_ramp == pytest.approx(2 / 24, abs=0.01)


def test_changes_of_pictures():
    import torch

    from cnnlab.experiments.invariance import changes

    picture = torch.zeros(4, 1, 9, 9)
    picture[:, :, 4, 6] = 1
    places = [tuple(each.nonzero()[0].tolist()) for each in changes.moved(picture, 2)[:, 0]]
    assert places == [(4, 8), (4, 4), (6, 6), (2, 6)]
    assert torch.equal(changes.moved(picture, 0), picture)
    assert changes.turned(picture, 90)[0, 0].argmax() == 2 * 9 + 4  # from the right to the top
    assert torch.allclose(changes.turned(picture, 0), picture, atol=1e-5)
    assert changes.scaled(picture, 2)[0, 0].argmax() in (4 * 9 + 7, 4 * 9 + 8)
    assert changes.paler(picture, 0.5).max() == 0.5
    assert changes.shifted(picture, 20).sum() == 0


def test_the_slope_of_a_kernel():
    from cnnlab.experiments.invariance.compute import ramp

    rows, columns = np.indices((5, 5))
    assert ramp(3.0 * rows - columns + 7) == pytest.approx(1)
    assert ramp(((rows - 2) ** 2).astype(float)) == pytest.approx(0, abs=1e-12)


def test_another_kind_of_network_is_refused():
    from cnnlab.models.digit_networks import digit_network

    with pytest.raises(OptionError, match="kind='deep'"):
        digit_network("deep")
