"""Ridge regression onto one-hot labels, against its definition."""

import numpy as np
import pytest

from cnnlab.errors import OptionError, TrainingError
from cnnlab.training.ridge import SHARPNESS, ridges


def test_two_points_by_hand():
    # features −1 and 1, s = 1: slope of class 1's score is ½ · 2 / (2 + penalty)
    head = next(ridges(np.array([[1.0], [3.0]]), np.array([0, 1]), 2, [2.0]))
    assert head.weights[0] / SHARPNESS == pytest.approx([-0.25, 0.25])
    assert head.logits(np.array([[2.0], [4.0]])) / SHARPNESS == pytest.approx(np.array([[0.5, 0.5], [0, 1]]))


@pytest.mark.parametrize("width", [3, 40])
def test_it_is_the_minimum(width):
    rng = np.random.default_rng(0)
    features, labels = rng.normal(3, 2, (20, width)), rng.integers(0, 4, 20)
    centred = features - features.mean(0)
    s, targets = (centred**2).sum() / 20, np.eye(4)[labels]
    for penalty, head in zip((0.1, 3.0), ridges(features, labels, 4, (0.1, 3.0)), strict=True):
        left = centred.T @ centred + penalty * s * np.eye(width)
        expected = np.linalg.solve(left, centred.T @ (targets - targets.mean(0)))
        assert head.weights / SHARPNESS == pytest.approx(expected, abs=1e-5)
        assert head.logits(features).mean(0) / SHARPNESS == pytest.approx(targets.mean(0), abs=1e-5)


def test_the_scale_of_the_features_does_not_matter():
    rng = np.random.default_rng(1)
    features, labels = rng.normal(size=(12, 5)), np.arange(12) % 3
    one, other = (next(ridges(k * features, labels, 3, [0.3])).logits(k * features) for k in (1, 1000))
    assert one == pytest.approx(other, abs=1e-3)


def test_scales_change_the_fit_and_not_what_the_classifier_takes():
    rng = np.random.default_rng(2)
    features, labels, scales = rng.normal(size=(12, 5)), np.arange(12) % 3, np.array([1, 2, 0.5, 3, 1])
    scaled = next(ridges(features * scales, labels, 3, [0.3])).logits(features * scales)
    assert next(ridges(features, labels, 3, [0.3], scales)).logits(features) == pytest.approx(scaled, abs=1e-4)


def test_wrong_arguments_are_refused():
    features, labels = np.eye(4), np.arange(4)
    with pytest.raises(OptionError, match="penalties"):
        next(ridges(features, labels, 4, [0.0]))
    with pytest.raises(OptionError, match="0 to 2"):
        next(ridges(features, labels, 3, [1.0]))
    with pytest.raises(OptionError, match="3 labels of 4"):
        next(ridges(features, labels[:3], 4, [1.0]))
    with pytest.raises(TrainingError, match="distance"):
        next(ridges(np.ones((4, 2)), labels, 4, [1.0]))
