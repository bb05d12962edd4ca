"""Boxes of several looks fused as in Solovyev et al., on cases checked by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab.errors import DataError, OptionError

pytestmark = pytest.mark.torch
ONE = (np.array([[0.0, 0, 10, 10]]), np.array([0.9]))
OTHER = (np.array([[0.0, 0, 10, 8], [50.0, 50, 60, 60]]), np.array([0.3, 0.6]))
NOTHING = (np.zeros((0, 4)), np.zeros(0))


def fused(*looks, **options):
    from cnnlab.detection.fusion import fused as of

    boxes, scores = of(looks, **options)
    return boxes.round(4).tolist(), scores.round(4).tolist()


def test_boxes_that_overlap_are_averaged_by_their_scores():
    # 0.9 and 0.3: the lower edge is (0.9 · 10 + 0.3 · 8) / 1.2; the lone box has half its score
    assert fused(ONE, OTHER) == ([[0, 0, 10, 9.5], [50, 50, 60, 60]], [pytest.approx(0.6), pytest.approx(0.3)])


def test_one_look_keeps_its_boxes():
    assert fused(OTHER) == ([[50, 50, 60, 60], [0, 0, 10, 8]], [pytest.approx(0.6), pytest.approx(0.3)])
    assert fused(NOTHING) == ([], []) and fused(NOTHING, NOTHING) == ([], [])


def test_weights_of_looks_are_relative():
    # weights 1.5 and 0.5: scores 1.35 and 0.15
    boxes, scores = fused(ONE, (OTHER[0][:1], OTHER[1][:1]), weights=(3, 1))
    assert boxes == [[0, 0, 10, pytest.approx(9.8)]] and scores == [pytest.approx(0.75)]


def test_more_boxes_than_looks_share_their_mean():
    boxes = np.array([[0.0, 0, 10, 10], [0, 0, 10, 9]])
    assert fused((boxes, np.array([0.8, 0.4])))[1] == [pytest.approx(0.6)]


@pytest.mark.parametrize(("looks", "weights"), [((), None), ((ONE,), (0,)), ((ONE, OTHER), (1,))])
def test_wrong_weights_are_named(looks, weights):
    with pytest.raises(OptionError, match="positive weight for each look"):
        fused(*looks, weights=weights)


def test_a_mirrored_look_sees_the_same_boxes_where_the_detector_does(annotated):
    import torch
    from torch import nn

    from cnnlab.detection import detect
    from cnnlab.detection.fusion import SeveralLooks

    class Green(nn.Module):
        """Finds the box around what is green, in a picture that its transform would resize."""

        def __init__(self):
            super().__init__()
            self.sides, self.transform = [], SimpleNamespace(min_size=(48,), max_size=96)

        def forward(self, pictures):
            self.sides.append((self.transform.min_size, self.transform.max_size))
            rows, columns = torch.nonzero(pictures[0][1] > 0.5, as_tuple=True)
            box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            one = {"boxes": torch.tensor([box], dtype=torch.float32)}
            return [{**one, "labels": torch.ones(1), "scores": torch.tensor([0.5])}]

    network = Green()
    found = detect(SeveralLooks(network, (48, 24)), annotated((14, 8, 30, 36)).photo.picture())
    assert found.boxes.tolist() == [[14, 8, 22, 36]] and found.scores.tolist() == [0.5]
    assert network.sides == [((48,), 96)] * 2 + [((24,), 48)] * 2 and network.transform.min_size == (48,)


@pytest.mark.parametrize(
    "look",
    [(np.ones((4, 5)), np.ones(5)), (np.ones((4, 5)), np.ones(4)), (np.ones((1, 4)), np.ones(2)), ([1, 2, 3, 4], 1)],
)
def test_looks_of_other_shapes_are_refused(look):
    from cnnlab.detection.fusion import fused

    with pytest.raises(OptionError, match=r"a look of boxes(.|\n)*\(n, 4\)"):
        fused([look])


def test_looks_that_are_not_finite_are_refused_and_lists_are_arrays():
    from cnnlab.detection.fusion import fused

    with pytest.raises(DataError, match=r"boxes of a look\[0, 2\] is nan"):
        fused([([[0, 0, float("nan"), 3]], [0.5])])
    boxes, scores = fused([([[0, 0, 3, 3]], [0.5]), ([], [])])
    assert boxes.tolist() == [[0, 0, 3, 3]] and scores.tolist() == [0.25]


@pytest.mark.parametrize("scores", [[0.0], [-1.0], [0.9, 0.0]])
def test_scores_that_are_no_weights_are_refused(scores):
    """The mean of boxes of score 0 was not a number."""
    from cnnlab.detection.fusion import fused

    with pytest.raises(OptionError, match=r"a look with the score (0|-1)\.0(.|\n)*scores > 0"):
        fused([ONE, (np.tile(ONE[0], (len(scores), 1)), np.array(scores))])


@pytest.mark.parametrize("threshold", [2, -0.1, float("nan"), "0.5", None])
def test_a_threshold_that_is_no_overlap_is_refused(threshold):
    with pytest.raises(OptionError, match=r"threshold=.*\n  allowed: 0 to 1"):
        fused(ONE, threshold=threshold)
