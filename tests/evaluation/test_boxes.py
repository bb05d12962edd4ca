"""Boxes against values worked out by hand, and suppression against torchvision's."""

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.evaluation.boxes import area, iou, nms

WIDE = (0, 0, 4, 2)


def boxes(*rows):
    return np.array(rows, float).reshape(-1, 4)


@pytest.mark.parametrize(
    "one, other, expected",
    [
        (WIDE, (5, 0, 9, 2), 0),
        (WIDE, (4, 0, 8, 2), 0),
        (WIDE, (4, 2, 8, 4), 0),
        (WIDE, (1, 0, 3, 1), 2 / 8),
        (WIDE, WIDE, 1),
        (WIDE, (2, 1, 6, 3), 2 / 14),
        (WIDE, (1, -7, 2, 9), 2 / (8 + 16 - 2)),
        (WIDE, (1, 1, 1, 1), 0),
        (WIDE, (1, 0, 1, 2), 0),
        ((1, 1, 1, 1), (1, 1, 1, 1), 0),
        ((-3, -3, -1, -1), (-2, -2, 0, 0), 1 / 7),
    ],
)
def test_iou_by_hand(one, other, expected):
    assert iou(boxes(one), boxes(other)) == iou(boxes(other), boxes(one)) == [[expected]]


def test_area_is_width_times_height():
    assert area(boxes(WIDE, (1, 1, 1, 5), (-2, -3, 0.5, 1))).tolist() == [8, 0, 10]
    assert area(np.zeros((3, 0, 4))).shape == (3, 0)


def test_each_box_is_compared_with_each_other_in_every_group():
    rng = np.random.default_rng(0)
    one, other = rng.uniform(0, 9, (5, 3, 4)), rng.uniform(0, 9, (5, 2, 4))
    one[..., 2:], other[..., 2:] = one[..., :2] + 5, other[..., :2] + 4
    found = iou(one, other)
    assert found.shape == (5, 3, 2) and 0 < found.max() < 1
    for group in range(5):
        for k in range(3):
            for m in range(2):
                assert found[group, k, m] == iou(one[group, k : k + 1], other[group, m : m + 1])[0, 0]
    assert np.array_equal(iou(one[0], other), np.stack([iou(one[0], each) for each in other]))


def test_whole_numbers_are_compared_like_floats():
    whole = np.array([(0, 0, 4, 2), (2, 1, 6, 3)])
    assert iou(whole, whole).tolist() == [[1, 2 / 14], [2 / 14, 1]]
    assert nms(whole, np.array([1, 2]), 0.1).tolist() == [1]


def test_no_boxes_are_compared_with_no_boxes():
    assert iou(boxes(), boxes(WIDE, WIDE)).shape == (0, 2) and iou(boxes(WIDE), boxes()).shape == (1, 0)


def test_suppression_by_hand():
    five = boxes((0, 0, 10, 10), (0, 0, 10, 8), (0, 4, 10, 12), (20, 0, 30, 10), (0, 0, 10, 9))
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.95])
    assert iou(five[4:], five[:3]).round(2).tolist() == [[0.9, 0.89, 0.42]]
    assert nms(five, scores, 0.5).tolist() == [4, 2, 3]
    assert nms(five, scores, 0.4).tolist() == [4, 3]
    assert nms(five, scores, 0.895).tolist() == [4, 1, 2, 3]


def test_a_box_that_goes_suppresses_nothing():
    chain = boxes((0, 0, 10, 1), (4, 0, 14, 1), (8, 0, 18, 1))
    assert iou(chain, chain)[0].round(2).tolist() == [1, 0.43, 0.11] and iou(chain, chain)[1, 2].round(2) == 0.43
    assert nms(chain, np.array([0.9, 0.8, 0.7]), 0.4).tolist() == [0, 2]


def test_of_equal_scores_the_first_comes_first():
    apart = boxes(*((9 * k, 0, 9 * k + 5, 5) for k in range(4)))
    assert nms(apart, np.array([0.5, 0.9, 0.5, 0.5]), 0.5).tolist() == [1, 0, 2, 3]
    assert nms(apart[[2, 2, 2]], np.array([0.1, 0.7, 0.7]), 0.5).tolist() == [1]


def test_threshold_0_keeps_what_shares_nothing_and_1_keeps_all():
    row = boxes((0, 0, 2, 2), (1, 0, 3, 2), (2, 0, 4, 2), (0, 0, 2, 2), (1, 1, 1, 1))
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    assert nms(row, scores, 0.0).tolist() == [0, 2, 4]
    assert nms(row, scores[::-1], 1.0).tolist() == [4, 3, 2, 1, 0]


def test_a_box_at_the_threshold_stays():
    pair = boxes((0, 0, 10, 1), (0, 0, 6, 1))
    assert nms(pair, np.array([0.9, 0.8]), 0.6).tolist() == [0, 1]
    assert nms(pair, np.array([0.9, 0.8]), 0.5999).tolist() == [0]


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
def test_no_boxes_suppress_no_boxes(threshold):
    found = nms(boxes(), np.zeros(0), threshold)
    assert found.shape == (0,) and found.dtype.kind == "i"


