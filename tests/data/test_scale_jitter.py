"""Training examples of a detector: chance depends on seed, epoch and index alone, and boxes stay on their objects."""

import numpy as np
import pytest

pytestmark = pytest.mark.torch
SIDE = 48


@pytest.fixture
def plain(monkeypatch):
    """Examples whose colours stay as they are."""
    from cnnlab.data import scale_jitter as examples

    monkeypatch.setattr(examples, "COLOURS", lambda picture: picture)


def jittered(*photos, side=SIDE, scales=(0.7, 2.0), seed=0):
    from cnnlab.data.scale_jitter import Jittered

    return Jittered(list(photos), side, scales=scales, seed=seed)


def same(one, other):
    import torch

    (picture, target), (again, repeated) = one, other
    return torch.equal(picture, again) and torch.equal(target["boxes"], repeated["boxes"])


def halves(picture):
    """Where the drawn object's left half, green, and its right half, red, are seen: masks (side, side)."""
    red, green, blue = picture.numpy()
    return (green > 0.4) & (red < 0.3) & (blue < 0.3), (red > 0.4) & (green < 0.3) & (blue < 0.3)


def bounds(mask):
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def test_chance_depends_on_seed_epoch_and_index_alone(annotated):
    photos = annotated((10, 10, 40, 30)), annotated((10, 10, 40, 30))
    first, other = jittered(*photos, seed=1), jittered(*photos, seed=2)
    example = first[1, 1]
    first[2, 0]
    assert same(example, first[1, 1]) and same(example, jittered(*photos, seed=1)[1, 1])
    assert not same(example, first[2, 1]) and not same(example, first[1, 0]) and not same(example, other[1, 1])


def test_the_random_state_of_torch_and_numpy_is_left_alone(annotated):
    import torch

    examples = jittered(annotated((10, 10, 40, 30)))
    before, numpy_before = torch.get_rng_state(), np.random.get_state()[1].copy()
    for epoch in range(5):
        examples[epoch, 0]
    assert torch.equal(before, torch.get_rng_state()) and np.array_equal(numpy_before, np.random.get_state()[1])


def test_an_example_is_a_square_from_0_to_1_with_a_label_for_each_box(annotated):
    import torch

    examples = jittered(annotated((5, 5, 25, 20), (30, 10, 60, 40)), annotated(size=(20, 90)))
    assert len(examples) == 2
    for epoch in range(60):
        for index in (0, 1):
            picture, target = examples[epoch, index]
            assert picture.shape == (3, SIDE, SIDE) and picture.dtype == torch.float32
            assert 0 <= picture.min() and picture.max() <= 1
            assert target["boxes"].dtype == torch.float32 and target["labels"].dtype == torch.int64
            assert target["labels"].tolist() == [1] * len(target["boxes"])


def test_boxes_lie_in_the_square_and_have_an_area(annotated):
    examples, counts = jittered(annotated((0, 0, 12, 9), (30, 10, 64, 48), (20, 20, 26, 27))), set()
    for epoch in range(200):
        boxes = examples[epoch, 0][1]["boxes"]
        counts.add(len(boxes))
        assert (boxes >= 0).all() and (boxes <= SIDE).all() and (boxes[:, 2:] > boxes[:, :2]).all()
    assert counts in ({0, 1, 2, 3}, {1, 2, 3})


def test_a_photo_without_boxes_has_an_empty_target(annotated):
    for epoch in range(20):
        target = jittered(annotated())[epoch, 0][1]
        assert target["boxes"].shape == (0, 4) and target["labels"].shape == (0,)


def test_boxes_agree_with_what_is_seen_mirrored_or_not(annotated, plain):
    examples, mirrored = jittered(annotated((14, 8, 50, 36))), {True: 0, False: 0}
    for epoch in range(150):
        picture, target = examples[epoch, 0]
        left, right = halves(picture)
        if not len(target["boxes"]) or not left.any() or not right.any():
            continue
        (box,) = target["boxes"].numpy()
        assert np.abs(bounds(left | right) - box).max() <= 2
        mirrored[np.nonzero(left)[1].mean() > np.nonzero(right)[1].mean()] += 1
    assert min(mirrored.values()) > 40


