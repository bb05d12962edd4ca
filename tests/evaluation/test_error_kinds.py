"""Kinds of error and what each costs, by hand from the definitions of Bolya et al. 2020, and against COCO's tool."""

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.evaluation import errors_by_kind

WHOLE, NINE, HALF, FOUR, ONE = ((0, 0, 10, side) for side in (10, 9, 5, 4, 1))  # IoU with WHOLE: 1, .9, .5, .4, .1
APART, FOUR_APART, AWAY = (50, 0, 60, 10), (50, 0, 60, 4), (80, 80, 90, 90)
FIRST, SECOND = 1, 2  # classes


def judged(found, true, **options):
    """`errors_by_kind` of (box, class, score, photo) and (box, class, photo); a photo that is left out is 0."""
    found, true = ([(*each, 0)[:size] for each in rows] for rows, size in ((found, 4), (true, 3)))
    boxes, labels, scores, photo = zip(*found, strict=True) if found else ((), (), (), ())
    true_boxes, true_labels, true_photo = zip(*true, strict=True) if true else ((), (), ())
    truth = dict(true_boxes=np.array(true_boxes), true_labels=np.array(true_labels), true_photo=np.array(true_photo))
    return errors_by_kind(np.array(boxes), np.array(labels), np.array(scores), np.array(photo), **truth, **options)


def gains(result):
    return {kind: round(gain, 9) for kind, gain in result.gains.items() if gain}


def near(**values):
    return {kind: round(value, 9) for kind, value in values.items()}


def test_each_kind_once():
    found = [
        (WHOLE, FIRST, 0.9),
        (NINE, FIRST, 0.8),
        (FOUR, FIRST, 0.7),
        (APART, FIRST, 0.6),
        (FOUR_APART, FIRST, 0.5),
        (AWAY, FIRST, 0.4),
    ]
    true = [(WHOLE, FIRST), (APART, SECOND), (AWAY, SECOND, 1)]
    result = judged(found, true)
    assert result.kinds.tolist() == ["", "repeated", "location", "class", "both", "background"]
    assert result.matched.tolist() == [0, -1, -1, -1, -1, -1] and result.near.tolist() == [-1, 0, 0, 1, 1, -1]
    assert result.missed.tolist() == [False, False, True]  # what a class error stands for is not missed
    assert result.counts == dict.fromkeys(("class", "location", "both", "repeated", "background", "missed"), 1)


@pytest.mark.parametrize(
    ("box", "label", "kind"),
    [
        (HALF, FIRST, "location"),  # tb ≤ IoU ≤ tf, both ends included
        (ONE, FIRST, "location"),
        (HALF, SECOND, "class"),
        (ONE, SECOND, "background"),
        ((0, 0, 10, 4.999), SECOND, "both"),
        ((0, 0, 10, 5.001), FIRST, "repeated"),
    ],
)
def test_the_ends_of_the_intervals(box, label, kind):
    assert judged([(WHOLE, FIRST, 0.9), (box, label, 0.8)], [(WHOLE, FIRST)]).kinds.tolist() == ["", kind]


def test_where_two_conditions_hold_the_first_counts():
    # .4 with a box of its class, 1 with one of another: location before class; .9 and 1: class before repeated
    assert judged([(FOUR, FIRST, 0.9)], [(WHOLE, FIRST), (FOUR, SECOND)]).kinds.tolist() == ["location"]
    found = [(NINE, FIRST, 0.9), (NINE, FIRST, 0.8)]
    assert judged(found, [(WHOLE, FIRST), (NINE, SECOND)]).kinds.tolist() == ["", "class"]


def test_the_ground_truth_of_another_photo_does_not_count():
    result = judged([(WHOLE, FIRST, 0.9, 1)], [(WHOLE, FIRST, 0), (AWAY, FIRST, 1)])
    assert result.kinds.tolist() == ["background"] and result.missed.tolist() == [True, True]


def test_a_false_positive_of_higher_score_costs_half():
    # precision ½ at every recall; without the false positive 1
    for box, label, kind in ((AWAY, FIRST, "background"), (FOUR_APART, FIRST, "both")):
        result = judged([(box, label, 0.9), (WHOLE, FIRST, 0.8)], [(WHOLE, FIRST), (APART, SECOND, 0)])
        assert result.kinds.tolist() == [kind, ""] and result.ap == pytest.approx(1 / 4)
        assert gains(result) == near(**{kind: 1 / 4, "false_positives": 1 / 4})  # class 2 keeps 0: its box is missed


def test_a_repeated_detection():
    # right, wrong, right of two boxes: precision 1 up to a recall of .50, 2/3 above
    found = [(WHOLE, FIRST, 0.9), (NINE, FIRST, 0.8), (APART, FIRST, 0.7)]
    result = judged(found, [(WHOLE, FIRST), (APART, FIRST)])
    assert result.ap == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert gains(result) == near(repeated=50 / 3 / 101, false_positives=50 / 3 / 101)


def test_a_location_error_becomes_a_true_positive_the_next_of_its_box_goes():
    found = [(FOUR, FIRST, 0.9), (APART, FIRST, 0.8), (FOUR, FIRST, 0.7)]
    result = judged(found, [(WHOLE, FIRST), (APART, FIRST)])
    assert result.kinds.tolist() == ["location", "", "location"] and not result.missed.any()
    assert result.ap == pytest.approx(51 / 2 / 101)
    gained = near(location=1 - 51 / 2 / 101, false_positives=51 / 2 / 101, false_negatives=1 / 2 - 51 / 2 / 101)
    assert gains(result) == gained


