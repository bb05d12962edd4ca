"""Counts of torchvision's networks, small. Chapter: l7-arquitecturas."""

import pytest

from cnnlab.experiments.architectures import chart
from cnnlab.experiments.architectures.chart import Point


@pytest.mark.torch
@pytest.mark.slow
def test_counts_are_those_of_torch_and_of_torchvision(smoke):
    result, run = smoke("architectures")
    assert {each.name for each in result.networks} == set(run.options.networks)
    assert len(chart.points(result)) == len(result.weights)
    for weights in result.weights:
        network = chart.counts(result, weights.network, weights.side)
        assert network.judged == network.multiply_adds == sum(network.by_kind.values())
        assert round(network.multiply_adds / 1e9, 3) == weights.giga
        assert weights.parameters in (network.parameters, network.parameters - network.auxiliary)
    assert chart.counts(result, "googlenet").auxiliary > 0 == chart.counts(result, "vit_b_32").auxiliary
    assert (result.alexnet.convolutions, result.alexnet.dense) == (5, 3)
    assert result.resnet34.sizes[-1] == (512, 7, 7) and result.resnet34.shortcut == (0, 2, 2, 2)
    assert (result.head_of_002.parameters, result.head_of_002.trained) == (14_780_481, 65_793)


def point(name: str, multiply_adds: int, accuracy: float, weights: str = "IMAGENET1K_V1", extra: bool = False) -> Point:
    return Point(name, weights, "plain", extra, 224, accuracy, 1.0, multiply_adds, 10 * multiply_adds)


def test_the_front_holds_what_nothing_cheaper_surpasses():
    given = [point("a", 1, 0.5), point("b", 2, 0.4), point("c", 2, 0.7), point("d", 3, 0.7), point("e", 4, 0.8)]
    front = chart.pareto_front(given, lambda each: each.multiply_adds)
    assert [each.network for each in front] == ["a", "c", "e"]
    assert chart.from_imagenet_alone([point("f", 1, 0.5, extra=True), given[0]]) == given[:1]


def test_two_recipes_are_two_weights_of_one_network():
    first, second = point("a", 1, 0.5), point("a", 1, 0.6, "IMAGENET1K_V2")
    assert chart.recipes([second, point("b", 1, 0.5), first]) == [(first, second)]
