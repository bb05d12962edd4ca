"""Batches of small pictures: scaled, moved, mirrored, turned and partly erased, the same whatever the order."""

import numpy as np
import pytest

from cnnlab.data.distortion import NO_DISTORTION, Distortion
from cnnlab.data.pixels import Pixels
from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch
PIXELS = Pixels(np.random.default_rng(0).integers(1, 256, (12, 3, 6, 5), dtype=np.uint8), np.arange(12) % 4, 4)
KEYS = [(1, index) for index in range(12)]


def batches(distortion, seed=0, standardised=False):
    from cnnlab.data.pixel_batches import PixelBatches, Scaling

    return PixelBatches(PIXELS, Scaling.of(PIXELS, standardised), distortion, seed=seed)


def test_a_batch_without_distortion_holds_the_pictures_in_0_to_1():
    inputs, labels = batches(NO_DISTORTION).__getitems__(KEYS[3:])
    assert np.allclose(inputs.numpy(), PIXELS.images[3:] / 255) and labels.tolist() == PIXELS.labels[3:].tolist()
    one, label = batches(NO_DISTORTION)[1, 7]
    assert np.allclose(one.numpy(), PIXELS.images[7] / 255) and label == 3


def test_standardised_pictures_have_mean_0_and_deviation_1_per_channel():
    inputs, _ = batches(NO_DISTORTION, standardised=True).__getitems__(KEYS)
    assert np.allclose(inputs.mean((0, 2, 3)), 0, atol=1e-6) and np.allclose(
        inputs.numpy().std((0, 2, 3)), 1, atol=1e-5
    )


def test_pictures_are_moved_by_whole_pixels_and_mirrored_and_zeros_come_in():
    inputs, _ = batches(Distortion(shift=2, mirrored=True)).__getitems__(KEYS)
    padded = np.pad(PIXELS.images, ((0, 0), (0, 0), (2, 2), (2, 2))) / 255
    found = set()
    for picture, whole in zip(inputs.numpy(), padded, strict=True):
        places = [
            (y, x, step)
            for y in range(5)
            for x in range(5)
            for step in (1, -1)
            if np.allclose(picture, whole[:, y : y + 6, x : x + 5][:, :, ::step])
        ]
        assert len(places) == 1
        found |= set(places)
    assert len(found) > 6 and {step for *_, step in found} == {1, -1}


def test_a_square_takes_the_mean_and_the_rest_stays():
    inputs, _ = batches(Distortion(erased=3), standardised=True).__getitems__(KEYS)
    assert ((inputs == 0).all(1).sum((1, 2)) == 9).all()


def test_a_rotation_of_nothing_changes_nothing_and_one_of_something_does():
    inputs, _ = batches(Distortion(rotation=1e-6)).__getitems__(KEYS)
    assert np.allclose(inputs.numpy(), PIXELS.images / 255, atol=1e-4)
    turned, _ = batches(Distortion(rotation=30, scale=0.2)).__getitems__(KEYS)
    assert not np.allclose(turned.numpy(), PIXELS.images / 255, atol=0.05) and 0 <= turned.min() <= turned.max() <= 1


def test_random_numbers_depend_on_seed_epoch_and_index_alone():
    distortion = Distortion(shift=2, mirrored=True, erased=2)
    first, _ = batches(distortion).__getitems__(KEYS)
    turned_round, _ = batches(distortion).__getitems__(KEYS[::-1])
    assert (first == turned_round.flip(0)).all()
    other_epoch, _ = batches(distortion).__getitems__([(2, index) for _, index in KEYS])
    other_seed, _ = batches(distortion, seed=1).__getitems__(KEYS)
    assert (first != other_epoch).any() and (first != other_seed).any()


def test_evaluation_gives_all_pictures_in_their_order(monkeypatch):
    from cnnlab.data import pixel_batches

    monkeypatch.setattr(pixel_batches, "EVALUATED_AT_ONCE", 5)
    each = pixel_batches.EvaluationBatches(PIXELS, pixel_batches.Scaling.of(PIXELS, False))
    parts = list(each)
    assert len(parts) == len(each) == 3 and [len(labels) for _, labels in parts] == [5, 5, 2]
    assert np.allclose(np.concatenate([inputs.numpy() for inputs, _ in parts]), PIXELS.images / 255)


@pytest.mark.parametrize(
    ("distortion", "told"),
    [
        (Distortion(shift=5), "shift=5"),
        (Distortion(erased=6), r"allowed: shift 0 to 4, erased 0 to 5"),
        (Distortion(scale=1.0), r"scale=1\.0"),
    ],
)
def test_impossible_distortions_are_refused(distortion, told):
    with pytest.raises(OptionError, match=told):
        batches(distortion)


@pytest.mark.parametrize(
    ("distortion", "seed", "told"),
    [
        (Distortion(shift=1.5), 0, r"shift=1\.5\n *allowed: a whole number from 0"),
        (Distortion(shift=True), 0, "shift=True"),
        (Distortion(erased=2.5), 0, r"erased=2\.5"),
        (Distortion(rotation=float("nan")), 0, "rotation=nan\n *allowed: a finite number"),
        (Distortion(rotation=float("inf")), 0, "rotation=inf"),
        (Distortion(rotation="5"), 0, "rotation='5'"),
        (Distortion(scale="0.1"), 0, "scale='0.1'"),
        (Distortion(mirrored="no"), 0, "mirrored='no'\n *allowed: True, False"),
        (NO_DISTORTION, -1, "seed=-1"),
        (NO_DISTORTION, 0.5, r"seed=0\.5"),
    ],
)
def test_distortions_and_seeds_of_other_kinds_are_refused(distortion, seed, told):
    with pytest.raises(OptionError, match=told):
        batches(distortion, seed)


def test_distortions_may_be_of_numpy():
    distortion = Distortion(np.int64(1), np.bool_(True), np.float32(-30), np.float32(0.1), np.int64(2))
    same = Distortion(1, True, -30.0, float(np.float32(0.1)), 2)
    assert (batches(distortion).__getitems__(KEYS)[0] == batches(same).__getitems__(KEYS)[0]).all()


@pytest.mark.parametrize(("keys", "epochs"), [([], 0), ([(1, 0), (2, 0)], 2)])
def test_a_batch_is_of_one_epoch(keys, epochs):
    """The second epoch's pictures had the first's random numbers."""
    with pytest.raises(OptionError, match=f"keys of {epochs} epochs\n *allowed: one key or more, of one epoch"):
        batches(Distortion(shift=2)).__getitems__(keys)
