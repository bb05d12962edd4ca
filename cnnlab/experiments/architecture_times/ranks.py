"""How far a count foretells the time: rank correlation, and the pair of networks that contradicts it most."""

from __future__ import annotations

import math
from itertools import permutations

from cnnlab.experiments.architecture_times.compute import ArchitectureTimes, NetworkTime

COUNTS = ("multiply_adds", "outputs", "parameters", "calls")


def named(result: ArchitectureTimes, name: str) -> NetworkTime:
    """The measures of a network."""
    return next(each for each in result.networks if each.name == name)


def rate(network: NetworkTime) -> float:
    """MACs in a second."""
    return network.multiply_adds / network.seconds


def rank_correlation(result: ArchitectureTimes, count: str) -> float:
    """Spearman's correlation of a count, one of COUNTS, with the time over the networks, from −1 to 1."""
    import numpy as np

    columns = [[getattr(each, name) for each in result.networks] for name in (count, "seconds")]
    first, second = (np.argsort(np.argsort(column)) for column in columns)
    return float(np.corrcoef(first, second)[0, 1])


def inversion(result: ArchitectureTimes) -> tuple[NetworkTime, NetworkTime]:
    """Of all pairs (fewer, more) in which the network with fewer MACs takes longer, that with the largest product of
    both quotients: of MACs, and of times."""

    def both(pair: tuple[NetworkTime, NetworkTime]) -> float:
        fewer, more = pair
        quotients = more.multiply_adds / fewer.multiply_adds, fewer.seconds / more.seconds
        return math.log(quotients[0]) + math.log(quotients[1]) if min(quotients) > 1 else -math.inf

    return max(permutations(result.networks, 2), key=both)


def inverted_pairs(result: ArchitectureTimes) -> tuple[int, int]:
    """How many pairs of networks there are in which that with fewer MACs takes longer, and how many pairs in all."""
    pairs = [
        (a, b) for a, b in permutations(result.networks, 2) if (a.multiply_adds, a.name) < (b.multiply_adds, b.name)
    ]
    return sum(a.seconds > b.seconds for a, b in pairs), len(pairs)
