"""What a detector found: put in order, cut off at the edges, thinned out, selected, and stored."""

import msgspec
import numpy as np
import pytest

from cnnlab.detection.detections import Detection, Detections, StoredDetections
from cnnlab.errors import OptionError

CLASSES = ("nothing", "cat", "dog")
STRIDES = (slice(None, None, 0), slice("a", "b"), slice(0.5))
NONE = (np.zeros((0, 4)), np.zeros(0), np.zeros(0))


def found(boxes, scores, labels=None, size=(40, 30)):
    return Detections.from_output(boxes, labels or [1] * len(scores), scores, CLASSES, size)


def test_the_highest_score_comes_first_and_of_equal_ones_the_first():
    four = found([[k, 0, k + 5, 5] for k in range(4)], [0.3, 0.9, 0.3, 0.5], [1, 2, 2, 1])
    assert four.boxes[:, 0].tolist() == [1, 3, 0, 2] and four.labels.tolist() == [2, 1, 1, 2]
    assert four.names == ("dog", "cat", "cat", "dog") and len(four) == 4
    assert four.scores == pytest.approx([0.9, 0.5, 0.3, 0.3])
    many = found([[k % 35, 0, k % 35 + 5, 5] for k in range(100)], [0.5 + 0.25 * (k % 2) for k in range(100)])
    assert many.boxes[:, 0].tolist() == [k % 35 for k in (*range(1, 100, 2), *range(0, 100, 2))]


def test_boxes_are_cut_off_at_the_edges_of_the_picture():
    cut = found(
        [[-3, -2, 50, 60], [10, 20, 41, 29], [-np.inf, 5, np.inf, 6], [1.5, 2.5, 3.5, 4.5]], [0.9, 0.8, 0.7, 0.6]
    )
    assert cut.boxes.tolist() == [[0, 0, 40, 30], [10, 20, 40, 29], [0, 5, 40, 6], [1.5, 2.5, 3.5, 4.5]]
    assert cut.boxes.dtype == np.float32


@pytest.mark.parametrize(
    "box",
    [
        [5, 5, 5, 9],
        [5, 5, 9, 5],
        [9, 5, 5, 9],
        [5, 9, 9, 5],
        [40, 5, 50, 9],
        [-9, 5, 0, 9],
        [5, 30, 9, 40],
        [5, -9, 9, 0],
        [np.nan, 5, 9, 9],
        [5, 5, 9, np.nan],
    ],
)
def test_what_has_no_area_in_the_picture_is_left_out(box):
    one = found([[1, 1, 2, 2], box], [0.1, 0.9], [2, 1])
    assert one.boxes.tolist() == [[1, 1, 2, 2]] and one.names == ("dog",)


@pytest.mark.parametrize("label", [-1, 3, 90])
def test_a_class_without_a_name_is_refused(label):
    with pytest.raises(OptionError, match=rf"class {label}\n  allowed: 0 to 2(.|\n)*detector\.names") as caught:
        found([[1, 1, 2, 2]] * 2, [0.9, 0.8], [1, label])
    assert caught.value.remedy


def test_a_detector_may_find_nothing():
    nothing = Detections.from_output(*NONE, CLASSES, (40, 30))
    assert len(nothing) == len(nothing.above(0)) == 0 and nothing.names == ()
    assert nothing.boxes.shape == (0, 4) and nothing.labels.dtype.kind == "i"
    assert len(Detections.from_output([], [], [], CLASSES, (40, 30))) == 0


def test_a_score_of_the_threshold_is_enough():
    three = found([[k, 0, k + 5, 5] for k in range(3)], [0.25, 0.5, 0.75], [1, 2, 1])
    kept = three.above(0.5)
    assert kept.scores.tolist() == [0.75, 0.5] and kept.names == ("cat", "dog")
    assert kept.boxes[:, 0].tolist() == [2, 1] and kept.labels.tolist() == [1, 2]
    assert [len(three.above(each)) for each in (0, 0.51, 0.75, 1)] == [3, 1, 1, 0]


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan"), float("inf"), 50])
def test_a_threshold_that_is_no_score_is_refused(threshold):
    with pytest.raises(OptionError, match=rf"threshold={threshold}\n  allowed: 0 to 1"):
        Detections.from_output(*NONE, CLASSES, (40, 30)).above(threshold)


