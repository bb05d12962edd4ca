"""Metrics of a classifier against values worked out by hand."""

import math

import numpy as np
import pytest

from cnnlab.evaluation import classification

LOGITS = np.log(np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.2, 0.2, 0.6], [0.3, 0.3, 0.4]]))
LABELS = np.array([0, 1, 2, 0])


def test_wilson_interval_by_hand():
    # 81 of 263 at 95 %: Newcombe 1998, table I
    assert classification.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert classification.wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=5e-5)
    assert classification.wilson(0, 20)[0] == 0.0


def test_cross_entropy_is_the_mean_of_minus_log_p():
    assert (
        classification.cross_entropy(LOGITS, LABELS)
        == pytest.approx(-np.log([0.8, 0.3, 0.6, 0.3]).mean())
        == pytest.approx(classification.cross_entropy(LOGITS + 500, LABELS))
    )


def test_calibration_error_by_hand():
    # two bins: confidences 0.4 (wrong) below, 0.8, 0.6, 0.6 with 2 of 3 right above
    expected = (1 * abs(0 - 0.4) + 3 * abs(2 / 3 - 2 / 3)) / 4
    assert classification.calibration_error(LOGITS, LABELS, bins=2) == pytest.approx(expected)


def test_reliability_counts_every_photo_once():
    confidence = np.array([0.0, 0.2, 0.2001, 1.0])
    rows = classification.reliability(confidence, np.array([True, False, True, True]), bins=5)
    assert [(row.low, row.count) for row in rows] == [(0.0, 2), (0.2, 1), (0.8, 1)]


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_temperature_undoes_a_scale(scale):
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(4000, 5)) * 2
    labels = np.array([rng.choice(5, p=p) for p in classification.softmax(logits)])
    assert classification.temperature(logits * scale, labels) == pytest.approx(scale, rel=0.1)


def test_temperature_changes_no_answer():
    probabilities = classification.softmax(LOGITS / 3)
    assert (probabilities.argmax(1) == LOGITS.argmax(1)).all() and np.allclose(probabilities.sum(1), 1)


def test_confused_pairs_are_ordered_by_count():
    predicted = np.array([1, 1, 2, 0, 0, 2])
    labels = np.array([0, 0, 0, 1, 0, 2])
    assert classification.confused(predicted, labels, 2) == [(0, 1, 2), (0, 2, 1)]


def test_summary_gives_the_accuracy_and_that_of_the_classes():
    found = classification.metrics(LOGITS, LABELS)
    assert found.accuracy == 0.5 and found.low < 0.5 < found.high
    assert found.mean_class_accuracy == pytest.approx((0.5 + 0 + 1) / 3)
    assert math.isfinite(found.ece)
