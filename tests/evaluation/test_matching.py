"""Detections matched to the ground truth, and average precision: by hand, and against COCO's own tool."""

import contextlib
import io

import numpy as np
import pytest

from cnnlab.errors import DataError, OptionError
from cnnlab.evaluation.matching import (
    THRESHOLDS,
    average_precision,
    bootstrap,
    interpolated_precision,
    match,
    precision_recall_curve,
)

WHOLE, NINE, EIGHT, HALF = (0, 0, 10, 10), (0, 0, 10, 9), (0, 0, 10, 8), (0, 0, 10, 5)
APART = (50, 50, 60, 60)


def taken(found, true, **options):
    """`match` of (photo, box, score) and (photo, box) tuples."""
    groups, boxes, scores = zip(*found, strict=True) if found else ((), np.zeros((0, 4)), ())
    true_groups, true_boxes = zip(*true, strict=True) if true else ((), np.zeros((0, 4)))
    return match(
        *(np.array(groups, int), np.array(boxes, float), np.array(scores, float)),
        *(np.array(true_groups, int), np.array(true_boxes, float)),
        **options,
    )


def at(threshold, found, true):
    return taken(found, true, thresholds=np.array([threshold]))[:, 0].tolist()


def precision_of(right, scores, total, weights=None):
    return average_precision(*precision_recall_curve(np.array(right), np.array(scores), total, weights))


def test_there_are_ten_thresholds():
    assert THRESHOLDS.round(2).tolist() == [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]
    assert taken([(0, EIGHT, 0.9)], [(0, WHOLE)])[0].tolist() == [0] * 7 + [-1] * 3


def test_the_detection_of_higher_score_is_matched_and_the_other_is_a_false_positive():
    assert at(0.5, [(0, WHOLE, 0.8), (0, NINE, 0.9)], [(0, WHOLE)]) == [-1, 0]
    assert at(0.95, [(0, WHOLE, 0.8), (0, NINE, 0.9)], [(0, WHOLE)]) == [0, -1]


def test_of_equal_scores_the_first_chooses_first():
    assert at(0.5, [(0, NINE, 0.8), (0, WHOLE, 0.8)], [(0, WHOLE)]) == [0, -1]


def test_the_choice_is_greedy_even_where_another_is_better():
    found, true = [(0, NINE, 0.9), (0, WHOLE, 0.8)], [(0, WHOLE), (0, EIGHT)]
    assert at(0.85, found, true) == [0, -1]  # NINE fits both; had it taken EIGHT, both would be right
    assert at(0.75, found, true) == [0, 1]


def test_the_box_that_overlaps_most_is_taken_and_of_equal_ones_the_last():
    assert at(0.5, [(0, NINE, 0.9)], [(0, EIGHT), (0, WHOLE), (0, HALF)]) == [1]
    assert at(0.5, [(0, NINE, 0.9), (0, NINE, 0.8)], [(0, NINE), (0, WHOLE), (0, NINE)]) == [2, 0]


def test_an_overlap_of_the_threshold_is_enough():
    assert at(0.5, [(0, HALF, 0.9)], [(0, WHOLE)]) == [0]
    assert at(np.nextafter(0.5, 1), [(0, HALF, 0.9)], [(0, WHOLE)]) == [-1]
    assert at(1.0, [(0, WHOLE, 0.9)], [(0, WHOLE)]) == [0]
    assert at(1.0, [(0, (0, 0, 1, 1 - 1e-11), 0.9)], [(0, (0, 0, 1, 1))]) == [0]  # COCO's tool asks for 1 − 1e-10


def test_a_box_of_another_photo_is_not_taken():
    found = [(2, WHOLE, 0.9), (0, WHOLE, 0.8), (1, APART, 0.7), (2, APART, 0.6)]
    assert at(0.5, found, [(2, APART), (1, WHOLE), (0, WHOLE), (2, WHOLE)]) == [3, 2, -1, 0]