def test_stored_detections_come_back():
    rng = np.random.default_rng(0)
    boxes = rng.uniform(0, 20, (6, 4)) + np.array([0, 0, 15, 10])
    some = found(boxes, rng.random(6), rng.integers(1, 3, 6).tolist(), size=(35, 30))
    stored = msgspec.json.decode(msgspec.json.encode(some.stored()), type=StoredDetections)
    again = Detections.from_stored(stored)
    assert np.abs(again.boxes - some.boxes).max() <= 0.00501 and np.abs(again.scores - some.scores).max() <= 0.0000501
    assert again.labels.tolist() == some.labels.tolist() and again.names == some.names
    assert (again.boxes.dtype, again.scores.dtype) == (some.boxes.dtype, some.scores.dtype)
    assert again.stored() == stored == some.stored() and all(len(str(each)) <= 6 for each in stored.scores)


def test_nothing_found_comes_back_too():
    again = Detections.from_stored(Detections.from_output(*NONE, CLASSES, (40, 30)).stored())
    assert again.boxes.shape == (0, 4) and len(again) == 0 and again.names == ()


# ---- indexing


@pytest.fixture
def three():
    return found([[k, 0, k + 5, 5] for k in range(3)], [0.25, 0.5, 0.75], [1, 2, 1])


def test_a_number_selects_one_detection(three):
    first = three[0]
    assert isinstance(first, Detection) and first.box.tolist() == [2, 0, 7, 5]
    assert (first.label, first.score, first.name) == (1, 0.75, "cat")
    assert type(first.label) is int and type(first.score) is float
    assert three[-1].box.tolist() == three[np.int64(2)].box.tolist() == [0, 0, 5, 5]


@pytest.mark.parametrize("place", [3, -4])
def test_beyond_the_last_there_is_none(three, place):
    with pytest.raises(IndexError):
        three[place]


@pytest.mark.parametrize(
    "selection, left",
    [
        (slice(1), [2]),
        (slice(None, None, -1), [0, 1, 2]),
        ([0, 2], [2, 0]),
        (np.array([2, 0], np.uint8), [0, 2]),
        (np.array([True, False, True]), [2, 0]),
        ([False, True, False], [1]),
        (np.zeros(3, bool), []),
        ([], []),
        ((1,), [1]),
    ],
)
def test_slices_places_and_masks_select_detections(three, selection, left):
    some = three[selection]
    assert isinstance(some, Detections) and some.boxes.shape == (len(left), 4) and some.boxes[:, 0].tolist() == left
    assert len(some) == len(some.labels) == len(some.names) == len(left)
    assert some.names == tuple(CLASSES[k] for k in some.labels)


@pytest.mark.parametrize("selection", ["cat", 0.5, None, True, [0.5], [[0]], [[0], [1, 2]], {0}, *STRIDES])
def test_another_selection_is_refused(three, selection):
    with pytest.raises(OptionError, match=r"detections\[(.|\n)*a mask with one boolean for each detection"):
        three[selection]


def test_a_mask_of_another_length_is_refused(three):
    with pytest.raises(OptionError, match="a mask of 2 for 3 detections"):
        three[np.array([True, False])]


def test_detections_are_iterated_in_order(three):
    assert [(each.name, each.score) for each in three] == [("cat", 0.75), ("dog", 0.5), ("cat", 0.25)]
    assert list(Detections.from_output(*NONE, CLASSES, (40, 30))) == []
    assert three[three.scores >= 0.5].names == three.above(0.5).names == ("cat", "dog")


# ---- what fits together


def test_lists_become_arrays():
    some = Detections([[1, 2, 3, 4], [0, 0, 1, 1]], [2.0, 1], [0.9, 0.5], ["dog", "cat"])
    assert some.boxes.dtype == some.scores.dtype == np.float32 and some.labels.dtype == np.int64
    assert some.names == ("dog", "cat") and some[0].box.tolist() == [1, 2, 3, 4] and len(some.above(0.8)) == 1
    nothing = Detections([], [], [], [])
    assert nothing.boxes.shape == (0, 4) and nothing.labels.dtype == np.int64 and nothing.names == ()


