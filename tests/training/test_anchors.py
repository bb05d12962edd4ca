"""Anchors assigned to boxes, against values worked out by hand and against torchvision's."""

import numpy as np
import pytest

from cnnlab.training.anchors import IGNORED, NEGATIVE, assign, sample

BOXES = np.array([(0, 0, 10, 10), (100, 100, 104, 104)], np.float32)
ANCHORS = np.array(
    [
        (0, 0, 10, 10),  # IoU 1 with the first
        (0, 0, 10, 8),  # 0.8
        (0, 0, 10, 5),  # 0.5
        (0, 0, 10, 2),  # 0.2
        (100, 100, 120, 104),  # 0.2 with the second, the best of which there are two
        (100, 100, 104, 120),
        (50, 50, 60, 60),
    ],
    np.float32,
)


def test_anchors_are_assigned_by_the_paper_s_rules():
    assert assign(ANCHORS, BOXES).tolist() == [0, 0, IGNORED, NEGATIVE, 1, 1, NEGATIVE]
    assert assign(ANCHORS, BOXES, low=0.1, high=0.9).tolist() == [0, IGNORED, IGNORED, IGNORED, 1, 1, NEGATIVE]


@pytest.mark.torch
def test_torchvision_assigns_alike():
    import torch
    from torchvision.models.detection._utils import Matcher
    from torchvision.ops import box_iou

    rng = np.random.default_rng(0)
    for _ in range(20):
        corners = rng.uniform(0, 80, (300, 2))
        anchors = np.concatenate([corners, corners + rng.uniform(8, 40, (300, 2))], axis=1).astype(np.float32)
        boxes = np.concatenate([anchors[:3] + rng.normal(0, 4, (3, 4)), anchors[3:4]]).astype(np.float32)
        overlaps = box_iou(torch.from_numpy(boxes), torch.from_numpy(anchors))
        theirs = Matcher(0.7, 0.3, allow_low_quality_matches=True)(overlaps).numpy()
        assert np.array_equal(assign(anchors, boxes), theirs)


def test_the_sample_is_filled_up_with_negative_anchors():
    assigned = np.array([0] * 3 + [IGNORED] * 5 + [NEGATIVE] * 40)
    positive, negative = sample(assigned, np.random.default_rng(0), count=16)
    assert sorted(positive) == [0, 1, 2] and len(negative) == len(set(negative)) == 13 and negative.min() >= 8
    positive, negative = sample(assigned, np.random.default_rng(0), count=4)
    assert len(positive) == len(negative) == 2
