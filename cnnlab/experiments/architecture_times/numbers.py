"""Numbers of `architecture_times` for prose and tables."""

from cnnlab.experiments.architecture_times.compute import ArchitectureTimes
from cnnlab.experiments.architecture_times.ranks import (
    COUNTS,
    Pair,
    apart,
    asked,
    inverted,
    named,
    pairs,
    rank_correlation,
    rate,
)
from cnnlab.words import Quantity, decimal, integer, percent, text

MEGA = 1e6


def numbers(result: ArchitectureTimes) -> dict[str, Quantity]:
    """Of each network, `NAME_ms`; `_ratio` to the reference with its quartiles `_low` and `_high`; `_macs`, the same
    quotient of MACs; `_rate`, millions of MACs in a millisecond; `_rate_share`, of the reference's; `_per_output`, MACs
    for each value written; `_weights` and `_peak` in MB. Rank correlations with the time, and inverted pairs, the
    farthest `fewer` and `more`; `apart_`: of those whose quartiles do not overlap; `_asked`: of the networks that the
    laboratory asks for.
    """
    reference = named(result, result.options.reference)
    every, contrary, nine = pairs(result.networks), inverted(result.networks), asked(result)
    clear = apart(contrary)
    device = result.provenance.device_name.replace("(R)", "")
    out = {
        "networks": integer(len(result.networks)),
        "rounds": integer(result.options.rounds),
        "threads": integer(result.threads),
        "device": text(es=device, en=device),
        "inverted": integer(len(contrary)),
        "pairs": integer(len(every)),
        "inverted_share": percent(len(contrary) / len(every), 0),
        "inverted_apart": integer(len(clear)),
        "inverted_close": integer(len(contrary) - len(clear)),
        **of_farthest("", contrary, 1),
        **of_farthest("apart_", clear, 2),
        "peak_below_weights": integer(sum(each.peak_bytes < each.weights_bytes for each in result.networks)),
        "inverted_asked": integer(len(inverted(nine))),
        "pairs_asked": integer(len(pairs(nine))),
        "rank_asked": decimal(rank_correlation(nine, "multiply_adds"), 2),
        **{f"rank_{count}": decimal(rank_correlation(result.networks, count), 2) for count in COUNTS},
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
            f"{each.name}_per_output": decimal(each.multiply_adds / each.outputs, 0),
            f"{each.name}_weights": decimal(each.weights_bytes / MEGA, 1),
            f"{each.name}_peak": decimal(each.peak_bytes / MEGA, 1),
        }
    return out


def of_farthest(name: str, contrary: list[Pair], digits: int) -> dict[str, Quantity]:
    """The first of inverted pairs, and its quotients of MACs and of times; nothing where there is none."""
    if not contrary:
        return {}
    fewer, more = contrary[0]
    return {
        f"{name}fewer": text(es=fewer.name, en=fewer.name),
        f"{name}more": text(es=more.name, en=more.name),
        f"{name}fewer_macs": decimal(more.multiply_adds / fewer.multiply_adds, digits),
        f"{name}fewer_time": decimal(fewer.seconds / more.seconds, digits),
    }
