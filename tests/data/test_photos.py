"""Photos as tensors: chance depends on seed, epoch and index alone; broken files are named."""

import pytest

from cnnlab.errors import DataError, OptionError

pytestmark = pytest.mark.torch


@pytest.fixture
def train(drawn_flowers):
    from cnnlab.data import flowers

    return flowers.load(drawn_flowers).train


def test_chance_depends_on_seed_epoch_and_index_alone(train):
    import torch

    from cnnlab.data.augment import Augmented, augmentation

    first, again, other = (Augmented(train, augmentation(32, 0.35), seed=seed) for seed in (1, 1, 2))
    picture, label = first[1, 4]
    torch.rand(7)
    before = torch.get_rng_state()
    assert torch.equal(picture, again[1, 4][0]) and label == 1 and picture.shape == (3, 32, 32)
    assert torch.equal(before, torch.get_rng_state())
    assert not torch.equal(picture, first[2, 4][0]) and not torch.equal(picture, other[1, 4][0])


@pytest.mark.parametrize(
    ("shorter", "size"), [(None, (100, 150)), (100, (100, 150)), (120, (100, 150)), (50, (50, 75))]
)
def test_larger_photos_are_reduced_and_none_is_enlarged(shorter, size):
    import torch

    from cnnlab.data.augment import reduced

    picture = torch.full((3, 100, 150), 7, dtype=torch.uint8)
    found = reduced(picture, shorter)
    assert found.shape[1:] == size and found.dtype == torch.uint8 and (found == 7).all()


def test_centred_photos_are_normalised(train):
    from cnnlab.data.augment import Transformed, centre_crop

    picture, label = Transformed(train, centre_crop(32))[0]
    assert picture.shape == (3, 32, 32) and label == 0
    assert picture[0].mean() > 1 > picture[1].mean()  # red, against ImageNet's mean


def test_a_broken_file_is_named_before_training(train):
    from dataclasses import replace

    from cnnlab.data.augment import Augmented, augmentation

    broken = replace(train[3], content=train[3].content[:40])
    with pytest.raises(DataError, match=r"train\.zip:1/image_00004\.webp is no whole picture"):
        Augmented([*train[:3], broken], augmentation(32, 0.35))


@pytest.mark.parametrize("side", [0, -1, 1.5, "64", None, True])
def test_a_side_that_no_crop_has_is_refused(side):
    from cnnlab.data.augment import augmentation, centre_crop

    for made in (lambda: centre_crop(side), lambda: augmentation(side, 0.35)):
        with pytest.raises(OptionError, match=f"side={side!r}\n *allowed: a whole number from 1"):
            made()