def crowd(rng):
    """Some boxes with corners on a small grid, some of them twice or without area, and scores of which many are
    equal."""
    count = int(rng.integers(1, 40))
    corners = rng.integers(0, 12, (count, 2))
    some = np.concatenate([corners, corners + rng.integers(0, 9, (count, 2))], axis=1).astype(float)
    some[rng.integers(0, count, count // 3)] = some[rng.integers(0, count, count // 3)]
    return some, rng.integers(0, 6, count) / 8


@pytest.mark.torch
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_suppression_is_torchvisions(kind):
    import torch
    from torchvision import ops

    rng, tied, twice, at_threshold, gone = np.random.default_rng(0), 0, 0, 0, 0
    for number in range(500):
        some, scores = (each.astype(kind) for each in crowd(rng))
        threshold = (0.0, 0.25, 1 / 3, 0.5, 0.6, 0.75, 1.0)[number % 7]
        kept = nms(some, scores, threshold)
        assert kept.tolist() == ops.nms(torch.from_numpy(some), torch.from_numpy(scores), threshold).tolist()
        tied += len(set(scores)) < len(scores)
        twice += len(set(map(tuple, some))) < len(some)
        at_threshold += threshold > 0 and bool((np.triu(iou(some, some), 1) == np.array(threshold, kind)).any())
        gone += len(kept) < len(some)
    assert min(tied, twice, gone) > 250 and at_threshold > 100


@pytest.mark.torch
def test_suppression_of_boxes_off_the_grid_is_torchvisions():
    import torch
    from torchvision import ops

    rng, gone = np.random.default_rng(1), 0
    for _ in range(200):
        some = rng.uniform(0, 50, (30, 4)).astype(np.float32)
        some[:, 2:] = some[:, :2] + rng.uniform(5, 60, (30, 2)).astype(np.float32)
        scores = rng.random(30).astype(np.float32)
        kept = nms(some, scores, 0.5)
        assert kept.tolist() == ops.nms(torch.from_numpy(some), torch.from_numpy(scores), 0.5).tolist()
        gone += 30 - len(kept)
    assert gone > 1000


@pytest.mark.parametrize("kind", ["float16", "int8", "uint8", "int16", "uint16", "int32", "int64", "uint64"])
def test_boxes_of_any_numbers_are_computed_as_those_of_float64(kind):
    """Areas of small whole numbers overflowed (torchvision's issue 3383, supervision's 2485)."""
    scale = 0.125 if kind == "int8" else 0.25 if kind == "uint8" else 1
    one = (np.array([[0, 0, 1000, 1000], [24, 0, 1000, 1000]]) * scale).astype(kind)
    other = (np.array([[0, 0, 976, 1000], [512, 512, 1000, 1000]]) * scale).astype(kind)
    exact, overlap = iou(one.astype(float), other.astype(float)), iou(one, other)
    assert overlap.dtype == float and np.array_equal(overlap, exact) and 0.9 < overlap[0, 0] < 1
    assert np.array_equal(area(one), area(one.astype(float)))
    scores = np.array([1, 2]).astype(kind)
    assert nms(one, scores, 0.5).tolist() == nms(one.astype(float), scores.astype(float), 0.5).tolist() == [1]
    assert nms(one.tolist(), scores.tolist(), 0.5).tolist() == [1]


def test_boxes_of_float32_stay_in_float32():
    assert iou(boxes(WIDE).astype("f4"), boxes(WIDE).astype("f4")).dtype == area(boxes(WIDE).astype("f4")).dtype == "f4"


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.array(WIDE), r"boxes of shape \(4,\)(.|\n)*\[\[x1, y1, x2, y2\]\]"),
        (np.ones((2, 5)), r"boxes of shape \(2, 5\)"),
        (boxes(WIDE, (NAN, 0, 2, 2)), r"box \[nan, 0\.0, 2\.0, 2\.0\] of float64"),
        (boxes((0, 0, INF, 2)), "box .*inf"),
        (boxes((-INF, 0, INF, 0)), "box .*inf"),
        (np.array([[0, 0, 1e30, 1e30]], "f4"), "box .* of float32\n  allowed: (.|\n)*finite area"),
        (np.array([[0, 0, 1e19, 3e19]], "f4"), "box .* of float32"),  # the area of one is finite, that of two not
        (np.array([[0, 0, 2, 2j]]), "of complex128"),
        (np.array([["0", "0", "2", "2"]]), "of <U1"),
        (None, "of object"),
    ],
)
def test_boxes_that_are_none_are_refused(wrong, message):
    """Their IoU was 0, or an error of numpy's."""
    for call in (lambda: iou(wrong, boxes(WIDE)), lambda: iou(boxes(WIDE), wrong), lambda: nms(wrong, [0.5], 0.5)):
        with pytest.raises(OptionError, match=message):
            call()


def test_large_boxes_of_float64_and_an_empty_list_are_boxes():
    large = boxes((0, 0, 1e30, 1e30), (0, 0, 1e30, 5e29))
    assert iou(large, large) == pytest.approx(np.array([[1, 0.5], [0.5, 1]]))
    assert iou([], boxes(WIDE)).shape == (0, 1) and nms([], [], 0.5).tolist() == []


@pytest.mark.parametrize(
    ("scores", "threshold", "message"),
    [
        ([NAN, 0.5], 0.5, r"scores \(2,\), some not a number"),
        ([[0.9], [0.5]], 0.5, r"boxes \(2, 4\), scores \(2, 1\)\n  allowed: \(n, 4\)"),
        ([0.9, 0.5, 0.3], 0.5, r"scores \(3,\)\n"),
        ([0.9], 0.5, r"scores \(1,\)\n"),
        ([0.9, 0.5], NAN, "threshold=nan"),
    ],
)
def test_suppression_of_what_does_not_fit_is_refused(scores, threshold, message):
    with pytest.raises(OptionError, match=message):
        nms(boxes(WIDE, WIDE), np.array(scores), threshold)
    with pytest.raises(OptionError, match=r"boxes \(1, 2, 4\)"):
        nms(boxes(WIDE, WIDE)[None], np.ones((1, 2)), 0.5)
