"""Time and memory of torchvision's networks, small. Chapter: l7-arquitecturas."""

import pytest

from cnnlab.experiments.architecture_times import ranks
from cnnlab.experiments.architecture_times.compute import ArchitectureTimes, NetworkTime
from cnnlab.results.schema import measured_fields


@pytest.mark.torch
@pytest.mark.slow
def test_each_network_is_timed_beside_the_reference(smoke):
    result, run = smoke("architecture_times")
    assert [each.name for each in result.networks] == list(run.options.networks)
    by_name = {each.name: each for each in result.networks}
    assert by_name["resnet18"].ratio == (1, 1, 1)
    assert round(by_name["resnet18"].multiply_adds / 1e9, 3) == 1.814
    assert by_name["resnet18"].depthwise == 0 < by_name["mobilenet_v3_small"].depthwise
    for each in result.networks:
        assert each.seconds > 0 and 0 < each.ratio[0] <= each.ratio[1] <= each.ratio[2]
        assert 4 * each.parameters <= each.weights_bytes
        assert each.peak_bytes > 4 * 1000  # the logits, at least
    largest = 64 * 112 * 112 * 4  # conv1's output, in bytes, which normalisation copies or not
    assert by_name["resnet18"].peak_bytes >= largest


def network(name: str, multiply_adds: int, seconds: float, outputs: int = 1) -> NetworkTime:
    return NetworkTime(name, "plain", 1, multiply_adds, outputs, 1, 0, seconds, (1, 1, 1), 4, 4)


TOY = ArchitectureTimes(
    (network("a", 1, 4, 10), network("b", 2, 2, 8), network("c", 8, 3, 9), network("d", 9, 9, 30)), 1
)


def test_ranks_by_hand():
    assert (len(ranks.inverted(TOY.networks)), len(ranks.pairs(TOY.networks))) == (2, 6)  # a and b, a and c
    assert [each.name for each in ranks.inverted(TOY.networks)[0]] == ["a", "c"]  # 8 × 4/3 against 2 × 2
    assert ranks.rank_correlation(TOY.networks, "outputs") == pytest.approx(1)
    assert ranks.rank_correlation(TOY.networks, "multiply_adds") == pytest.approx(1 - 6 * (4 + 1 + 1 + 0) / (4 * 15))
    assert ranks.rate(ranks.named(TOY, "b")) == 1


def test_equal_counts_share_their_ranks_and_are_no_pair():
    equal = [network("resnet18", 1, 1), network("vgg16", 5, 2), network("vgg16_bn", 5, 3), network("vgg19", 7, 4)]
    assert (len(ranks.inverted(equal)), len(ranks.pairs(equal))) == (0, 5)
    assert ranks.rank_correlation(equal, "multiply_adds") == pytest.approx(4.5 / (4.5 * 5) ** 0.5)
    assert [each.name for each in ranks.asked(ArchitectureTimes(tuple(equal), 1))] == ["resnet18", "vgg16", "vgg19"]


def test_times_and_memory_are_measured_anew_by_every_run():
    ratios = {f"networks[].ratio[{place}]" for place in range(3)}
    assert measured_fields(ArchitectureTimes) == {"networks[].seconds", "networks[].peak_bytes"} | ratios