def test_photos_without_boxes_and_without_detections():
    assert at(0.5, [(0, WHOLE, 0.9), (3, WHOLE, 0.9)], [(3, WHOLE)]) == [-1, 0]
    assert at(0.5, [(1, WHOLE, 0.9)], [(0, WHOLE), (1, WHOLE), (7, WHOLE)]) == [1]


@pytest.mark.parametrize("kind", ["uint8", "uint16", "uint32", "uint64", "int8", "int32", "int64"])
def test_photos_may_be_numbered_by_any_integers(kind):
    groups, true_groups = np.array([200 % 128, 0], kind), np.array([0, 72], kind)
    boxes = np.array([WHOLE, WHOLE], float)
    assert match(groups, boxes, np.array([0.9, 0.8]), true_groups, boxes)[:, 0].tolist() == [1, 0]


@pytest.mark.parametrize("groups", [[0.0, 1.0], [-1, 0], ["a", "b"]])
def test_photos_numbered_otherwise_are_refused(groups):
    boxes = np.array([WHOLE, WHOLE], float)
    for given in ((groups, [0, 1]), ([0, 1], groups)):
        with pytest.raises(OptionError, match="groups(.|\n)*integers from 0"):
            match(np.array(given[0]), boxes, np.array([0.9, 0.8]), np.array(given[1]), boxes)


def test_no_detections_and_no_boxes_at_all():
    assert taken([], [(0, WHOLE)]).shape == taken([], []).shape == (0, 10)
    assert taken([(0, WHOLE, 0.9), (4, WHOLE, 0.9)], []).tolist() == [[-1] * 10] * 2
    assert precision_of(np.zeros((0, 10), bool), np.zeros(0), 3).tolist() == [0] * 10
    assert precision_of(np.zeros((2, 3), bool), [0.5, 0.6], 0).tolist() == [0] * 3


def test_precision_recall_curve_by_hand():
    recall, precision = precision_recall_curve(np.array([True, True, False]), np.array([0.7, 0.9, 0.8]), 4)
    assert recall.tolist() == [0.25, 0.25, 0.5] and precision.tolist() == [1, 0.5, pytest.approx(2 / 3)]


def test_average_precision_by_hand():
    # right, wrong, right of two boxes: precision 1 up to a recall of 0.50, 2/3 above
    assert precision_of([True, False, True], [0.9, 0.8, 0.7], 2) == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert precision_of([True, False], [0.9, 0.8], 2) == pytest.approx(51 / 101)
    assert precision_of([False, True], [0.9, 0.8], 1) == pytest.approx(1 / 2)
    assert precision_of([False, False], [0.9, 0.8], 1) == 0
    # the precision at a recall is the best at this one or a higher one: 3/4 up to the end
    assert precision_of([False, True, True, True], [0.9, 0.8, 0.7, 0.6], 3) == pytest.approx(3 / 4)


def test_each_threshold_has_its_own_curve():
    right = np.array([[True, True], [True, False]])
    assert precision_of(right, [0.9, 0.8], 2).tolist() == [1, pytest.approx(51 / 101)]


def test_a_perfect_detector_has_an_average_precision_of_1():
    rng = np.random.default_rng(0)
    true = [(photo, (x, y, x + 9, y + 7)) for photo in range(4) for x, y in rng.integers(0, 90, (photo, 2))]
    found = [(*each, score) for each, score in zip(true, rng.random(len(true)), strict=True)]
    right = taken(found, true) >= 0
    scores = [score for *_, score in found]
    assert precision_of(right, scores, len(true)).tolist() == [1] * 10
    more = np.concatenate([right, np.zeros((5, 10), bool)])
    assert precision_of(more, [*scores, *[-1] * 5], len(true)).tolist() == [1] * 10


