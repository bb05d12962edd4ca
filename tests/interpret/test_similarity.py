"""How far layers moved, against values worked out by hand."""

import numpy as np
import pytest

from cnnlab.errors import OptionError, TrainingError

pytestmark = pytest.mark.torch


@pytest.fixture
def network():
    from torch import nn

    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.AdaptiveAvgPool2d(2), nn.Conv2d(4, 2, 1))


def weighted(*weights, bias=0.0):
    """A network of a 1 × 1 convolution and a linear layer, of which these are the weights, and a batch norm between."""
    import torch
    from torch import nn

    layers = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2), nn.Linear(2, 1))
    layers[0].weight.data = torch.tensor(weights[:2]).view(2, 1, 1, 1)
    layers[2].weight.data = torch.tensor(weights[2:]).view(1, 2)
    for part in layers:
        part.bias.data.fill_(bias)
    return nn.ModuleDict({"part": layers})


def test_change_of_weights_by_hand():
    from cnnlab.interpret.similarity import weight_change

    before, after = weighted(3.0, 4.0, 0.0, 12.0), weighted(3.0, 9.0, 0.0, 12.0, bias=7.0)
    after["part"][1].weight.data.fill_(5.0)
    assert weight_change(before, after, "part.0") == pytest.approx(5 / 5)
    assert weight_change(before, after, "part.2") == 0
    assert weight_change(before, after, "part") == pytest.approx(5 / 13)  # √(9 + 16 + 144) = 13
    assert weight_change(after, before, "part.0") == pytest.approx(5 / 90**0.5)  # √(9 + 81)
    assert weight_change(before, before, "labels") == 0


def test_difference_of_weights_without_what_decay_did():
    from cnnlab.interpret.similarity import weight_difference

    before, after = weighted(3.0, 4.0, 0.0, 12.0), weighted(3.0, 9.0, 0.0, 12.0, bias=7.0)
    assert weight_difference(before, after, "part").tolist() == [0, 5, 0, 0]
    assert weight_difference(before, after, "part.0", decay=0.5).tolist() == [1.5, 7]


def test_change_of_weights_needs_weights_of_one_shape(network):
    from torch import nn

    from cnnlab.interpret.similarity import weight_change

    with pytest.raises(OptionError, match=r"a layer BatchNorm2d without weights\n  allowed: layers with convolution"):
        weight_change(network, network, "1")
    other = nn.Sequential(nn.Conv2d(3, 5, 3))
    with pytest.raises(OptionError, match="layer '0' has 108 weights before and 135 after"):
        weight_change(network, other, "0")
    with pytest.raises(OptionError, match="Sequential has no layer '3'"):
        weight_change(network, other, "3")
    turned = nn.Sequential(nn.Conv2d(4, 3, 3))
    with pytest.raises(
        OptionError, match=r"layer '0' has weights of shape \(4, 3, 3, 3\) before and \(3, 4, 3, 3\) after"
    ):
        weight_change(network, turned, "0")


def test_change_of_weights_that_is_no_number_is_refused():
    from cnnlab.interpret.similarity import weight_change, weight_difference

    zero, one = weighted(0.0, 0.0, 0.0, 0.0), weighted(1.0, 1.0, 1.0, float("inf"))
    with pytest.raises(OptionError, match="layer 'part.0' has only weights of 0 before"):
        weight_change(zero, one, "part.0")
    with pytest.raises(TrainingError, match="layer 'part.2' has weights that are not finite"):
        weight_change(zero, one, "part.2")
    for decay in (-0.1, 1.1, float("nan"), "0"):
        with pytest.raises(OptionError, match=r"decay=.*\n  allowed: 0 to 1"):
            weight_difference(zero, one, "part", decay)


