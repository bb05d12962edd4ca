"""What kept detections say: all epochs matched in one go as each alone, and the boxes of one photo."""

from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab.evaluation.matching import match
from cnnlab.experiments.raccoons import outcomes
from cnnlab.experiments.raccoons.matched_epochs import MatchedEpochs
from cnnlab.experiments.raccoons_choices import differences
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


# ---- what detections say beyond their counts: one raccoon in photo 0, two in photo 1

SEEN = FOUND[[0, 1, 2, 4, 5]]  # right, repeated, badly placed at 0.4, right twice, each in its photo
TRUTH = outcomes.Truth(TRUE_PHOTO.astype(int), TRUE, photos=3)


def test_counts_depend_on_the_score():
    assert outcomes.counts(SEEN, TRUTH) == outcomes.Counts(3, 1, 0)
    assert outcomes.counts(SEEN, TRUTH, 0.85) == outcomes.Counts(2, 0, 1)
    assert outcomes.hit(SEEN, TRUTH, 0.85).tolist() == [True, False, True]
    counts = outcomes.Counts(3, 1, 2)
    assert (counts.precision, counts.recall) == (0.75, 0.6) and outcomes.Counts(0, 0, 2).precision == 1


def test_a_repeated_box_and_one_astray_are_of_their_kinds():
    astray = np.array([(1, 0.8, 60, 60, 70, 70), (1, 0.8, 0, 0, 10, 30)], np.float32)
    kinds = outcomes.kinds(np.concatenate([SEEN, astray]), TRUTH).counts
    assert (kinds["repeated"], kinds["background"], kinds["location"], kinds["missed"]) == (1, 1, 1, 0)


def test_a_detection_near_a_box_is_put_on_it():
    found = np.array([(0, 0.9, 0, 0, 10, 40), (1, 0.8, 50, 50, 60, 60), (1, 0.7, 1, 0, 10, 10)], np.float32)
    moved = outcomes.on_true_boxes(found, TRUTH)  # IoU 0.25, 0, 0.9
    assert moved[:, 2:].tolist() == [TRUE[0].tolist(), [50, 50, 60, 60], TRUE[1].tolist()]
    assert moved[:, :2].tolist() == found[:, :2].tolist() and found[0, 5] == 40
    assert outcomes.by_iou(found, TRUTH)[0] < outcomes.by_iou(moved, TRUTH)[0]


def test_boxes_of_two_detectors_are_averaged_where_they_are_the_same():
    others = np.array([(0, 0.5, 0, 0, 10, 8), (0, 0.4, 0, 0, 10, 6), (2, 0.9, 20, 20, 40, 40)], np.float32)
    mean = outcomes.averaged(SEEN, others)
    assert mean[:2, 2:].tolist() == [[0, 0, 10, 9], [0, 0, 10, 8.5]]  # each with the first, of IoU 0.8 and 0.89
    assert np.array_equal(mean[2:], SEEN[2:]) and np.array_equal(mean[:, 1], SEEN[:, 1])
    assert np.array_equal(outcomes.averaged(SEEN, others, same=0.95), SEEN)


def test_boxes_are_widened_about_their_middles():
    assert outcomes.widened(SEEN[:1], 1.2)[0, 2:].tolist() == [-1, 0, 11, 10]
    width, height = outcomes.side_ratios(outcomes.widened(SEEN, 1.2), TRUTH)
    assert width == pytest.approx(1.2) and height == 1


def test_true_positives_overlap_their_boxes_by_the_median():
    assert outcomes.median_overlap(SEEN, TRUTH) == 1 and outcomes.median_overlap(SEEN[:0], TRUTH) == 0
    assert outcomes.median_overlap(outcomes.widened(SEEN, 1.25), TRUTH) == pytest.approx(0.8)


def test_each_photo_has_its_highest_score():
    found = np.array([(0, 0.2, 0, 0, 1, 1), (2, 0.9, 0, 0, 1, 1), (0, 0.7, 0, 0, 1, 1)], np.float32)
    assert outcomes.highest_scores(found, 4) == pytest.approx([0.7, 0, 0.9, 0])


