"""Counts of torchvision's networks, small. Chapter: l7-arquitecturas."""

import pytest

from cnnlab.experiments.architectures import chart, names
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


def test_points_are_compared_in_both_directions():
    given = [point("a", 1, 0.5), point("b", 2, 0.4), point("c", 3, 0.7)]
    assert chart.better_and_cheaper(given[1], given) == given[:1] and chart.better_and_cheaper(given[2], given) == []
    assert chart.above_front(point("d", 2, 0.6), given) and not chart.above_front(point("e", 3, 0.6), given)


def test_two_recipes_are_two_weights_of_one_network():
    first, second = point("a", 1, 0.5), point("a", 1, 0.6, "IMAGENET1K_V2")
    assert chart.recipes([second, point("b", 1, 0.5), first]) == [(first, second)]


def test_names_have_an_order_of_precedence():
    given = [point("cheap", 1, 0.5), point("alexnet", 2, 0.4), point("c", 2, 0.7), point("c", 2, 0.6, "IMAGENET1K_V2")]
    front = chart.pareto_front(given, lambda each: each.multiply_adds)
    order = [(each.network, each.accuracy) for each in chart.named_first([point("d", 9, 0.1), *given], front)]
    assert order == [("cheap", 0.5), ("c", 0.7), ("alexnet", 0.4), ("d", 0.1)]


def test_a_name_stands_beside_its_mark_unless_another_mark_is_there():
    alone, first, second = point("alone", 1, 0.6), point("first", 100, 0.8), point("second", 101, 0.8)
    every = [alone, first, second]
    found = names.placed(every, every, lambda each: each.multiply_adds, [], across=(0.5, 500), up=(0.5, 0.9))
    (only,) = found
    assert (only["text"], only["x"], only["y"]) == ("alone", 0, 0.6)
    assert only["xanchor"] == "left" and only["xshift"] > 6 and only["font"]["size"] >= 11


def test_a_name_leaves_a_line_free():
    every = [point("alone", 1, 0.6)]
    line = [(1 + 0.02 * step, 0.6) for step in range(50)]
    (only,) = names.placed(every, every, lambda each: each.multiply_adds, line, across=(0.1, 10), up=(0.5, 0.9))
    assert only["xanchor"] == "right" and only["xshift"] < -6
