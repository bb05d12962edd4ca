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


def test_the_twelve_numbers_are_those_of_cocos_tool():
    from pycocotools.cocoeval import COCOeval

    from cnnlab.evaluation.coco import TWELVE, index, twelve

    rng = np.random.default_rng(1)
    listed = {"images": [{"id": k} for k in range(1, 9)], "categories": [{"id": 1}, {"id": 2}], "annotations": []}
    rows = []
    for photo in range(1, 9):
        for side in (12, 20, 40, 60, 110, 200):
            x, y = rng.uniform(0, 300, 2).tolist()
            own = {"id": len(listed["annotations"]) + 1, "image_id": photo, "category_id": int(rng.integers(1, 3))}
            listed["annotations"].append({**own, "bbox": [x, y, side, side], "area": side * side * 0.8, "iscrowd": 0})
            for _ in range(rng.integers(0, 9)):
                moved = np.array([x, y, x + side, y + side]) + rng.normal(0, side / 12, 4)
                rows.append((photo, *moved, rng.random(), own["category_id"]))
    truth, found = index(listed), np.array(rows)
    with contextlib.redirect_stdout(io.StringIO()):
        tool = COCOeval(
            truth, truth.loadRes(np.column_stack([found[:, :3], found[:, 3:5] - found[:, 1:3], found[:, 5:]])), "bbox"
        )
        tool.evaluate()
        tool.accumulate()
        tool.summarize()
    numbers = twelve(truth, found)
    assert list(numbers) == list(TWELVE) and list(numbers.values()) == tool.stats.tolist()
    assert len(set(numbers.values())) == 12 and 0 < min(numbers.values()) < max(numbers.values()) < 1


def test_the_sizes_by_hand():
    from cnnlab.evaluation.coco import index, twelve

    boxes = {"small": [0, 0, 31, 33], "medium": [50, 0, 33, 33], "large": [100, 0, 97, 97]}  # 1023, 1089, 9409
    listed = {"images": [{"id": 1}], "categories": [{"id": 1}]}
    listed["annotations"] = [
        {"id": k, "image_id": 1, "category_id": 1, "bbox": box, "area": box[2] * box[3], "iscrowd": 0}
        for k, box in enumerate(boxes.values(), 1)
    ]
    found = np.array([(1, 0, 0, 31, 33, 0.9, 1), (1, 100, 0, 197, 97, 0.8, 1)], float)
    numbers = twelve(index(listed), found)
    assert [numbers[f"ap_{size}"] for size in boxes] == pytest.approx([1, 0, 1])
    assert [numbers[f"ar_{size}"] for size in boxes] == pytest.approx([1, 0, 1])
    assert numbers["ap"] == numbers["ap50"] == numbers["ap75"] == pytest.approx(67 / 101)  # of 3 boxes 2
    assert (numbers["ar1"], numbers["ar10"], numbers["ar100"]) == pytest.approx((1 / 3, 2 / 3, 2 / 3))
    assert twelve(index({**listed, "annotations": listed["annotations"][:1]}), found)["ap_large"] == -1


def test_photos_that_count_several_times_are_measured_as_cocos_tool_does():
    from cnnlab.evaluation.coco import Evaluation, index, summary

    rng = np.random.default_rng(2)
    listed = {"images": [{"id": k} for k in range(1, 8)], "categories": [{"id": 1}, {"id": 2}], "annotations": []}
    rows = []
    for photo in range(1, 8):
        for x in range(0, 300, 30):
            own = {"id": len(listed["annotations"]) + 1, "image_id": photo, "category_id": 1 + (photo == 3)}
            crowd = {"iscrowd": int(x == 270), "area": 400.0}
            listed["annotations"].append({**own, "bbox": [x, 0, 20, 20], **crowd})
            for _ in range(3):
                moved = np.array([x, 0, x + 20, 20]) + rng.normal(0, 2, 4)
                rows.append((photo, *moved, rng.random(), rng.integers(1, 3)))
    evaluation = Evaluation(index(listed), np.array(rows))
    for _ in range(20):
        places = rng.integers(0, 7, 7)
        measured = evaluation.weighted(np.bincount(places, minlength=7))
        assert measured == pytest.approx(summary(evaluation.precision(np.sort(places))), abs=1e-9)
    without = [summary(evaluation.precision(np.delete(np.arange(7), place))) for place in range(7)]
    assert evaluation.jackknife() == pytest.approx(np.array(without), abs=1e-9)
    assert evaluation.weighted(np.zeros(7, int)) == (0, 0)


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


