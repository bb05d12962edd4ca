"""The experiments of a09-dentro with random weights and drawn photos."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.results import registry

pytestmark = pytest.mark.torch
FACTORS = {0: 1.1, 1: 0.9}  # of the last stage's convolutions, for each seed


@pytest.fixture(scope="module")
def trained(weights, tmp_path_factory):
    """What `flowers_ablation` keeps of two seeds: the random ResNet-50 but for the head and the last stage."""
    import torch
    from torch import nn

    from cnnlab.experiments.flowers_ablation.trained import file_of
    from cnnlab.models.heads import replace_head
    from cnnlab.models.pretrained import resnet50
    from cnnlab.models.weights_torch import save

    folder = tmp_path_factory.mktemp("trained")
    for seed, factor in FACTORS.items():
        network = replace_head(resnet50(weights["resnet50_keras"]), 102)
        with torch.no_grad():
            for each in network.layer4.modules():
                if isinstance(each, nn.Conv2d):
                    each.weight *= factor
            for each in network.fc.parameters():
                each.copy_(torch.linspace(-1, 1, each.numel()).view_as(each))
        save(network, folder / file_of("all_stages", seed))
    return folder


@pytest.fixture
def asked(drawn_flowers, weights, trained):
    """Where the data, the weights and the trained networks lie."""
    return {"flowers102": drawn_flowers, "flowers_ablation": trained, **weights}


# ---- flowers_moved


def in_batches_of_four():
    trained = registry.get("flowers_moved").options_for("smoke").trained
    return replace(trained, recipe=replace(trained.recipe, batch=4))


def test_layers_that_moved_are_told_from_those_that_did_not(smoke, written, asked, weights):
    from cnnlab.interpret.similarity import all_weights
    from cnnlab.models.pretrained import resnet50

    changes = dict(variant="all_stages", seeds=tuple(FACTORS), trained=in_batches_of_four())
    values, kept = smoke("flowers_moved", changes, **asked)
    assert values.photos == 8 and values.steps.count == 10 and values.steps.rate == 1e-4
    first, *late = values.layers
    assert (first.layer, first.change, first.cka) == ("conv1", (0, 0), pytest.approx((1, 1)))
    assert first.cka_seeds == pytest.approx((1,)) and first.agreement == pytest.approx((1,))  # the decay alone
    before, decay = resnet50(weights["resnet50_keras"]), values.steps.decay
    assert [each.layer for each in late] == ["layer4.1", "layer4.2"]
    for each in late:
        size = float(all_weights(before, each.layer).square().mean().sqrt())
        assert each.change == pytest.approx((0.1, 0.1), rel=1e-3)
        expected = (0.1 + decay) * size / 1e-4, (0.1 - decay) * size / 1e-4
        assert each.change_in_rates == pytest.approx(expected, rel=1e-3)
        assert each.agreement == pytest.approx((-1,), abs=1e-4)
        assert max(each.cka) < 1 and max(each.cka_seeds) < 1
    early, moved = values.channels
    assert (early.layer, early.channels) == ("layer1.2", 256) and (moved.layer, moved.channels) == ("layer4.1", 2048)
    assert early.moved == early.seeds == pytest.approx((1,) * 5)
    assert moved.moved[0] < 0.999 and list(moved.moved) == sorted(moved.moved)
    assert kept.arrays["moved_layer4_1"].shape == (2, 2048) and kept.arrays["seeds_layer4_1"].shape == (1, 2048)
    assert kept.arrays["moved_layer4_1"].dtype == np.float16
    numbers = written("flowers_moved", values, kept.arrays)
    assert numbers["layer4_1_change"] == ("10,0\u202f%", "10.0%") and numbers["conv1_cka"] == ("1,000", "1.000")
    assert numbers["layer4_2_agreement"] == ("−1,00", "−1.00") and numbers["layer1_2_moved_median"][1] == "1.00"
    assert numbers["conv1_unrelated"][1] == "1.000" and numbers["layer1_2_unrelated_median"][1] == "1.00"


def test_similarity_of_unrelated_changes_by_hand():
    from cnnlab.experiments.flowers_moved.compute import Layer
    from cnnlab.experiments.flowers_moved.numbers import unrelated, unrelated_channels

    layer = Layer("layer1.2", cka=(0.5, 0.8, 1.0), cka_seeds=(), change=(), change_in_rates=(), agreement=())
    assert unrelated(layer) == pytest.approx((0.4, 0.5, 0.8))
    moved = np.array([[0.5, 0.0, 1.0], [0.5, 0.5, 0.25]], np.float16)  # the second channel is constant
    assert unrelated_channels(SimpleNamespace(arrays={"moved_layer1_2": moved}), "layer1.2") == [0.25, 0.25]


def test_cka_of_two_changes_that_are_orthogonal_is_the_product():
    """Gram matrices with a part in common and a part of their own each, no two of which share an entry."""
    from cnnlab.interpret.similarity import gram_cosine

    start, one, other = np.zeros((3, 4, 4))
    start[0, 1] = start[1, 0] = 1
    one[0, 2] = one[2, 0] = 0.75
    other[1, 3] = other[3, 1] = 2
    before = [gram_cosine(start, start + each) for each in (one, other)]
    assert gram_cosine(start + one, start + other) == pytest.approx(before[0] * before[1])


def test_one_seed_is_compared_with_none(smoke, written, asked):
    changes = dict(variant="all_stages", trained=in_batches_of_four(), layers=("layer1.0",), channels=("layer1.0",))
    values, kept = smoke("flowers_moved", changes, **asked)
    assert values.layers[0].cka_seeds == values.layers[0].agreement == values.channels[0].seeds == ()
    assert kept.arrays["seeds_layer1_0"].shape == (0, 256)
    assert not any("_seeds" in key for key in written("flowers_moved", values))


def test_channels_that_are_constant_in_a_network_are_left_out():
    from cnnlab.experiments.flowers_moved.compute import summary

    correlations = np.array([[0.1, 0.0, 0.9], [0.5, 0.7, 0.5], [0.2, 0.4, 0.6]])
    found = summary("layer", correlations, 2)
    assert (found.channels, found.constant) == (3, 1)
    assert found.moved[2] == 0.5 and found.seeds[2] == pytest.approx(0.4)  # of .1 .5 .5 .9, and of .2 .6
    assert summary("layer", correlations, 3).seeds == ()


def test_every_block_of_the_trained_network_is_compared():
    from cnnlab.experiments.flowers_moved.compute import BLOCKS, CHANNELS, Options
    from cnnlab.models.hooks import layer
    from cnnlab.models.pretrained import resnet50

    network = resnet50()
    blocks = [
        f"layer{stage}.{block}" for stage in (1, 2, 3, 4) for block in range(len(layer(network, f"layer{stage}")))
    ]
    assert list(BLOCKS) == ["conv1", *blocks] and Options().layers == BLOCKS and set(CHANNELS) < set(BLOCKS)


def test_steps_of_a_schedule_by_hand():
    from cnnlab.experiments.flowers_moved.steps import steps_of

    trained = registry.get("flowers_moved").options_for("smoke").trained
    recipe = replace(trained.recipe, epochs=1, batch=4, warmup=0.0, learning_rate=0.1, weight_decay=0.5)
    found = steps_of(replace(trained, recipe=recipe), 9)  # two batches, with rates 0.1 and 0.05
    assert (found.rate, found.count) == (0.1, 2)
    assert (found.straight, found.wandering) == pytest.approx((1.5, 1.25**0.5))
    assert found.decay == pytest.approx(1 - 0.95 * 0.975)
    doubled = tuple((name, factor if name == "head" else 2.0) for name, factor in trained.stages)
    assert steps_of(replace(trained, recipe=recipe, stages=doubled), 9).rate == 0.2
    with pytest.raises(OptionError, match="allowed: one learning rate for all but the head, not 0"):
        steps_of(replace(trained, stages=(("conv1", 0.0), ("head", 5.0))), 9)
    with pytest.raises(OptionError, match="stages="):
        steps_of(replace(trained, stages=(("conv1", 0.5), ("layer1", 1.0), ("head", 5.0))), 9)


@pytest.mark.parametrize(("sign", "scale"), [(0.0, "wandering"), (50.0, "straight")])
def test_adam_moves_weights_as_far_as_the_scales_say(sign, scale):
    """Gradients of pure noise lead as far as steps of independent directions, constant ones as far as straight ones."""
    import torch

    from cnnlab.experiments.flowers_moved.steps import steps_of
    from cnnlab.training.loop import learning_rate_factor

    trained = registry.get("flowers_moved").options_for("cpu").trained
    steps, weights = steps_of(trained, 1020), torch.nn.Parameter(torch.zeros(3000))
    optimiser = torch.optim.AdamW([weights], lr=steps.rate, weight_decay=0.0)
    generator = torch.Generator().manual_seed(0)
    for step in range(steps.count):
        optimiser.param_groups[0]["lr"] = steps.rate * learning_rate_factor(step / 63, trained.recipe)
        weights.grad = sign + torch.randn(3000, generator=generator)
        optimiser.step()
    moved = float(weights.detach().square().mean().sqrt()) / steps.rate
    assert moved == pytest.approx(getattr(steps, scale), rel=0.15)


# ---- flowers_channels


def cells(width, height, cell, gap=12):
    return (width * (cell + gap) - gap, height * (cell + gap) - gap)


def test_channels_are_drawn_before_and_after_fine_tuning(smoke, written, asked, drawn_coco):
    from cnnlab.experiments.channel_sheets import CELL, STAGES
    from cnnlab.experiments.flowers_channels.compute import SMALL

    changes = dict(variant="all_stages", networks=tuple(FACTORS), species=(2, 0, 53), photos=2)
    values, kept = smoke("flowers_channels", changes, coco=drawn_coco, **asked)
    width, height = cells(2, 2, SMALL)  # seeds, channels
    pictures = kept.pictures
    assert {name: each.size for name, each in pictures.items()} == {
        **dict.fromkeys(STAGES, (2 * width + SMALL // 4, height)),
        "species": cells(4, 3, CELL),
    }
    assert [each.stage for each in values.stages] == list(STAGES)
    assert [each.of for each in values.stages] == [256, 512, 2048]
    for stage in values.stages:
        before, after = (
            pictures[stage.stage].crop((left, 0, left + width, height)).tobytes() for left in (0, width + SMALL // 4)
        )
        assert (before == after) == (stage.stage != "late")  # the network before its last stage is the random one
        assert len({each.channel for each in stage.channels}) == 2
        for each in stage.channels:
            assert (len(each.old), len(each.new), len(each.other)) == (2, 2, 1)
            if stage.stage != "late":
                assert each.old == each.new and each.other == each.new[:1]
    violet, red = (
        pictures["species"].getpixel((2 * (CELL + 12) + CELL // 2, row * (CELL + 12) + 128)) for row in (0, 1)
    )
    assert violet[2] > violet[0] > violet[1] and red[0] > red[1]
    assert pictures["species"].getpixel((2 * (CELL + 12) + 9, 2 * (CELL + 12) + 9))[3] == 0  # no photo of that species
    assert [each.name for each in values.species] == ["canterbury bells", "pink primrose", "sunflower"]
    for each in values.species:
        assert [drawing.parametrisation for drawing in each.drawings] == ["fourier", "phase"]
        assert all(1 <= drawing.rank <= 102 and 0 <= drawing.probability <= 1 for drawing in each.drawings)
    numbers = written("flowers_channels", values)
    assert numbers["species_3"] == ("girasol", "sunflower") and numbers["early_old_least"] == ("100\u202f%", "100%")
    assert numbers["middle_of"] == ("512", "512") and "species_1_phase_other_rank" in numbers


def test_shares_of_a_channel_by_hand(written):
    from cnnlab.experiments.flowers_channels.compute import Channel, FlowersChannels, Stage

    channels = (Channel(7, new=(4.0, 2.0), old=(1.0, 2.0), other=(2.0,)), Channel(1998, (1.0,), (1.0,), (1.0,)))
    numbers = written("flowers_channels", FlowersChannels((Stage("late", "layer4.1", 2048, channels),), (), 256, 512))
    shown = {key: english for key, (_, english) in numbers.items()}
    assert (shown["late_old_1"], shown["late_other_1"], shown["late_seeds_1"]) == ("50%", "50%", "50%")
    assert (shown["late_old_least"], shown["late_old_most"]) == ("50%", "100%")
    assert (shown["late_2"], shown["late_of"], shown["steps"]) == ("1998", "2,048", "256")
