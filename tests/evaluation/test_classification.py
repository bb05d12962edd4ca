"""Metrics of a classifier against values worked out by hand."""

import math

import numpy as np
import pytest

from cnnlab.errors import OptionError, TrainingError
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


OF_LOGITS = ("metrics", "cross_entropy", "calibration_error", "temperature")


@pytest.mark.parametrize("metric", OF_LOGITS)
@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (LOGITS, [0, 1, 3, 0], r"labels: int64 \(4,\), 0 to 3\n  allowed: labels that are whole numbers from 0 to 2"),
        (LOGITS, [0, 1, -1, 0], "-1 to 1\n"),
        (LOGITS, [0.0, 1.0, 2.0, 0.0], "labels: float64"),
        (LOGITS, [True, False, True, True], r"labels: bool \(4,\)"),
        (LOGITS, LABELS[:3], r"logits: float64 \(4, 3\), labels: int64 \(3,\)"),
        (LOGITS, LABELS[:, None], r"labels: int64 \(4, 1\)"),  # which numpy would pair with every row
        (LOGITS[:0], LABELS[:0], "of one image or more"),
        (LOGITS[:, :0], LABELS, r"logits: float64 \(4, 0\)"),
        (LOGITS[0], LABELS, r"logits: float64 \(3,\)"),
        (LOGITS.astype(str), LABELS, "logits: <U"),
        (None, LABELS, "logits: object"),
    ],
)
def test_logits_and_labels_that_do_not_fit_are_refused(metric, logits, labels, message):
    with pytest.raises(OptionError, match=message):
        getattr(classification, metric)(logits, np.asarray(labels))


