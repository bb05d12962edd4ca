"""The listings of l7-arquitecturas: those under "Qué probar después" run as printed, that of the counts is right."""

import re

import pytest

CHAPTER = "l7-arquitecturas"


@pytest.mark.torch
def test_the_printed_counts_are_those_of_the_package(listing):
    import torch
    from torch import nn

    from cnnlab.models import cost_torch

    printed_counts: dict = {}
    exec(listing(CHAPTER, "lst-arquitecturas-contar"), printed_counts)
    tokens = torch.empty(1, 5, 8)
    cases = {
        "of_convolution": (nn.Conv2d(4, 6, 3, groups=2), torch.empty(1, 4, 7, 7), torch.empty(1, 6, 5, 5)),
        "of_dense": (nn.Linear(8, 3), tokens, torch.empty(1, 5, 3)),
        "of_attention": (nn.MultiheadAttention(8, 2), tokens, tokens),
    }
    for name, case in cases.items():
        counted = sum(multiply_adds for _, multiply_adds, _ in getattr(cost_torch, name)(*case))
        assert printed_counts[name](*case) == counted > 0, name


@pytest.mark.torch
@pytest.mark.slow
def test_the_cost_of_a_convolutional_network_grows_with_the_area_and_that_of_attention_faster(listing, printed):
    heading, *lines = printed(listing(CHAPTER, "lst-arquitecturas-lado"))
    assert heading == "network, side, billions of MACs, of which in attention"
    rows = [line.split() for line in lines]
    cost = {(name, int(side)): (float(total), float(attention)) for name, side, total, attention in rows}
    for name in ("resnet50", "efficientnet_b0", "vit_b_16"):
        small, middle, large = (cost[name, side][0] for side in (160, 224, 320))
        assert small < middle < large
    total, attention = (cost["vit_b_16", 320][k] / cost["vit_b_16", 160][k] for k in (0, 1))
    assert total > 4 and attention > 14
    assert cost["resnet50", 320][1] == 0


@pytest.mark.torch
@pytest.mark.slow
def test_two_networks_are_timed_with_photos_of_three_sizes(listing, printed):
    less = ('"rounds": 11', '"rounds": 2'), ("(96, 224, 448)", "(64, 96)")
    lines = printed(listing(CHAPTER, "lst-arquitecturas-otra", *less))
    pattern = r"side (\d+): ratio of MACs (\S+), of times (\S+) (\S+) (\S+) \(quartiles\)"
    rows = [re.fullmatch(pattern, line).groups() for line in lines]
    assert [side for side, *_ in rows] == ["64", "96"]
    for _, quotient, *ratio in rows:
        assert 0.05 < float(quotient) < 0.1
        low, middle, high = map(float, ratio)
        assert 0 < low <= middle <= high