def test_weights_count_detections_as_often_as_they_say():
    rng = np.random.default_rng(1)
    for _ in range(50):
        count = int(rng.integers(1, 20))
        right, scores, weights = rng.random((count, 3)) < 0.6, rng.random(count), rng.integers(0, 4, count)
        if not weights.any():
            continue
        total = int((right * weights[:, None]).sum(axis=0).max()) + 2
        recall, precision = precision_recall_curve(right, scores, total, weights)
        repeated = precision_recall_curve(np.repeat(right, weights, axis=0), np.repeat(scores, weights), total)
        ends = np.cumsum(weights[np.argsort(-scores)])
        some = ends > 0
        assert np.allclose(recall[some], repeated[0][ends[some] - 1])
        assert np.allclose(precision[some], repeated[1][ends[some] - 1])
        assert np.allclose(average_precision(recall, precision), average_precision(*repeated))
    assert np.array_equal(
        precision_recall_curve(right, scores, 9), precision_recall_curve(right, scores, 9, np.ones(count))
    )


def test_precisions_are_read_off_at_101_recalls():
    read = interpolated_precision(np.array([0.25, 0.25, 0.5]), np.array([1, 0.5, 2 / 3]))
    assert read.tolist() == [1] * 26 + [2 / 3] * 25 + [0] * 50
    assert interpolated_precision(np.zeros((0, 4)), np.zeros((0, 4))).tolist() == [[0] * 4] * 101


def test_the_bootstrap_counts_each_photo_as_often_as_it_is_drawn():
    right, scores = np.array([[True, False], [False, True], [True, True]]), np.array([0.9, 0.8, 0.7])
    photos, boxes = np.array([0, 1, 1]), np.array([1, 2])
    found = bootstrap(right, scores, photos, boxes, 40, seed=5)
    first_twice, second_twice = (1, 0), (51 * 0.5 / 101, 1)
    each_once = ((34 + 33 * 2 / 3) / 101, 67 * 2 / 3 / 101)
    seen = {tuple(each) for each in found.mean(axis=1).round(9)}
    assert found.shape == (40, 101, 2)
    assert seen == {tuple(np.round(each, 9)) for each in (first_twice, second_twice, each_once)}
    assert np.array_equal(found, bootstrap(right, scores, photos, boxes, 40, seed=5))
    assert not np.array_equal(found, bootstrap(right, scores, photos, boxes, 40, seed=6))


def test_the_bootstrap_draws_photos_without_boxes_too():
    found = bootstrap(np.array([True, False]), np.array([0.9, 0.8]), np.array([0, 2]), np.array([1, 0, 0]), 60, seed=0)
    # 1 where the first photo is drawn, 0 where only those without a box are
    assert found.shape == (60, 101) and set(found.ravel()) == {0, 1} and 5 < (found.mean(axis=1) == 0).sum() < 30


def drawn(rng, photos=None, ties=True):
    """Detections and true boxes of some photos on a small grid, in order of the photos: half of the detections lie
    about a true box. ties: scores and overlaps of which many are equal; else none are."""
    photos = photos or int(rng.integers(1, 6))
    found, true = [], []
    for photo in range(photos):
        boxes = [random_box(rng, ties) for _ in range(rng.integers(0, 7))]
        if ties and boxes:
            boxes.append(boxes[0])
        true += [(photo, box) for box in boxes]
        for _ in range(rng.integers(0, 16)):
            box = random_box(rng, ties)
            if boxes and rng.random() < 0.6:
                box = tuple(np.array(boxes[rng.integers(len(boxes))]) + rng.integers(-1, 2, 4))
            found.append((photo, box, rng.integers(0, 9) / 8 if ties else rng.random()))
    return (found, true) if true else (found, [(0, random_box(rng, ties))])


def random_box(rng, whole):
    x, y, width, height = *rng.integers(0, 12, 2), *rng.integers(3, 10, 2)
    box = np.array([x, y, x + width, y + height], float)
    return tuple(box if whole else box + rng.uniform(0, 1, 4))