def test_the_gain_over_the_same_detections_is_nothing():
    same = outcomes.gain(SEEN, SEEN, TRUTH, samples=100)
    assert (same.value, same.low, same.high) == (0, 0, 0)
    worse = outcomes.gain(SEEN, SEEN[:1], TRUTH, samples=100)
    assert worse.value > 0
    ours = outcomes.precisions(SEEN, TRUTH, samples=100)
    assert ours.ap50.low <= ours.ap50.value <= ours.ap50.high and len(ours.by_iou) == 10


def test_what_is_computed_while_rendering_is_what_was_kept():
    from cnnlab import results

    result = results.load("raccoons")
    found, last = outcomes.found_after(result, len(result.curve)), result.curve[-1]
    truth = outcomes.truth_of(result)
    assert np.allclose(outcomes.by_iou(found, truth), result.one_look.by_iou)
    counted = outcomes.counts(found, truth)
    assert counted == outcomes.Counts(last.true_positives, last.false_positives, last.false_negatives)


def test_recipes_are_compared_in_the_photos_set_aside():
    parts = ("train", "test", "train", "left out", "train", "train")  # two of four are set aside
    boxes = np.arange(28.0).reshape(7, 4) + np.array([0, 0, 9, 9])
    photos = SimpleNamespace(
        photos=[SimpleNamespace(handout=part) for part in parts],
        arrays={"photo": np.array([0, 1, 2, 2, 3, 4, 5]), "boxes": boxes},
    )
    rows = [SimpleNamespace(variant="base", weights=weights, look="one") for weights in ("last", "average")]
    truth = boxes[[2, 3, 6]]
    right = np.column_stack([[0, 0, 1], [0.9, 0.8, 0.7], truth])
    result = SimpleNamespace(
        options=SimpleNamespace(every=2, photos=None), choices=rows, arrays={"found-0": right[:2], "found-1": right}
    )
    seen = differences.truth_set_aside(result, photos)
    assert (seen.photo.tolist(), seen.photos) == ([0, 0, 1], 2) and np.array_equal(seen.boxes, truth)
    ((name, difference),) = differences.differences(result, photos).items()
    assert name == ("base", "average", "one") and difference.value == pytest.approx(1 - 67 / 101)


@pytest.mark.torch
def test_torchvision_s_defaults_are_those_that_the_table_prints():
    import inspect

    from torchvision.models.detection import FasterRCNN

    from cnnlab.experiments.raccoons.tables import TORCHVISION

    parameters = inspect.signature(FasterRCNN).parameters
    assert {name: parameters[name].default for name in TORCHVISION} == TORCHVISION


def test_photos_are_described_and_repeated_ones_found(smoke, drawn_raccoons, written):
    for part in ("train", "test"):  # both splits are the same
        content = (drawn_raccoons / f"instances_{part}_bing0037.json").read_bytes()
        (drawn_raccoons / f"instances_{part}.json").write_bytes(content)
    result, kept = smoke("raccoon_photos", dict(shown=(3, 10), pairs=3), raccoon=drawn_raccoons)
    told = {each.number: (each.size, each.boxes, each.handout, each.author) for each in result.photos}
    assert list(told) == [1, 2, 3, 4, 10, 50, 60]  # 52 and 74 repeat 50, in either split
    assert told[3] == ((80, 60), 2, "train", "train") and told[50] == ((80, 60), 1, "test", "test")
    assert len(kept.arrays["photo"]) == len(kept.arrays["boxes"]) == sum(boxes for _, boxes, *_ in told.values())
    assert set(kept.pictures) == {"photo-3", "photo-10"} and len(result.alike) == 3
    correlations = [each.correlation for each in result.alike]
    assert correlations == sorted(correlations, reverse=True) and max(correlations) <= 1


@pytest.mark.torch
def test_what_is_drawn_is_what_is_counted():
    from cnnlab.experiments.raccoons.outcomes import SCORE_THRESHOLD
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
