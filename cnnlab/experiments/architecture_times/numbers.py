"""Numbers of `architecture_times` for prose and tables."""

from cnnlab.experiments.architecture_times.compute import ArchitectureTimes
from cnnlab.experiments.architecture_times.ranks import (
    COUNTS,
    inversion,
    inverted_pairs,
    named,
    rank_correlation,
    rate,
)
from cnnlab.words import Quantity, decimal, integer, percent, text

MEGA = 1e6


def numbers(result: ArchitectureTimes) -> dict[str, Quantity]:
    """`NAME_ms`, `_ratio` with its quartiles `_low` and `_high`, `_macs` (MACs as a quotient to the reference's),
    `_rate` (millions of MACs in a millisecond), `_rate_share` (of the reference's), `_weights` and `_peak` (MB) of each
    network; rank correlations with the time; the pair that contradicts the MACs most.
    """
    reference = named(result, result.options.reference)
    fewer, more = inversion(result)
    inverted, pairs = inverted_pairs(result)
    device = result.provenance.device_name.replace("(R)", "")
    out = {
        "networks": integer(len(result.networks)),
        "rounds": integer(result.options.rounds),
        "threads": integer(result.threads),
        "device": text(es=device, en=device),
        "fewer": text(es=fewer.name, en=fewer.name),
        "more": text(es=more.name, en=more.name),
        "fewer_macs": decimal(more.multiply_adds / fewer.multiply_adds, 1),
        "fewer_time": decimal(fewer.seconds / more.seconds, 1),
        "inverted": integer(inverted),
        "pairs": integer(pairs),
        "inverted_share": percent(inverted / pairs, 0),
        **{f"rank_{count}": decimal(rank_correlation(result, count), 2) for count in COUNTS},
    }
    for each in result.networks:
        low, middle, high = each.ratio
        out |= {
            f"{each.name}_ms": decimal(1000 * each.seconds, 1),
            f"{each.name}_low": decimal(low, 2),
            f"{each.name}_ratio": decimal(middle, 2),
            f"{each.name}_high": decimal(high, 2),
            f"{each.name}_macs": decimal(each.multiply_adds / reference.multiply_adds, 2),
            f"{each.name}_giga": decimal(each.multiply_adds / 1e9, 2),
            f"{each.name}_rate": decimal(rate(each) / 1e9, 1),
            f"{each.name}_rate_share": percent(rate(each) / rate(reference), 0),
            f"{each.name}_depthwise": percent(each.depthwise / each.multiply_adds, 0),
            f"{each.name}_weights": decimal(each.weights_bytes / MEGA, 1),
            f"{each.name}_peak": decimal(each.peak_bytes / MEGA, 1),
        }
    return out
