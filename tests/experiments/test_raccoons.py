"""What kept detections say: all epochs matched in one go as each alone, and the boxes of one photo."""

import numpy as np
import pytest

from cnnlab.evaluation.matching import match
from cnnlab.experiments.raccoons.matched_epochs import MatchedEpochs
from cnnlab.experiments.suppression.survivors import survivors

TRUE_PHOTO = np.array([0, 1, 1], np.uint16)
TRUE = np.array([(0, 0, 10, 10), (0, 0, 10, 10), (20, 20, 40, 40)], np.float32)
FOUND = np.array(  # photo, score, box
    [
        *[(0, 0.9, 0, 0, 10, 10), (0, 0.8, 0, 0, 10, 9), (1, 0.4, 20, 20, 40, 38)],
        *[(0, 0.7, 50, 50, 60, 60), (1, 0.9, 20, 20, 40, 40), (1, 0.6, 1, 0, 10, 10)],
    ],
    np.float32,
)


def matched(epochs=2):
    arrays = {"epoch": np.array([1, 1, 1, 2, 2, 2]), "found": FOUND, "true_photo": TRUE_PHOTO, "true_boxes": TRUE}
    return MatchedEpochs.from_arrays(arrays, epochs, photos=2)


def test_epochs_matched_together_are_each_as_alone():
    every = matched()
    for epoch in (1, 2):
        these = every.epoch == epoch
        alone = match(every.photo[these], every.boxes[these], every.scores[these], TRUE_PHOTO.astype(int), TRUE)
        assert np.array_equal(every.matched[these], alone)
    assert every.matched[:, 0].tolist() == [0, -1, 2, -1, 2, 1]


def test_recall_and_precision_of_an_epoch_by_hand():
    recall, precision = matched().precision_recall_curve(2)
    assert np.allclose(recall, [1 / 3, 1 / 3, 2 / 3]) and np.allclose(precision, [1, 1 / 2, 2 / 3])
    recall, _ = matched().precision_recall_curve(2, iou=9)
    assert np.allclose(recall, [1 / 3] * 3)


def test_the_boxes_of_a_photo_are_true_and_false_positives_and_false_negatives():
    each = matched().outcome(1, 0, 0.5)
    assert each.scores.tolist() == np.float32([0.9, 0.8]).tolist() and each.true_positive.tolist() == [True, False]
    assert len(each.false_negatives) == 0
    each = matched().outcome(1, 1, 0.5)
    assert len(each.boxes) == len(each.true_positive) == 0 and np.array_equal(each.false_negatives, TRUE[1:])


def test_an_epoch_without_detections_has_an_empty_curve():
    recall, precision = matched(3).precision_recall_curve(3)
    assert len(recall) == len(precision) == 0


def test_the_epochs_of_a_result_are_matched_once():
    from cnnlab import results

    result = results.load("raccoons")
    assert result.matched is result.matched
    last = result.curve[-1]
    outcomes = [result.matched.outcome(last.epoch, place, 0.5) for place in range(len(result.test))]
    assert sum(int(each.true_positive.sum()) for each in outcomes) == last.true_positives
    assert sum(len(each.false_negatives) for each in outcomes) == last.false_negatives


@pytest.mark.torch
def test_what_is_drawn_is_what_is_counted():
    from cnnlab.experiments.raccoons.figures import SCORE_THRESHOLD
    from cnnlab.training import detector

    assert SCORE_THRESHOLD == detector.SCORE_THRESHOLD


def test_suppression_leaves_true_positives_and_repeated_boxes():
    boxes, scores = np.array([(0, 0, 10, 10), (0, 0, 10, 8), (20, 20, 40, 40)], float), np.array([0.9, 0.8, 0.7])
    for threshold, kept, right in ((0.5, [0, 2], [True, True]), (0.9, [0, 1, 2], [True, False, True])):
        each = survivors(boxes, scores, TRUE[1:], threshold)
        assert each.kept.tolist() == kept and each.true_positive.tolist() == right


def test_suppression_is_computed_once_for_each_threshold():
    from cnnlab import results

    result = results.load("suppression")
    assert result.survivors(0.5) is result.survivors(0.5) is not result.survivors(0.8)
    assert result.survivors(1.0).kept.tolist() == list(range(len(result.arrays["scores"])))