@pytest.mark.parametrize("metric", OF_LOGITS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_logits_that_are_not_finite_are_noticed(metric, value):
    with pytest.raises(TrainingError, match="logits that are not finite(.|\n)*look at the weights"):
        getattr(classification, metric)(np.where(LOGITS == LOGITS[0, 0], value, LOGITS), LABELS)


def test_a_class_that_is_left_out_has_minus_infinity():
    logits = LOGITS.copy()
    logits[0, 1] = -np.inf
    expected = -np.log([0.8 / 0.9, 0.3, 0.6, 0.3]).mean()
    assert classification.cross_entropy(logits, LABELS) == pytest.approx(expected)
    with pytest.raises(TrainingError, match="not finite"):
        classification.cross_entropy(np.full((4, 3), -np.inf), LABELS)


def test_lists_are_arrays():
    assert classification.metrics(LOGITS.tolist(), LABELS.tolist()) == classification.metrics(LOGITS, LABELS)


@pytest.mark.parametrize("given", [(0, 0), (6, 5), (-1, 5), (1, -1), (math.nan, 5), (None, 3), (3, 5, 0), (3, 5, -1)])
def test_a_proportion_of_nothing_has_no_interval(given):
    with pytest.raises(OptionError, match="allowed: (0 to all of one or more|a number above 0)"):
        classification.wilson(*given)


def test_diagrams_and_confusions_of_what_does_not_fit_are_refused():
    confidence, correct = np.array([0.0, 0.5, 1.0]), np.array([True, False, True])
    for bins in (0, -1, 2.5):
        with pytest.raises(OptionError, match="bins="):
            classification.reliability(confidence, correct, bins)
    for wrong in (confidence + 0.5, confidence - 0.5, np.full(3, np.nan)):
        with pytest.raises(OptionError, match="numbers from 0 to 1"):
            classification.reliability(wrong, correct)
    with pytest.raises(OptionError, match=r"confidence \(3,\), correct \(2,\)"):
        classification.reliability(confidence, correct[:2])
    with pytest.raises(OptionError, match=r"predicted \(4,\), labels \(2,\)"):
        classification.confused(LABELS, LABELS[:2])
    with pytest.raises(OptionError, match="count=-1"):
        classification.confused(LABELS, LABELS[::-1], -1)
    for wrong in (LOGITS[0], LOGITS[:0]):
        with pytest.raises(OptionError, match=r"logits of shape \((3,|0, 3)\)"):
            classification.softmax(wrong)


@pytest.mark.parametrize("right", [True, False])
def test_a_temperature_at_the_end_of_its_range_is_said(capsys, right):
    """Logits that are never wrong, and logits that are always wrong, have no best temperature."""
    labels = np.arange(30) % 3
    sure = np.eye(3)[labels if right else (labels + 1) % 3] * (0.4 if right else 5)
    found = classification.temperature(sure, labels)
    assert found == pytest.approx(0.05 if right else 20, rel=1e-3)
    assert f"temperature {found:.2f} is an end of its range, 0.05 to 20" in capsys.readouterr().err
    classification.temperature(LOGITS, LABELS)


@pytest.mark.parametrize("logits", [[[np.nan, 1]], [[np.inf, 1]], [[-np.inf, -np.inf]], [[0, 1], [np.nan, np.nan]]])
def test_probabilities_of_what_is_not_finite_are_none(logits):
    with pytest.raises(TrainingError, match="not finite"):
        classification.softmax(np.array(logits))


def test_predictions_that_are_no_classes_are_refused():
    for wrong in (LABELS.astype(float), LABELS + 0.5, np.where(LABELS == 0, np.nan, LABELS)):
        for metric in (classification.confused, lambda *pair: classification.confusion_matrix(*pair, 4)):
            with pytest.raises(OptionError, match="predicted of float64(.|\n)*whole numbers"):
                metric(wrong, LABELS)
            with pytest.raises(OptionError, match="labels of float64"):
                metric(LABELS, wrong)
    with pytest.raises(OptionError, match="classes='4'"):
        classification.confusion_matrix(LABELS, LABELS, "4")
    assert classification.confused(LABELS[:0], LABELS[:0]) == []


@pytest.mark.parametrize(("correct", "count"), [(100, 120), (3, 5), (0, 100), (120, 120)])
@pytest.mark.parametrize("kind", ["int8", "uint8", "int64", "float16", "float32"])
def test_an_interval_of_numpys_numbers_is_that_of_pythons(correct, count, kind):
    """That of 100 of 120 in int8 was 0 to 1."""
    found = classification.wilson(np.array(correct, kind)[()], np.array(count, kind)[()])
    assert found == classification.wilson(correct, count) and {type(each) for each in found} == {float}


def test_an_interval_of_uint8_by_hand():
    assert classification.wilson(np.uint8(200), np.uint8(250)) == pytest.approx((0.746, 0.845), abs=5e-4)


@pytest.mark.parametrize("given", [(1, math.inf), (math.inf, math.inf), (10**400, 10**400), ("3", 5), (1, 1j)])
def test_a_proportion_that_is_none_has_no_interval(given):
    with pytest.raises(OptionError, match="allowed: 0 to all of one or more"):
        classification.wilson(*given)


@pytest.mark.parametrize("logits", [np.array([["a", "b"]]), np.array([["1", "2"]]), np.ones((1, 2), complex), [[None]]])
def test_probabilities_of_what_is_no_number_are_none(logits):
    with pytest.raises(OptionError, match=r"logits of shape \(1, .*(<U1|complex128|object)\n  allowed: real numbers"):
        classification.softmax(logits)


@pytest.mark.parametrize("metric", ["metrics", "cross_entropy", "temperature"])
def test_a_label_that_is_left_out_is_named(metric):
    """The cross-entropy was infinite, the temperature 20."""
    with pytest.raises(OptionError, match="row 1's label, 0, is −∞(.|\n)*labels that can be answered"):
        getattr(classification, metric)(np.array([[0, -np.inf], [-np.inf, 0]]), np.array([0, 0]))


def test_a_diagram_of_texts_is_refused():
    with pytest.raises(OptionError, match="confidence of <U1(.|\n)*numbers from 0 to 1"):
        classification.reliability(np.array(["a"]), np.array([True]))


@pytest.mark.parametrize("kind", [np.uint64, np.uint8, np.int8, bool, int])
def test_confusions_are_counted_for_classes_of_any_whole_numbers(kind):
    predicted, labels = np.array([0, 1, 1], kind), np.array([0, 0, 1], kind)
    assert classification.confusion_matrix(predicted, labels, np.uint8(2)).tolist() == [[1, 1], [0, 1]]
    assert classification.confusion_matrix(predicted, labels, np.uint8(100)).shape == (100, 100)
    assert classification.confused(predicted, labels) == [(0, 1, 1)]


def test_no_predictions_have_no_confusions():
    assert classification.confusion_matrix([], [], 2).tolist() == [[0, 0], [0, 0]]
    for classes in (True, 0, -1, 2.0):
        with pytest.raises(OptionError, match=f"classes={classes}\n  allowed: a whole number from 1"):
            classification.confusion_matrix([], [], classes)