def test_cka_by_hand():
    from cnnlab.interpret.similarity import cka

    # Centred: a = (−1, 0, 1), b = (−1, 2, −1) / 3, c = (−1, −1, 2). a·b = 0; a·c = 3, a·a = 2 and c·c = 6:
    # ‖aᵀc‖² / (‖aᵀa‖ ‖cᵀc‖) = 3² / (2 · 6) = 3/4.
    a, b, c = (np.array(each, float)[:, None] for each in ((1, 2, 3), (0, 1, 0), (0, 0, 3)))
    assert cka(a, c) == pytest.approx(3 / 4) == pytest.approx(cka(c, a))
    assert cka(a, np.hstack([b, b])) == pytest.approx(0, abs=1e-12)
    # a beside (a, c): (‖aᵀa‖² + ‖aᵀc‖²) / (‖aᵀa‖ ‖(a c)ᵀ(a c)‖) = (2² + 3²) / (2 √(2² + 3² + 3² + 6²)).
    assert cka(a, np.hstack([a, c])) == pytest.approx(13 / (2 * 58**0.5))


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_cka_is_that_of_the_features_products(kind):
    from cnnlab.interpret.similarity import cka

    one, other = np.random.normal(size=(20, 6)).astype(kind), np.random.normal(size=(20, 9)).astype(kind)
    other[:, :3] += one[:, :3]
    x, y = one - one.mean(0), other - other.mean(0)
    expected = np.linalg.norm(x.T @ y) ** 2 / np.linalg.norm(x.T @ x) / np.linalg.norm(y.T @ y)
    assert cka(one, other) == pytest.approx(expected, rel=1e-5) and 0.1 < expected < 0.9


def test_cka_of_what_is_turned_mirrored_scaled_or_moved_is_one():
    from cnnlab.interpret.similarity import cka

    one = np.random.normal(size=(12, 5)).astype(np.float32)
    turned = one @ np.linalg.qr(np.random.normal(size=(5, 5)))[0].astype(np.float32)
    for other in (one, turned, -one, 1e3 * one, one + 40, np.hstack([turned, turned])):
        assert cka(one, other) == pytest.approx(1, abs=1e-5)
    assert cka(one, one * [1, 1, 1, 1, 30]) < 0.9


def test_cka_of_what_has_nothing_in_common_is_zero():
    from cnnlab.interpret.similarity import cka

    waves = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], np.float32)
    assert cka(waves[:, :1] + 3, waves[:, 1:] - 7) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "one, other, message",
    [
        (np.ones((3, 2)), np.ones((4, 2)), "3 and 4 examples"),
        (np.ones((1, 2)), np.ones((1, 2)), r"1 and 1 examples\n  allowed: the same two or more"),
        (np.full((3, 2), 0.1, np.float32), np.eye(3), "the same for every example"),
    ],
)
def test_cka_of_what_cannot_be_compared_is_refused(one, other, message):
    from cnnlab.interpret.similarity import cka

    with pytest.raises(OptionError, match=message):
        cka(one, other)


BOTH = pytest.mark.parametrize("similarity", ["cka", "debiased_cka"])


@BOTH
@pytest.mark.parametrize(
    "change, message",
    [
        (lambda x: x * float("nan"), r"features that are not finite\n  allowed: finite numbers"),
        (lambda x: np.where(x == x[0, 0], np.inf, x), "features that are not finite"),
        (lambda x: np.full_like(x, 0.1), "the same for every example"),  # whose mean is not 0.1 exactly
        (lambda x: x[:, :0], "the same for every example"),
        (lambda x: x[:, 0], r"features: float64 \(6,\) and float64 \(6, 3\)\n  allowed: two arrays of real numbers"),
        (lambda x: x[..., None], r"features: float64 \(6, 3, 1\)"),
        (lambda x: 1j * x, "features: complex128"),
        (lambda x: x.astype(str), "features: <U"),
        (lambda x: None, "features: object"),
        (lambda x: [[1.0], [1.0, 2.0]], "features of type list"),
    ],
)
def test_features_that_are_no_numbers_or_do_not_vary_are_refused(similarity, change, message):
    from cnnlab.interpret import similarity as module

    features = np.random.default_rng(0).normal(size=(6, 3))
    with pytest.raises(OptionError, match=message):
        getattr(module, similarity)(change(features), features)


