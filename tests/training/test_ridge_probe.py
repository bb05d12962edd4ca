"""A ridge probe: which features it reads, how they are balanced, and which setting is chosen."""

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.training.ridge_settings import FeatureSet, Grid, Setting, Trial, best

pytestmark = pytest.mark.torch


@pytest.fixture
def source():
    from torch import nn

    from cnnlab.training.ridge_probe import Pooled

    return Pooled(nn.Identity(), ("a", "b"), (1, 2))  # features: mean a, max a, means b, b, maxima b, b


def test_blocks_are_the_means_and_the_maxima_of_each_layer(source):
    assert [each.tolist() for each in source.blocks(FeatureSet(("b", "a")))] == [[2, 3], [4, 5], [0], [1]]
    assert [each.tolist() for each in source.blocks(FeatureSet(("b",), maxima=False))] == [[2, 3]]
    for layers in (("c",), (), ("a", "a")):
        with pytest.raises(OptionError, match=r"layers .* of a feature set\n  allowed: one or more of a, b, each once"):
            source.blocks(FeatureSet(layers))


def test_design_takes_roots_of_what_is_not_negative(source):
    stored = np.array([[[4.0, 9.0, -1.0, 1.0, 16.0, 0.0]]], np.float16)
    assert source.design(stored, FeatureSet(("a", "b"))).tolist() == [[[2, 3, 0, 1, 4, 0]]]
    assert source.design(stored, FeatureSet(("b",), maxima=False, root=False)).tolist() == [[[-1, 1]]]


def test_balanced_blocks_have_a_total_variance_of_one(source):
    chosen = FeatureSet(("a", "b"))
    features = np.random.default_rng(0).normal(size=(50, 6)) * [1, 100, 2, 3, 0, 0]
    scaled = features * source.scales(features, chosen)
    assert [scaled[:, k].var(0).sum() for k in ([0], [1], [2, 3], [4, 5])] == pytest.approx([1, 1, 1, 0])
    assert source.scales(features, FeatureSet(("a", "b"), balanced=False)) is None


def test_every_setting_is_tried_and_the_logits_of_sizes_are_averaged(source):
    from cnnlab.training.ridge_probe import Stored, search, setting_logits

    rng = np.random.default_rng(0)
    labels = np.arange(12) % 3
    features = {size: np.abs(rng.normal(labels[:, None], 0.1, (2, 12, 6))).astype(np.float16) for size in (8, 16)}
    photos = Stored(features, labels, ())
    grid = Grid((FeatureSet(("a",)), FeatureSet(("a", "b"))), ((8,), (8, 16)), (0.1, 1.0))
    assert grid.layers == ("a", "b") and grid.all_sizes == (8, 16)
    trials = search(source, photos, photos, 3, grid)
    assert len(trials) == 8 and {each.features for each in trials} == {2, 4, 6, 12}
    one, other, both = (
        setting_logits(source, photos, photos, 3, Setting(grid.sets[1], sizes, 0.1)) for sizes in ((8,), (16,), (8, 16))
    )
    assert both == pytest.approx((one + other) / 2, abs=1e-5)
    (trial,) = [each for each in trials if each.setting == Setting(grid.sets[1], (8, 16), 0.1)]
    assert trial.accuracy == (both.argmax(1) == labels).mean()


@pytest.mark.parametrize(
    "change, message",
    [
        (dict(sets=()), r"a grid of 0 feature sets, 1 groups of sizes, 1 penalties\n  allowed: one or more of each"),
        (dict(sizes=()), "0 groups of sizes"),
        (dict(penalties=()), "0 penalties"),
        (dict(sizes=((),)), r"sizes=\(\)\n  allowed: one or more of 8"),
        (dict(sizes=((8, 9),)), r"sizes=\(8, 9\)"),
        (dict(labels=5), "features of 12 photos of 8 pixels, 5 labels"),
        (dict(photos=0, labels=0), r"features of 0 photos of 8 pixels, 0 labels\n  allowed: as many labels as photos"),
    ],
)
def test_a_grid_without_settings_and_photos_without_labels_are_refused(source, change, message):
    from cnnlab.training.ridge_probe import Stored, search

    grid = dict(sets=(FeatureSet(("a",)),), sizes=((8,),), penalties=(0.1,))
    features = np.random.default_rng(0).uniform(size=(2, 12, 6)).astype(np.float16)
    train = Stored({8: features}, np.arange(12) % 3, ())
    photos = Stored({8: features[:, : change.get("photos", 12)]}, train.labels[: change.get("labels", 12)], ())
    with pytest.raises(OptionError, match=message):
        search(source, train, photos, 3, Grid(**{name: change.get(name, value) for name, value in grid.items()}))


def test_a_setting_without_a_size_has_no_logits(source):
    from cnnlab.training.ridge_probe import Stored, setting_logits

    photos = Stored({8: np.ones((2, 3, 6), np.float16)}, np.arange(3), ())
    with pytest.raises(OptionError, match=r"sizes=\(\)"):
        setting_logits(source, photos, photos, 3, Setting(FeatureSet(("a",)), (), 0.1))


def test_the_best_of_none_and_of_what_is_no_number_is_refused():
    trial = Trial(Setting(FeatureSet(("a",)), (8,), 0.1), 1, float("nan"))
    for trials in ((), (trial,)):
        with pytest.raises(OptionError, match=f"{len(trials)} trials\n  allowed: one or more, whose accuracies"):
            best(trials)


def test_the_cheapest_of_the_best_is_chosen():
    def trial(accuracy, sizes, features=10, penalty=0.1):
        return Trial(Setting(FeatureSet(("a",)), sizes, penalty), features, accuracy)

    cheap = trial(0.9, (224,))
    assert best((trial(0.8, (112,)), trial(0.9, (224, 256)), cheap, trial(0.9, (224,), features=20))) is cheap
    assert best((cheap, trial(0.9, (224,), penalty=0.3))).setting.penalty == 0.3