def test_arrays_are_kept_as_they_are():
    boxes, labels, scores = np.ones((2, 4), np.float32), np.ones(2, np.int64), np.ones(2, np.float32)
    some = Detections(boxes, labels, scores, ("cat", "cat"))
    assert some.boxes is boxes and some.labels is labels and some.scores is scores


BOX = [0, 0, 5, 5]
UNFIT = [
    ([BOX], [1, 1], [0.9], r"boxes \(1, 4\), labels \(2,\), scores \(1,\)"),
    ([BOX], [1], [0.9, 0.8], r"scores \(2,\)"),
    ([BOX, BOX], [1], [0.9], r"boxes \(2, 4\)"),
    (BOX, [1], [0.9], r"boxes \(4,\)"),
    ([[BOX]], [1], [0.9], r"boxes \(1, 1, 4\)"),
    ([[0, 0, 5]] * 4, [1] * 3, [0.9] * 3, r"boxes \(4, 3\)"),
    ([BOX], [[1]], [[0.9]], r"labels \(1, 1\)"),
    ([], [1], [0.9], r"boxes \(0,\)"),
    ([BOX], [1.5], [0.9], r"label 1\.5"),
    ([BOX], [np.nan], [0.9], "label nan"),
    ([BOX], [np.inf], [0.9], "label inf"),
    ([BOX], ["cat"], [0.9], "labels are <U3"),
    ([BOX], [1], [1.5], r"score 1\.5"),
    ([BOX], [1], [-0.1], r"score -0\.1"),
    ([BOX], [1], ["high"], "no arrays"),
    ([BOX, [1]], [1, 1], [0.9, 0.8], "no arrays"),
    (None, None, None, "no arrays"),
]


@pytest.mark.parametrize("boxes, labels, scores, message", UNFIT)
def test_what_does_not_fit_together_is_refused(boxes, labels, scores, message):
    for make in (
        lambda: Detections(boxes, labels, scores, ("cat",)),
        lambda: Detections.from_output(boxes, labels, scores, CLASSES, (40, 30)),
    ):
        with pytest.raises(OptionError, match=message + r"(.|\n)*allowed: boxes \(n, 4\)"):
            make()


@pytest.mark.parametrize("names", ["cat", "c", None, ("cat", "dog"), (), (1,), {1: "cat"}])
def test_names_are_one_for_each(names):
    with pytest.raises(OptionError, match="names="):
        Detections([BOX], [1], [0.9], names)


def test_a_score_that_is_no_number_is_refused_or_left_out():
    with pytest.raises(OptionError, match="not a number"):
        Detections([BOX], [1], [np.nan], ["cat"])
    assert found([BOX, BOX], [np.nan, 0.5]).scores.tolist() == [0.5]
    assert len(found([BOX], [1 + 1e-7])) == 1  # a softmax's rounding


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39])
def test_a_box_that_is_not_finite_is_refused(value):
    with np.errstate(over="ignore"), pytest.raises(OptionError, match=r"box 1 of the detections is \[(.|\n)*finite"):
        Detections(np.array([BOX, [1, 1, value, 9]]), [1, 1], [0.9, 0.8], ["cat"] * 2)


def test_classes_may_be_named_by_their_numbers():
    some = Detections.from_output([BOX] * 2, [7, 90], [0.9, 0.8], {90: "dog", 7: "cat"}, (40, 30))
    assert some.names == ("cat", "dog")
    with pytest.raises(OptionError, match=r"class 1\n  allowed: 90, 7: it has 2 names"):
        Detections.from_output([BOX], [1], [0.9], {90: "dog", 7: "cat"}, (40, 30))


@pytest.mark.parametrize("names", ["cats and dogs", None, 5, {"cat", "dog"}])
def test_a_detectors_names_are_a_tuple(names):
    with pytest.raises(OptionError, match="the detector's names="):
        Detections.from_output([BOX], [1], [0.9], names, (40, 30))