@BOTH
def test_the_scale_and_the_type_of_features_do_not_matter(similarity):
    import torch

    from cnnlab.interpret import similarity as module

    one, other = np.random.default_rng(0).normal(size=(2, 8, 3))
    found = getattr(module, similarity)
    expected = found(one, other)
    for scale in (1e-200, 1e200, 2.0**40):  # of which squares are 0, or infinite
        assert found(scale * one, other) == pytest.approx(expected)
    single = [(1e25 * each).astype(np.float32) for each in (one, other)]
    assert found(*single) == pytest.approx(expected, abs=1e-5)
    half = [(1e4 * each).astype(np.float16) for each in (one, other)]
    assert found(*half) == pytest.approx(expected, abs=1e-2)
    assert found(one.tolist(), torch.tensor(other)) == expected


def test_debiased_cka_of_examples_that_are_equally_far_is_refused():
    from cnnlab.interpret.similarity import debiased_cka

    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0]
    for features in (np.eye(5), 3 * np.eye(5) @ rotation, np.eye(5, dtype=np.float32)):
        with pytest.raises(OptionError, match="all as far from each other"):
            debiased_cka(features, np.arange(10.0).reshape(5, 2) ** 2)


def test_gram_matrices_need_four_examples_and_one_shape():
    from cnnlab.interpret.similarity import gram_cosine, u_centred

    with pytest.raises(OptionError, match=r"features of shape \(3, 2\)\n  allowed: \(n, d\), of four examples"):
        u_centred(np.eye(3)[:, :2])
    with pytest.raises(OptionError, match=r"Gram matrices \(3, 3\) and \(4, 4\)"):
        gram_cosine(np.eye(3), np.eye(4))
    with pytest.raises(OptionError, match="Gram matrices that are not finite"):
        gram_cosine(np.full((3, 3), np.nan), np.eye(3))


def test_what_gives_no_maps_is_refused(network):
    import torch
    from torch import nn

    from cnnlab.interpret.similarity import channel_correlations, correlations_of_pairs, extract_features

    batches = [(torch.randn(2, 3, 14, 14), None)]
    flat = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten()).eval()
    with pytest.raises(OptionError, match="a Sequential in train mode(.|\\n)*network.eval"):
        extract_features(network.train(), ["0"], batches)
    network.eval()
    for call in (extract_features, lambda *given: channel_correlations(network, network, *given[1:])):
        with pytest.raises(OptionError, match="no batch of images"):
            call(network, ["0"], [])
        with pytest.raises(OptionError, match=r"layers '0'\n  allowed: a list of names"):
            call(network, "0", batches)
        with pytest.raises(OptionError, match="a batch of type Tensor"):
            call(network, ["0"], [batches[0][0]])
        with pytest.raises(OptionError, match=r"images torch.uint8 \(2, 3, 14, 14\)"):
            call(network, ["0"], [(batches[0][0].byte(), None)])
        assert list(call(network, ["3", "0", "3"], batches)) == ["3", "0"]
    with pytest.raises(OptionError, match=r"layer '1' gives an output of shape \(2, 576\)\n  allowed: maps"):
        extract_features(flat, ["1"], batches)
    with pytest.raises(OptionError, match=r"layer '0' has maps \(2, 4, 14, 14\) in one network and \(2, 4, 12, 12\)"):
        channel_correlations(network, flat, ["0"], batches)
    with pytest.raises(OptionError, match=r"pairs=\[\(0, 1\)\]\n  allowed: one or more, of places from 0 to 0"):
        correlations_of_pairs([network], [(0, 1)], ["0"], batches)
    network[0].weight.data[1] = float("nan")
    with pytest.raises(TrainingError, match="activations of '0' are not finite"):
        channel_correlations(network, network, ["0"], batches)


