"""Training curves of small networks on drawn digits. Chapter: a02-bloques-residuales."""

import numpy as np
import pytest

from tests.conftest import draw_digits

pytestmark = pytest.mark.torch


@pytest.fixture
def digits(tmp_path):
    draw_digits(tmp_path / "mnist", train=64)
    return tmp_path / "mnist"


def test_curves_of_both_networks_are_kept_and_continued(smoke, written, digits):
    result, kept = smoke("plain_training", mnist=digits)
    assert [(row.depth, row.shortcuts) for row in result.networks] == [(8, True), (8, False)]
    assert result.networks[0].parameters == result.networks[1].parameters
    for row, name in zip(result.networks, ("with_8", "without_8"), strict=True):
        assert kept.arrays[f"error_{name}"].shape == kept.arrays[f"loss_{name}"].shape == (1, 1)
        assert row.error == row.error_least == row.error_most == kept.arrays[f"error_{name}"][0, 0]
        assert 0 <= row.error <= 1 and row.loss == kept.arrays[f"loss_{name}"][0, 0]
    told = written("plain_training", result, kept.arrays, kept.options)
    assert told["pictures"] == ("64", "64") and told["momentum"] == ("0,9", "0.9")
    assert told["wrong_with_8"][0] == str(round(64 * kept.arrays["error_with_8"][0, 0]))
    again, _ = smoke("plain_training", mnist=digits)  # from the checkpoints
    assert again.networks == result.networks


def test_digits_are_the_first_with_mean_0_and_deviation_1(digits):
    from cnnlab.experiments.plain_training.compute import _digits

    examples = _digits(digits, 20)
    inputs = np.stack([examples[1, index][0].numpy() for index in range(len(examples))])
    assert inputs.shape == (20, 1, 28, 28) and examples[2, 13][1] == 3
    assert abs(inputs.mean()) < 1e-4 and abs(inputs.std() - 1) < 1e-4