def by_coco(found, true):
    """What COCO's tool makes of them: the place of the true box that each detection takes, the ten precisions."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    photos = 1 + max(photo for photo, *_ in found + true)
    truth = COCO()
    truth.dataset = {"info": {}, "images": [{"id": k} for k in range(photos)], "categories": [{"id": 1}]}
    truth.dataset["annotations"] = [
        {"id": k + 1, "image_id": photo, "category_id": 1, "iscrowd": 0, "bbox": wide(box), "area": 1.0}
        for k, (photo, box) in enumerate(true)
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        answers = truth.loadRes(
            [{"image_id": photo, "category_id": 1, "bbox": wide(box), "score": score} for photo, box, score in found]
        )
        tool = COCOeval(truth, answers, "bbox")
        tool.params.areaRng, tool.params.areaRngLbl, tool.params.maxDets = tool.params.areaRng[:1], ["all"], [100]
        tool.evaluate()
        tool.accumulate()
    places = np.full((len(found), 10), -1)
    for each in filter(None, tool.evalImgs):
        for k, number in enumerate(each["dtIds"]):
            places[number - 1] = each["dtMatches"][:, k] - 1
    return places, tool.eval["precision"][:, :, 0, 0, 0].mean(axis=1)


def wide(box):
    return [float(box[0]), float(box[1]), float(box[2] - box[0]), float(box[3] - box[1])]


@pytest.mark.parametrize("ties", [True, False])
def test_matches_and_precisions_are_those_of_cocos_tool(ties):
    rng, precisions, wrong = np.random.default_rng(2), [], 0
    for _ in range(40):
        found, true = drawn(rng, ties=ties)
        if not found:
            continue
        places, expected = by_coco(found, true)
        ours = taken(found, true)
        assert np.array_equal(ours, places)
        precision = precision_of(ours >= 0, [score for *_, score in found], len(true))
        assert np.allclose(precision, expected, rtol=0, atol=1e-12)
        precisions.append(precision)
        wrong += (ours < 0).sum()
    spread = np.array(precisions)
    assert len(spread) > 35 and wrong > 100 and (spread[:, 0] > spread[:, -1]).sum() > 30 and spread.std() > 0.1


def test_many_epochs_in_one_go_are_matched_as_each_alone():
    rng = np.random.default_rng(3)
    _, true = drawn(rng, photos=4)
    epochs = [list(drawn(rng, photos=4)[0]) for _ in range(6)]
    epochs[2] = []
    together = taken(
        [(4 * epoch + photo, box, score) for epoch, found in enumerate(epochs) for photo, box, score in found],
        [(4 * epoch + photo, box) for epoch in range(6) for photo, box in true],
    )
    first = 0
    for epoch, found in enumerate(epochs):
        alone, here = taken(found, true), together[first : first + len(found)]
        assert np.array_equal(np.where(here >= 0, here - epoch * len(true), -1), alone)
        first += len(found)
    assert first == len(together) and (together >= 0).any()


def test_the_order_of_the_rows_does_not_matter():
    rng = np.random.default_rng(4)
    for _ in range(20):
        found, true = drawn(rng, ties=False)
        order, true_order = rng.permutation(len(found)), rng.permutation(len(true))
        straight = taken(found, true)
        mixed = taken([found[k] for k in order], [true[k] for k in true_order])
        assert np.array_equal(mixed >= 0, straight[order] >= 0)
        for row, k in zip(mixed, order, strict=True):
            assert all(
                true[true_order[new]] == true[old] for new, old in zip(row, straight[k], strict=True) if old >= 0
            )


BAD = float("nan"), float("inf")


@pytest.mark.parametrize("value", BAD)
def test_numbers_that_are_not_finite_are_named(value):
    """Boxes that are NaN had an AP of 1."""
    from cnnlab.evaluation.error_kinds import errors_by_kind

    place, box, score = np.zeros(1, int), np.array([[0.0, 0, 4, 4]]), np.ones(1)
    broken = np.array([[0.0, 0, value, 4]])
    calls = {
        r"boxes\[0, 2\] is": lambda: match(place, broken, score, place, box),
        r"ground_truth\[0, 2\] is": lambda: match(place, box, score, place, broken),
        r"scores\[0\] is": lambda: match(place, box, score * value, place, box),
        r"scores\[0\] is (.|\n)*leave them out": lambda: precision_recall_curve(place > 0, score * value, 1),
        r"precision\[0\] is": lambda: average_precision(score, score * value),
        r"recall\[0\] is": lambda: average_precision(score * value, score),
        r"boxes of the ground truth\[0, 2\] is": lambda: errors_by_kind(
            box, place, score, place, true_boxes=broken, true_labels=place, true_photo=place
        ),
    }
    for message, call in calls.items():
        with pytest.raises(DataError, match=message):
            call()


@pytest.mark.parametrize(
    ("boxes", "scores"),
    [(np.ones((4, 5)), np.ones(4)), (np.ones((3, 4)), np.ones(4)), (np.ones((4, 4)), np.ones((4, 1)))],
)
def test_arrays_that_do_not_fit_together_are_refused(boxes, scores):
    with pytest.raises(OptionError, match=r"(boxes|scores) \("):
        match(np.zeros(4, int), boxes, scores, np.zeros(1, int), np.array([[0.0, 0, 4, 4]]))


@pytest.mark.parametrize("thresholds", [[0.0], [0.5, -1], [float("nan")], 0.5, [[0.5]]])
def test_thresholds_that_are_none_are_refused(thresholds):
    with pytest.raises(OptionError, match=r"thresholds=(.|\n)*numbers above 0"):
        taken([(0, WHOLE, 0.9)], [(0, APART)], thresholds=np.array(thresholds))


def test_photos_of_high_numbers_take_no_more_room():
    found = [(2**62, WHOLE, 0.9), (7, WHOLE, 0.8), (10**9, APART, 0.7)]
    assert at(0.5, found, [(10**9, WHOLE), (2**62, WHOLE), (10**9, APART)]) == [1, -1, 2]


@pytest.mark.parametrize("kind", [int, float, np.uint8])
def test_ones_and_zeros_are_true_and_false(kind):
    """The complement of the integer 1 is −2: precisions were 1e12."""
    right, scores = np.array([True, False, True]), np.array([0.9, 0.8, 0.7])
    found = precision_recall_curve(right.astype(kind), scores, 2)
    assert np.array_equal(found, precision_recall_curve(right, scores, 2))
    assert np.array_equal(found, precision_recall_curve(right.tolist(), scores.tolist(), 2))


@pytest.mark.parametrize(
    ("right", "total", "weights", "error", "message"),
    [
        ([True, True], 0, None, OptionError, r"total=0 boxes, true positives: 2(.|\n)*a box for each"),
        ([True, True], 1, None, OptionError, "total=1 boxes"),
        ([False, False], -1, None, OptionError, "total=-1 boxes"),
        ([True, False], float("nan"), None, OptionError, "total=nan boxes"),
        ([2, 0], 2, None, OptionError, r"true_positive: int64 \(2,\)\S* .*\n  allowed: booleans"),
        ([0.5, 0], 2, None, OptionError, "true_positive: float64"),
        ([True], 2, None, OptionError, r"true_positive: bool \(1,\), scores \(2,\)"),
        ([True, True], 2, [1, float("nan")], DataError, r"weights\[1\] is nan"),
    ],
)
def test_curves_of_what_does_not_fit_are_refused(right, total, weights, error, message):
    with pytest.raises(error, match=message):
        precision_recall_curve(np.array(right), np.array([0.9, 0.8]), total, weights)


def test_weights_whose_sum_is_rounded_are_no_more_than_the_boxes():
    recall, _ = precision_recall_curve(np.ones(10, bool), np.arange(10.0), 1, np.full(10, 0.1 + 1e-17))
    assert recall[-1] == pytest.approx(1)
