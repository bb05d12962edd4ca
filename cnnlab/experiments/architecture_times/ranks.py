"""How far a count foretells the time: rank correlation, and the pair of networks that contradicts it most."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from cnnlab.experiments.architecture_times.compute import ArchitectureTimes, NetworkTime
from cnnlab.experiments.architecture_times.groups import ASKED

Pair = tuple[NetworkTime, NetworkTime]  # the first with fewer MACs
COUNTS = ("multiply_adds", "outputs", "parameters", "calls")


def named(result: ArchitectureTimes, name: str) -> NetworkTime:
    """The measures of a network."""
    return next(each for each in result.networks if each.name == name)


def asked(result: ArchitectureTimes) -> list[NetworkTime]:
    """The networks whose parameters the laboratory asks for."""
    return [each for each in result.networks if each.name in ASKED]


def rate(network: NetworkTime) -> float:
    """MACs in a second."""
    return network.multiply_adds / network.seconds


def rank_correlation(networks: Sequence[NetworkTime], count: str) -> float:
    """Spearman's correlation of a count, one of COUNTS, with the time over networks, from −1 to 1.

    VGG16 has the same multiply-adds with normalisation and without: equal counts get the mean of their ranks.
    """
    import numpy as np

    columns = [[getattr(each, name) for each in networks] for name in (count, "seconds")]
    ranks = [[sum(other < each for other in column) + column.count(each) / 2 for each in column] for column in columns]
    return float(np.corrcoef(ranks)[0, 1])


def pairs(networks: Sequence[NetworkTime]) -> list[Pair]:
    """All pairs of networks with unequal MACs."""
    return [(fewer, more) for fewer, more in permutations(networks, 2) if fewer.multiply_adds < more.multiply_adds]


def inverted(networks: Sequence[NetworkTime]) -> list[Pair]:
    """The pairs in which the network with fewer MACs takes longer; that with the largest product of both quotients, of
    MACs and of times, is the first."""
    found = [(fewer, more) for fewer, more in pairs(networks) if fewer.seconds > more.seconds]
    return sorted(
        found, key=lambda pair: -pair[1].multiply_adds / pair[0].multiply_adds * pair[0].seconds / pair[1].seconds
    )


def apart(given: Sequence[Pair]) -> list[Pair]:
    """Those of the inverted pairs in which the quartiles of the times, relative to the reference, do not overlap."""
    return [(fewer, more) for fewer, more in given if fewer.ratio[0] > more.ratio[2]]
