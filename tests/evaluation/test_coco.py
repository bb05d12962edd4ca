"""COCO's metrics of detections: by hand, against its tool as it comes, and for what cannot be measured."""

import contextlib
import io

import numpy as np
import pytest

from cnnlab.errors import DataError

pytestmark = pytest.mark.torch
BOXES = {
    1: [(10, 10, 20, 20, 1)],
    2: [(0, 0, 30, 30, 1), (40, 40, 10, 10, 3)],
    3: [(5, 5, 50, 50, 3)],
}  # x, y, w, h, class


@pytest.fixture
def truth():
    from cnnlab.evaluation.coco import index

    listed = {"images": [{"id": number} for number in BOXES], "annotations": []}
    listed["categories"] = [{"id": k, "name": f"class {k}"} for k in (1, 2, 3)]
    for number, boxes in BOXES.items():
        for *box, category in boxes:
            own = {"id": len(listed["annotations"]) + 1, "image_id": number, "category_id": category}
            listed["annotations"].append({**own, "bbox": box, "area": box[2] * box[3], "iscrowd": 0})
    return index(listed)


PERFECT = np.array(
    [(k, x, y, x + w, y + h, 0.9, c) for k, boxes in BOXES.items() for x, y, w, h, c in boxes], dtype=float
)


def test_a_perfect_detector_has_1_and_a_silent_one_0(truth):
    from cnnlab.evaluation.coco import Evaluation, summary

    assert summary(Evaluation(truth, PERFECT).precision()) == pytest.approx((1, 1))
    assert summary(Evaluation(truth, np.zeros((0, 7))).precision()) == (0, 0)


def test_it_measures_as_cocos_tool_does(truth):
    from pycocotools.cocoeval import COCOeval

    from cnnlab.evaluation.coco import Evaluation, summary

    rng = np.random.default_rng(0)
    found = np.repeat(PERFECT, 5, axis=0)
    found[:, 1:5] += rng.normal(0, 1.5, (len(found), 4))
    found[:, 5] = rng.random(len(found))
    with contextlib.redirect_stdout(io.StringIO()):
        answers = truth.loadRes(np.column_stack([found[:, :3], found[:, 3:5] - found[:, 1:3], found[:, 5:]]))
        tool = COCOeval(truth, answers, "bbox")
        tool.evaluate()
        tool.accumulate()
        tool.summarize()
    evaluation = Evaluation(truth, found)
    assert summary(evaluation.precision()) == pytest.approx(tool.stats[:2].tolist())
    assert 0 < tool.stats[0] < 1
    assert summary(evaluation.precision([0, 1, 2])) == summary(evaluation.precision())


def test_the_bootstrap_is_the_same_for_a_seed_and_lies_around_the_measure(truth):
    from cnnlab.evaluation.coco import Evaluation, summary

    half = PERFECT.copy()
    half[2, 1:5] += 5  # a box too far off
    evaluation = Evaluation(truth, half)
    once, again, other = (evaluation.bootstrap(30, seed) for seed in (0, 0, 1))
    assert once.shape == (30, 2) and np.array_equal(once, again) and not np.array_equal(once, other)
    assert once[:, 1].min() < summary(evaluation.precision())[1] < once[:, 1].max()


@pytest.mark.parametrize("found", [np.zeros(7), np.zeros((2, 6)), np.array([(9, 0, 0, 5, 5, 0.5, 1)])])
def test_detections_of_another_shape_or_photo_are_refused(truth, found):
    from cnnlab.evaluation.coco import Evaluation

    with pytest.raises(DataError, match=r"shape|photo 9"):
        Evaluation(truth, found)


def test_which_part_of_a_box_lies_in_a_crowd():
    from cnnlab.data.coco import corners
    from cnnlab.evaluation.coco import coverage

    labels, crowd = corners([{"bbox": [0, 0, 100, 10], "category_id": 3}])
    assert labels.tolist() == [3] and crowd.tolist() == [[0, 0, 100, 10]]
    boxes = np.array([(0, 0, 10, 10), (0, 0, 10, 20), (0, 20, 10, 30), (95, 0, 105, 10)], float)
    assert coverage(boxes, crowd)[:, 0].tolist() == [1, 0.5, 0, 0.5]
    assert coverage(boxes, corners([])[1]).shape == (4, 0)
