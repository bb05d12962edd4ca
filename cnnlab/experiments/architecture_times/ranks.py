"""How far a count foretells the time: rank correlation, and the pair of networks that contradicts it most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations

from cnnlab.experiments.architecture_times.compute import ArchitectureTimes, NetworkTime
from cnnlab.experiments.architecture_times.groups import ASKED

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


def inversion(result: ArchitectureTimes) -> tuple[NetworkTime, NetworkTime]:
    """Of all pairs (fewer, more) in which the network with fewer MACs takes longer, that with the largest product of
    both quotients: of MACs, and of times."""

    def both(pair: tuple[NetworkTime, NetworkTime]) -> float:
        fewer, more = pair
        quotients = more.multiply_adds / fewer.multiply_adds, fewer.seconds / more.seconds
        return math.log(quotients[0]) + math.log(quotients[1]) if min(quotients) > 1 else -math.inf

    return max(permutations(result.networks, 2), key=both)


def inverted_pairs(networks: Sequence[NetworkTime]) -> tuple[int, int]:
    """How many pairs of networks there are in which that with fewer MACs takes longer, and how many pairs that have
    unequal MACs."""
    pairs = [(fewer, more) for fewer, more in permutations(networks, 2) if fewer.multiply_adds < more.multiply_adds]
    return sum(fewer.seconds > more.seconds for fewer, more in pairs), len(pairs)
