"""What kept detections say: all epochs matched in one go as each alone, and the boxes of one photo."""

from types import SimpleNamespace

import numpy as np

from cnnlab.evaluation.matching import match
from cnnlab.experiments.raccoons.epochs import epochs
from cnnlab.experiments.suppression.outcome import outcome

TRUE_PHOTO = np.array([0, 1, 1], np.uint16)
TRUE = np.array([(0, 0, 10, 10), (0, 0, 10, 10), (20, 20, 40, 40)], np.float32)
FOUND = np.array(  # photo, score, box
    [
        *[(0, 0.9, 0, 0, 10, 10), (0, 0.8, 0, 0, 10, 9), (1, 0.4, 20, 20, 40, 38)],
        *[(0, 0.7, 50, 50, 60, 60), (1, 0.9, 20, 20, 40, 40), (1, 0.6, 1, 0, 10, 10)],
    ],
    np.float32,
)


def result(count=2):
    arrays = {"epoch": np.array([1, 1, 1, 2, 2, 2]), "found": FOUND, "true_photo": TRUE_PHOTO, "true_boxes": TRUE}
    return SimpleNamespace(arrays=arrays, curve=[{}] * count, test=[{}] * 2)


def test_epochs_matched_together_are_each_as_alone():
    every = epochs(result())
    for epoch in (1, 2):
        these = every.epoch == epoch
        alone = match(every.photo[these], every.boxes[these], every.scores[these], TRUE_PHOTO.astype(int), TRUE)
        assert np.array_equal(every.took[these], alone)
    assert every.took[:, 0].tolist() == [0, -1, 2, -1, 2, 1]


def test_recall_and_precision_of_an_epoch_by_hand():
    recall, precision = epochs(result()).recall_precision(2)
    assert np.allclose(recall, [1 / 3, 1 / 3, 2 / 3]) and np.allclose(precision, [1, 1 / 2, 2 / 3])
    recall, _ = epochs(result()).recall_precision(2, iou=9)
    assert np.allclose(recall, [1 / 3] * 3)


def test_the_boxes_of_a_photo_are_right_wrong_and_missed():
    boxes, scores, right, missed = epochs(result()).of_photo(1, 0, 0.5)
    assert scores.tolist() == np.float32([0.9, 0.8]).tolist() and right.tolist() == [True, False] and len(missed) == 0
    boxes, scores, right, missed = epochs(result()).of_photo(1, 1, 0.5)
    assert len(boxes) == len(right) == 0 and np.array_equal(missed, TRUE[1:])


def test_an_epoch_that_finds_nothing_has_no_detections():
    kept = result(3)
    recall, precision = epochs(kept).recall_precision(3)
    assert len(recall) == len(precision) == 0


def test_what_is_drawn_is_what_is_counted():
    from cnnlab.experiments.raccoons.figures import LEAST
    from cnnlab.training.detector import SHOWN

    assert LEAST == SHOWN


def test_suppression_leaves_right_boxes_and_repeated_ones():
    boxes = np.array([(0, 0, 10, 10), (0, 0, 10, 8), (20, 20, 40, 40)], float)
    arrays = {"boxes": boxes, "scores": np.array([0.9, 0.8, 0.7]), "true_boxes": TRUE[1:]}
    for threshold, kept, right in ((0.5, [0, 2], [True, True]), (0.9, [0, 1, 2], [True, False, True])):
        each = outcome(SimpleNamespace(arrays=arrays), threshold)
        assert each.kept.tolist() == kept and each.right.tolist() == right