def test_a_location_error_of_a_box_that_is_matched_goes():
    found = [(WHOLE, FIRST, 0.9), (FOUR, FIRST, 0.8), (APART, FIRST, 0.7)]
    result = judged(found, [(WHOLE, FIRST), (APART, FIRST)])
    assert gains(result) == near(location=50 / 3 / 101, false_positives=50 / 3 / 101)


def test_of_several_errors_of_a_box_that_of_highest_score_is_corrected():
    found = [(WHOLE, SECOND, 0.9), (FOUR, FIRST, 0.8), (APART, FIRST, 0.5)]
    result = judged(found, [(WHOLE, FIRST), (APART, FIRST)])
    assert result.kinds.tolist() == ["class", "location", ""] and result.near.tolist() == [0, 0, -1]
    assert result.ap == pytest.approx(51 / 2 / 101)
    assert result.gains["class"] == pytest.approx((51 + 50 * 2 / 3 - 51 / 2) / 101)  # right, wrong, right
    assert result.gains["location"] == pytest.approx(51 / 2 / 101)  # the location error only goes


def test_a_class_error_leaves_one_class_for_the_other():
    # class 1: wrong, right; class 2: nothing. Corrected: 1 and 1
    found = [(APART, FIRST, 0.9), (WHOLE, FIRST, 0.8)]
    result = judged(found, [(WHOLE, FIRST), (APART, SECOND)])
    assert result.ap == pytest.approx(1 / 4) and result.gains["class"] == pytest.approx(3 / 4)


def test_a_class_without_a_box_does_not_count():
    result = judged([(WHOLE, FIRST, 0.9), (AWAY, SECOND, 0.8)], [(WHOLE, FIRST)])
    assert result.ap == 1 and gains(result) == {} and result.counts["background"] == 1


def test_missed_boxes_are_taken_from_the_number_of_boxes():
    result = judged([(WHOLE, FIRST, 0.9)], [(WHOLE, FIRST), (APART, FIRST), (AWAY, SECOND)])
    assert result.missed.tolist() == [False, True, True] and result.ap == pytest.approx(51 / 101 / 2)
    assert gains(result) == near(missed=50 / 101 / 2, false_negatives=50 / 101 / 2)  # of class 2 no box is left: 0


def test_what_lies_in_a_crowd_does_not_count_unless_it_matches():
    found = [(AWAY, FIRST, 0.9), (WHOLE, FIRST, 0.8)]
    result = judged(found, [(WHOLE, FIRST)], ignored=np.array([True, True]))
    assert result.kinds.tolist() == ["", ""] and result.matched.tolist() == [-1, 0] and result.ap == 1


def test_no_detections_and_no_boxes():
    silent = judged([], [(WHOLE, FIRST)])
    assert silent.counts["missed"] == 1 and silent.ap == 0 and silent.kinds.shape == (0,)
    alone = judged([(WHOLE, FIRST, 0.9)], [])
    assert alone.kinds.tolist() == ["background"] and alone.ap == 0 and alone.missed.shape == (0,)
    assert judged([], []).ap == 0


def drawn(seed, classes):
    """Detections and boxes of some photos, many of them near each other, no two scores alike."""
    rng = np.random.default_rng(seed)
    true = [
        ((x, y, x + width, y + height), int(rng.integers(1, classes + 1)), photo)
        for photo in range(6)
        for x, y, width, height in np.column_stack([rng.uniform(0, 60, (9, 2)), rng.uniform(5, 30, (9, 2))]).tolist()
    ]
    found = []
    for box, label, photo in true * 3:
        moved = np.array(box) + rng.normal(0, 4, 4)
        moved[2:] = np.maximum(moved[2:], moved[:2] + 1)
        label = label if rng.random() < 0.7 else int(rng.integers(1, classes + 1))
        found.append((tuple(moved.tolist()), label, float(rng.random()), photo))
    return found, true


@pytest.mark.torch
@pytest.mark.parametrize("classes", [1, 3])
def test_its_average_precision_is_cocos(classes):
    from cnnlab.evaluation.coco import Evaluation, index, summary

    found, true = drawn(5, classes)
    listed = {"images": [{"id": k} for k in range(6)], "categories": [{"id": k + 1} for k in range(classes)]}
    listed["annotations"] = [
        {"id": k, "image_id": photo, "category_id": label, "bbox": [x1, y1, x2 - x1, y2 - y1], "area": 1, "iscrowd": 0}
        for k, ((x1, y1, x2, y2), label, photo) in enumerate(true, 1)
    ]
    rows = np.array([(photo, *box, score, label) for box, label, score, photo in found])
    _, ap50 = summary(Evaluation(index(listed), rows).precision())
    result = judged(found, true)
    assert result.ap == pytest.approx(ap50) and 0.2 < ap50 < 0.9
    assert sum(result.counts.values()) == (result.matched < 0).sum() + result.missed.sum()
    assert all(result.counts.values()) if classes > 1 else result.counts["class"] == result.counts["both"] == 0
    assert min(result.gains.values()) >= 0 and result.gains["missed"] <= result.gains["false_negatives"]


@pytest.mark.parametrize(
    "wrong",
    [
        dict(scores=np.ones(2)),
        dict(labels=np.array([0.5])),
        dict(photo=np.array([-1])),
        dict(boxes=np.ones((1, 3))),
        dict(ignored=np.zeros(2, bool)),
        dict(foreground=0.1),
        dict(background=-0.1),
    ],
)
def test_what_does_not_fit_is_refused(wrong):
    given = dict(boxes=np.array([WHOLE]), labels=np.array([1]), scores=np.array([0.9]), photo=np.array([0]))
    truth = dict(true_boxes=np.array([WHOLE]), true_labels=np.array([1]), true_photo=np.array([0]))
    with pytest.raises(OptionError):
        errors_by_kind(**{**given, **truth, **wrong})
