"""Counts of torchvision's networks, small. Chapter: l7-arquitecturas."""

import pytest


@pytest.mark.torch
def test_counts_are_those_of_torch_and_of_torchvision(smoke):
    result, _ = smoke("architectures")
    assert {each.name for each in result.networks} == set(result.options_networks if False else NETWORKS)
    sides = {(each.name, each.side): each for each in result.networks}
    for weights in result.weights:
        network = sides[weights.network, weights.side]
        assert network.judged == network.multiply_adds == sum(network.by_kind.values())
        assert round(network.multiply_adds / 1e9, 3) == weights.giga
        assert weights.parameters in (network.parameters, network.parameters - network.auxiliary)
    assert sides["googlenet", 224].auxiliary > 0 == sides["vit_b_32", 224].auxiliary