def listing(**changes):
    """Two boxes in a photo, in COCO's format; changed, None for what is left out."""
    rows = [(0, 0, 20, 20), (30, 30, 8, 4)]
    boxes = [
        {"id": k, "image_id": 1, "category_id": 1, "bbox": list(box), "area": 100.0, "iscrowd": 0} | changes
        for k, box in enumerate(rows, 1)
    ]
    boxes = [{key: value for key, value in each.items() if value is not None} for each in boxes]
    return {"images": [{"id": 1}], "categories": [{"id": 1, "name": "thing"}], "annotations": boxes}


FOUND = np.array([(1, 0, 0, 20, 20, 0.9, 1), (1, 30, 30, 38, 34, 0.8, 1)], float)


def measured(document, found=FOUND):
    from cnnlab.evaluation.coco import index, twelve

    return twelve(index(document), found)


def numbered(first):
    document = listing()
    for number, each in enumerate(document["annotations"], first):
        each["id"] = number
    return document


@pytest.mark.parametrize(
    "document",
    [numbered(0), numbered(-1), listing(id=None), listing(iscrowd=None), listing(area=None), {**listing(), "info": {}}],
    ids=["from 0", "from -1", "no ids", "no iscrowd", "no area", "more"],
)
def test_perfect_boxes_have_1_whatever_the_annotations_lack(document):
    """COCO's tool takes the id 0 for no match (cocoapi's issues 332 and 507)."""
    numbers = measured(document)
    assert (numbers["ap"], numbers["ap_small"], numbers["ar100"]) == pytest.approx((1, 1, 1))


def test_a_missing_area_is_that_of_the_box():
    from cnnlab.evaluation.coco import index

    assert [each["area"] for each in index(listing(area=None)).dataset["annotations"]] == [400, 32]


UNUSABLE = {
    "ids that repeat": (listing(id=7), "two annotations of the id 7(.|\n)*number them anew"),
    "photos that repeat": ({**listing(), "images": [{"id": 1}, {"id": 1}]}, "two images of the id 1"),
    "no photos": ({key: each for key, each in listing().items() if key != "images"}, "ground truth without images"),
    "no boxes": (listing(bbox=None), r"annotation 1 of image 1 has the bbox None(.|\n)*x, y, width, height"),
    "three numbers": (listing(bbox=[1, 2, 3]), r"the bbox \[1, 2, 3\]"),
    "NaN": (listing(bbox=[0, 0, float("nan"), 4]), "the bbox"),
    "corners": (listing(bbox=[30, 30, -1, 4]), "none negative"),
    "another photo": (listing(image_id=2), "image_id=2(.|\n)*listed"),
    "another class": (listing(category_id=9), "category_id=9"),
}


@pytest.mark.parametrize(("document", "message"), UNUSABLE.values(), ids=UNUSABLE)
def test_annotations_that_cannot_be_are_named(document, message):
    with pytest.raises(DataError, match=message):
        measured(document)


@pytest.mark.parametrize("document", [listing(iscrowd=1), {**listing(), "annotations": []}])
def test_where_nothing_can_be_found_nothing_is_measured(document):
    """Its AP was nan, and so was its interval (maskrcnn-benchmark's issue 498)."""
    from cnnlab.evaluation.coco import Evaluation, index

    for measure in (measured, lambda listed: Evaluation(index(listed), FOUND)):
        with pytest.raises(DataError, match=r"nothing is annotated in 1 photos but \d crowds"):
            measure(document)


@pytest.mark.parametrize("column", [1, 4, 5])
def test_detections_that_are_not_finite_are_named(truth, column):
    found = PERFECT.copy()
    found[2, column] = np.nan
    from cnnlab.evaluation.coco import Evaluation

    with pytest.raises(DataError, match=rf"detections\[2, {column}\] is nan"):
        Evaluation(truth, found)