def test_a_box_of_which_too_little_is_seen_is_left_out(annotated, plain):
    examples, seen = jittered(annotated((14, 8, 50, 36), (0, 0, 6, 48)), scales=(2.0, 3.0)), {0: 0, 1: 0}
    for epoch in range(150):
        picture, target = examples[epoch, 0]
        left, right = halves(picture)
        for x1, y1, x2, y2 in target["boxes"].numpy().round().astype(int):
            assert (left | right)[y1:y2, x1:x2].mean() > 0.7
        covered = sum((x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in target["boxes"].numpy())
        hidden = (left | right).sum() - covered
        seen[int(hidden > 40)] += 1
    assert min(seen.values()) > 10


def test_scales_say_how_long_the_longer_side_becomes_and_shapes_vary(annotated, plain):
    widths, shapes = [], []
    for epoch in range(100):
        picture, _ = jittered(annotated((0, 0, 64, 48)), scales=(0.5, 0.8))[epoch, 0]
        left, right = halves(picture)
        x1, y1, x2, y2 = bounds(left | right)
        widths.append((x2 - x1) / SIDE)
        shapes.append((x2 - x1) / (y2 - y1) / (64 / 48))
    assert 0.5 / 1.14 < min(widths) < 0.52 and 0.75 < max(widths) < 0.8 * 1.14
    assert 1 / 1.3 < min(shapes) < 0.85 and 1.18 < max(shapes) < 1.3


def test_what_the_photo_does_not_cover_is_the_mean_colour(annotated, plain):
    import torch

    from cnnlab.data.imagenet import MEAN

    picture, _ = jittered(annotated((0, 0, 64, 48)), scales=(0.4, 0.4))[1, 0]
    grey = (picture - torch.tensor(MEAN).view(3, 1, 1)).abs().amax(dim=0) < 1e-6
    assert 0.7 < grey.float().mean() < 0.95


def test_the_square_holds_the_centre_of_an_object_where_it_can(annotated, monkeypatch):
    from cnnlab.data import scale_jitter as examples

    def held():
        jitter = jittered(annotated((56, 40, 62, 46)), scales=(1.5, 2.0))
        return sum(len(jitter[epoch, 0][1]["boxes"]) for epoch in range(100))

    often = held()
    monkeypatch.setattr(examples, "TRIES", 1)
    assert often > 3 * held() > 0


def test_colours_change(annotated):
    examples = jittered(annotated((0, 0, 64, 48)), scales=(3.0, 3.0))
    seen = {tuple(examples[epoch, 0][0].amax(dim=(1, 2)).mul(255).round().int().tolist()) for epoch in range(20)}
    assert len(seen) > 15


def test_a_batch_is_a_list_of_pictures_and_one_of_targets(annotated):
    from cnnlab.data.scale_jitter import collate

    examples = jittered(annotated((5, 5, 25, 20)), annotated())
    pictures, targets = collate([examples[1, 0], examples[1, 1]])
    assert isinstance(pictures, list) and [len(each["labels"]) for each in targets] == [1, 0]
    assert [each.shape for each in pictures] == [(3, SIDE, SIDE)] * 2


def test_a_broken_photo_is_named_before_training(annotated):
    from dataclasses import replace

    from cnnlab.errors import DataError

    whole = annotated((5, 5, 25, 20), number=7)
    broken = replace(whole, photo=replace(whole.photo, content=whole.photo.content[:60]))
    with pytest.raises(DataError, match=r"photo-7\.png is no whole picture"):
        jittered(whole, broken)


def test_photos_side_by_side_have_both_their_boxes(annotated, plain):
    import torch

    from cnnlab.data.scale_jitter import side_by_side

    picture, other = torch.zeros(3, 48, 64), torch.full((3, 24, 20), 200)
    boxes, other_boxes = np.array([[1.0, 2, 30, 40]]), np.array([[5.0, 6, 10, 12]])
    together, found = side_by_side(picture, boxes, other, other_boxes)
    assert together.shape == (3, 48, 104) and (together[..., 64:] == 200).all() and not together[..., :64].any()
    assert found.tolist() == [[1, 2, 30, 40], [74, 12, 84, 24]]


def test_pairs_are_drawn_for_the_share_asked_for(annotated):
    from cnnlab.data.scale_jitter import Jittered

    photos = [annotated((2, 2, 60, 44)), annotated((2, 2, 60, 44), number=2)]
    examples = Jittered(photos, SIDE, scales=(0.9, 0.9), pairs=0.3)
    counts = [len(examples[epoch, 0][1]["boxes"]) for epoch in range(200)]
    assert set(counts) == {1, 2} and 40 < counts.count(2) < 80
    assert same(examples[7, 0], Jittered(photos, SIDE, scales=(0.9, 0.9), pairs=0.3)[7, 0])


def test_from_an_epoch_on_photos_are_whole(annotated, plain):
    from cnnlab.data.scale_jitter import Jittered

    examples, seen = Jittered([annotated((14, 8, 30, 36))], SIDE, scales=(0.7, 2.0), whole_from=3), set()
    assert examples[2, 0][0].shape == (3, SIDE, SIDE)
    for epoch in range(3, 40):
        picture, target = examples[epoch, 0]
        left, right = halves(picture)
        assert picture.shape == (3, 48, 64) and bounds(left | right) == tuple(target["boxes"][0].tolist())
        seen.add(target["boxes"][0, 0].item())
    assert seen == {14, 34}
