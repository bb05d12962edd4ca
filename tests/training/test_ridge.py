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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(penalties=[np.inf]), r"penalties=\(inf,\)\n  allowed: numbers above 0"),
        (dict(penalties=[1e308]), "penalties=.*1e"),
        (dict(penalties=[1e-30]), "penalties=.*1e"),  # of which the matrix of the dual is singular
        (dict(penalties=[np.nan]), "penalties=.*nan"),
        (dict(penalties=["1"]), "penalties="),
        (dict(penalties=[None]), "penalties="),
        (dict(penalties=0.3), r"penalties=0\.3\n  allowed: a list"),
        (dict(penalties=(each for each in [0.3])), "penalties=<generator"),
        (dict(classes=3.0), r"classes=3\.0\n  allowed: a whole number from 1"),
        (dict(classes=0), "classes=0"),
        (dict(classes=None), "classes=None"),
        (dict(labels=[0.0, 1.0, 2.0, 0.0]), "4 labels of 4 features, float64"),
        (dict(labels=[True, False, True, False]), "4 labels of 4 features, bool"),
        (dict(labels=[-1, 0, 1, 2]), r"labels(.|\n)*0 to 2"),
        (dict(labels=np.eye(4)), r"labels: float64 \(4, 4\)\n  allowed: real numbers \(n,\)"),
        (dict(labels=None), "labels: object"),
        (dict(labels=[]), "0 labels of 4 features"),
        (dict(features=np.ones(4)), r"features: float64 \(4,\)\n  allowed: real numbers \(n, d\)"),
        (dict(features=np.ones((4, 2, 2))), r"features: float64 \(4, 2, 2\)"),
        (dict(features=[["a"]] * 4), "features: <U1"),
        (dict(features=[[1], [1, 2]]), "features of type list: "),
        (dict(features=None), "features: object"),
        (dict(scales=np.ones(3)), r"3 scales of 4 features\n  allowed: one of each"),
        (dict(scales=2.0), r"scales: float64 \(\)"),
    ],
)
def test_arguments_of_another_kind_are_refused(change, message):
    given = dict(features=np.eye(4), labels=[0, 1, 2, 0], classes=3, penalties=[0.3]) | change
    with pytest.raises(OptionError, match=message):
        list(ridges(**given))


@pytest.mark.parametrize("kind", [list, tuple, np.uint8, np.int64])
def test_labels_of_any_kind_of_whole_numbers_are_taken(kind):
    labels = np.arange(12) % 3
    given = labels.astype(kind) if isinstance(kind, type) and issubclass(kind, np.generic) else kind(labels.tolist())
    features = np.random.default_rng(1).normal(size=(12, 5))
    one, other = (next(ridges(features, each, 3, np.array([0.3]))) for each in (labels, given))
    assert np.array_equal(one.weights, other.weights)


def test_a_classifier_takes_as_many_features_as_it_was_fitted_to():
    head = next(ridges(np.eye(4), [0, 1, 2, 0], 3, [0.3]))
    for features in (np.eye(3), 1.0):
        with pytest.raises(OptionError, match=r"features of shape .*\n  allowed: \(n, 4\)"):
            head.logits(features)


@pytest.mark.parametrize(
    ("features", "error", "message"),
    [
        ([["a"] * 4], OptionError, "features: <U1"),
        ([["1"] * 4], OptionError, "features: <U1"),
        ([[1, 2, 3, 4], [1, 2]], OptionError, "features of type list: "),
        (np.zeros((1, 4), complex), OptionError, "features: complex128"),
        (None, OptionError, "features: object"),
        (np.full((1, 4), np.nan), TrainingError, "features that are not finite"),
        (np.full((1, 4), 1e300), TrainingError, "not finite, in float32"),
    ],
)
def test_a_classifier_takes_finite_real_numbers(features, error, message):
    with pytest.raises(error, match=message):
        next(ridges(np.eye(4), [0, 1, 2, 0], 3, [0.3])).logits(features)


@pytest.mark.torch
def test_a_tensor_of_autograd_is_refused_and_another_is_taken():
    import torch

    head = next(ridges(np.eye(4), [0, 1, 2, 0], 3, [0.3]))
    with pytest.raises(OptionError, match="features of type Tensor: (.|\n)*requires grad"):
        head.logits(torch.zeros(1, 4, requires_grad=True))
    assert np.array_equal(head.logits(torch.eye(4)), head.logits(np.eye(4)))