def test_features_are_averaged_to_seven_by_seven_positions(network):
    import torch

    from cnnlab.interpret.similarity import extract_features

    batches = [(torch.randn(2, 3, 14, 14), None), (torch.randn(1, 3, 14, 14), None)]
    found = extract_features(network.eval(), ["0", "3"], batches)
    assert {name: each.shape for name, each in found.items()} == {
        "0": (3, 4 * 49),
        "3": (3, 2 * 4),
    }  # of 2 × 2 positions
    with torch.inference_mode():
        maps = network[0](batches[0][0])
    averaged = maps.unflatten(2, (7, 2)).unflatten(4, (7, 2)).mean(dim=(3, 5)).flatten(1)
    assert np.allclose(found["0"][:2], averaged, atol=1e-6)
    assert not any(module._forward_hooks for module in network.modules())


def test_features_are_similar_to_the_networks_own_and_not_to_anothers(network):
    import torch

    from cnnlab.interpret.similarity import cka, extract_features

    batches = [(torch.randn(8, 3, 14, 14), None)]
    old = extract_features(network.eval(), ["3"], batches)["3"]
    network[0].weight.data.normal_()
    assert cka(old, old) == pytest.approx(1) and cka(old, extract_features(network, ["3"], batches)["3"]) < 0.95


# ---- debiased CKA


def unbiased_hsic(one, other):
    """As Song et al. 2012 write it, with the Gram matrices' traces and sums."""
    n, ones = len(one), np.ones(len(one))
    k, m = (features @ features.T * (1 - np.eye(n)) for features in (one, other))
    return (
        np.trace(k @ m)
        + (ones @ k @ ones) * (ones @ m @ ones) / ((n - 1) * (n - 2))
        - 2 / (n - 2) * (ones @ k @ m @ ones)
    ) / (n * (n - 3))


def test_debiased_cka_is_the_quotient_of_unbiased_estimates():
    from cnnlab.interpret.similarity import debiased_cka

    one, other = np.random.normal(size=(20, 6)), np.random.normal(size=(20, 9))
    other[:, :3] += one[:, :3]
    expected = unbiased_hsic(one, other) / (unbiased_hsic(one, one) * unbiased_hsic(other, other)) ** 0.5
    assert debiased_cka(one, other) == pytest.approx(expected, rel=1e-9) and 0.1 < expected < 0.9
    assert debiased_cka(one, other) == debiased_cka(other, one)


def test_unrelated_features_are_similar_to_the_biased_estimator_alone():
    from cnnlab.interpret.similarity import cka, debiased_cka

    found = []
    for _ in range(5):
        one, other = np.random.normal(size=(2, 200, 5000)).astype(np.float32)
        assert cka(one, other) > 0.9
        found.append(debiased_cka(one, other))
    assert max(map(abs, found)) < 0.03 and min(found) < 0 < max(found)


def test_debiased_cka_of_what_is_turned_mirrored_scaled_or_moved_is_one():
    from cnnlab.interpret.similarity import debiased_cka

    one = np.random.normal(size=(12, 5)).astype(np.float32)
    turned = one @ np.linalg.qr(np.random.normal(size=(5, 5)))[0].astype(np.float32)
    for other in (one, turned, -one, 1e3 * one, one + 40, np.hstack([turned, turned])):
        assert debiased_cka(one, other) == pytest.approx(1, abs=1e-5)
    assert debiased_cka(one, one * [1, 1, 1, 1, 30]) < 0.9


def test_both_estimators_agree_on_many_examples_of_few_features():
    from cnnlab.interpret.similarity import cka, debiased_cka

    one = np.random.normal(size=(2000, 4))
    other = one + np.random.normal(size=one.shape)
    assert debiased_cka(one, other) == pytest.approx(cka(one, other), abs=5e-3)
    assert debiased_cka(one, other) == pytest.approx(0.5, abs=0.05)  # the share of the variance that is common


@pytest.mark.parametrize(
    "one, other, message",
    [
        (np.ones((5, 2)), np.ones((4, 2)), "5 and 4 examples"),
        (np.ones((3, 2)), np.ones((3, 2)), r"3 and 3 examples\n  allowed: the same four or more"),
        (np.full((4, 2), 0.1, np.float32), np.eye(4), "the same for every example"),
    ],
)
def test_debiased_cka_of_what_cannot_be_compared_is_refused(one, other, message):
    from cnnlab.interpret.similarity import debiased_cka

    with pytest.raises(OptionError, match=message):
        debiased_cka(one, other)


