"""A convolutional layer step by step, small: printed numbers, sizes, what torch refuses. Chapter: l1-fundamentos."""

import numpy as np
import pytest

from cnnlab.experiments.fundamentals import printed

pytestmark = pytest.mark.torch


def test_formulas_agree_and_printed_numbers_come_out(smoke, written):
    result, run = smoke("fundamentals")
    agreement = result.agreement
    assert agreement.sizes_equal == agreement.cases == 8
    assert max(agreement.loops, agreement.product, agreement.scipy, agreement.pooling, agreement.gradients) < 1e-12
    assert round(result.printed.correlation, 4) == printed.CORRELATION
    assert round(result.printed.convolution, 4) == round(result.printed.turned, 4) == printed.CONVOLUTION
    assert round(result.printed.convolution_single, 7) == printed.CONVOLUTION_SCIPY
    assert result.printed.associative_convolution < 1e-14 < 0.1 < result.printed.associative_correlation
    assert run.arrays["padded"].shape == (5, 5) and run.arrays["padded"][0, 0] == printed.FIRST
    assert (result.kernels.output, result.kernels.parameters) == ((8, 24, 24), 208)
    assert result.lenet_parameters == 60_000
    assert [case.kernel for case in result.residual[:9] if case.output] == [3]
    assert all(vars(result.refused).values())
    assert min(result.times.loops, result.times.product, result.times.torch) > 0
    assert set(run.pictures) == {"coffee", "rocket"} and run.pictures["coffee"].mode == "L"
    told = written("fundamentals", result, run.arrays, run.options)
    assert told["convolution"] == ("−0,2611", "−0.2611")
    assert told["alexnet_neurons"] == ("659\u202f272", "659,272")


def test_what_the_browser_draws_from_is_plain_data():
    import json

    from cnnlab import results
    from cnnlab.experiments.fundamentals import figures
    from cnnlab.words import Words

    for lang in ("es", "en"):
        data = figures.editor_data(results.load("fundamentals"), Words(lang)), figures.sizes_data(Words(lang))
        assert json.loads(json.dumps(data, allow_nan=False))
        editor = data[0]
        assert all(photo["source"].startswith("data:image/webp;base64,") for photo in editor["photos"])
        assert all(np.shape(kernel["weights"]) == (3, 3) for kernel in editor["kernels"])


def test_a_photo_moved_and_added_up_is_the_correlation():
    from cnnlab.experiments.fundamentals.figures import correlated, shown
    from cnnlab.models.convolution import cross_correlation

    rng = np.random.default_rng(0)
    grey, kernel = rng.uniform(0, 255, (7, 9)), rng.standard_normal((5, 5))
    np.testing.assert_allclose(correlated(grey, kernel), cross_correlation(grey, kernel, padding=2))
    identity = np.zeros((3, 3))
    identity[1, 1] = 1
    np.testing.assert_allclose(shown(grey, identity), grey)
    assert shown(np.full((5, 5), 90.0), np.array(printed.VERTICAL))[2, 2] == 127.5