# ---- channels, one by one


def test_channels_are_correlated_over_all_positions_of_all_images(network):
    import copy

    import torch

    from cnnlab.interpret.similarity import channel_correlations
    from cnnlab.models.hooks import outputs

    other = copy.deepcopy(network).eval()
    with torch.no_grad():
        other[0].weight[1] *= -2  # turned
        other[0].weight[2] = torch.randn(3, 3, 3)  # another
        other[0].weight[3] = 0  # constant
        other[3].weight[:] *= 5
    batches = [(torch.randn(count, 3, 14, 14), None) for count in (2, 3)]
    found = channel_correlations(network.eval(), other, ["0", "3"], batches)
    images = torch.cat([images for images, _ in batches])
    for name, each in found.items():
        maps = [outputs(one, [name], images)[name].detach().transpose(0, 1).flatten(1) for one in (network, other)]
        with np.errstate(invalid="ignore"):
            expected = [np.corrcoef(x, y)[0, 1] for x, y in zip(*maps, strict=True)]
        assert each == pytest.approx(np.nan_to_num(expected), abs=1e-5)
    assert found["0"][[0, 1]] == pytest.approx([1, -1]) and abs(found["0"][2]) < 0.9 and found["0"][3] == 0


def test_channels_of_several_networks_are_correlated_pair_by_pair(network):
    import copy

    import torch

    from cnnlab.interpret.similarity import channel_correlations, correlations_of_pairs

    networks = [network.eval(), copy.deepcopy(network), copy.deepcopy(network)]
    for each in networks[1:]:
        each[0].weight.data.normal_()
    batches, pairs = [(torch.randn(2, 3, 14, 14), None)], [(0, 1), (1, 2), (2, 2)]
    found = correlations_of_pairs(networks, pairs, ["0", "3"], batches)
    assert {name: each.shape for name, each in found.items()} == {"0": (3, 4), "3": (3, 2)}
    for at, (one, other) in enumerate(pairs):
        alone = channel_correlations(networks[one], networks[other], ["0", "3"], batches)
        assert all(np.allclose(found[name][at], each) for name, each in alone.items())
    assert found["0"][2] == pytest.approx(1) and abs(found["0"][:2]).max() < 0.99


def test_channels_are_correlated_one_to_one(network):
    import torch
    from torch import nn

    from cnnlab.interpret.similarity import channel_correlations

    batches = [(torch.randn(2, 3, 8, 8), None)]
    with pytest.raises(OptionError, match="layer '0' has 4 channels in one network and 5 in the other"):
        channel_correlations(network.eval(), nn.Sequential(nn.Conv2d(3, 5, 3, padding=1)).eval(), ["0"], batches)


@BOTH
def test_features_that_vary_by_rounding_alone_are_constant(similarity):
    """A layer that is constant gives features that differ in their last bit from batch to batch."""
    from cnnlab.interpret import similarity as module

    rng = np.random.default_rng(0)
    for kind in ("float32", "float64"):
        constant = np.full((10, 5), 0.1, kind)
        constant += rng.integers(0, 3, constant.shape) * np.spacing(constant)
        with pytest.raises(OptionError, match="the same for every example"):
            getattr(module, similarity)(constant, rng.normal(size=(10, 5)))


def test_features_that_are_not_finite_or_of_other_positions_are_refused(network):
    import torch

    from cnnlab.interpret.similarity import extract_features

    images = torch.zeros(2, 3, 14, 14)
    with pytest.raises(TrainingError, match="outputs of '0' are not finite(.|\n)*look at the inputs"):
        extract_features(network.eval(), ["0"], [(images, None), (images * float("nan"), None)])
    with pytest.raises(OptionError, match="'0' gives 140 values for some inputs and 196 for others"):
        extract_features(network, ["0"], [(images, None), (images[:, :, :5], None)])
