"""Numbers of `invariance` for prose and tables."""

from cnnlab.experiments.invariance.compute import Invariance
from cnnlab.words import Quantity, decimal, integer, percent


def numbers(result: Invariance) -> dict[str, Quantity]:
    """What was trained and tested; accuracy in place, with its interval and the range of the seeds; `<kind>_<change>_…`
    at some amounts; `<kind>_<layer>_<shift>_changed` and `…_moved` of each layer; how much a plane explains of kernels.
    """
    options, recipe = result.options, result.options.recipe
    out = {
        "seeds": integer(len(options.seeds)),
        "pictures": integer(options.pictures),
        "epochs": integer(recipe.epochs),
        "batch": integer(recipe.batch),
        "digits": integer(result.digits),
        "compared": integer(options.compared),
        "random_ramp": percent(result.random_ramp, 0),
        "least_ramp": percent(min(result.ramps), 0),
        "most_ramp": percent(max(result.ramps), 0),
        "median_ramp": percent(sorted(result.ramps)[len(result.ramps) // 2], 0),
        "steep": integer(sum(each > 0.5 for each in result.ramps)),
        "ink_lost_4": percent(result.ink_lost[4], 1),
        "ink_lost_10": percent(result.ink_lost[10], 0),
    }
    for network in result.networks:
        kind = network.kind
        out[f"{kind}_parameters"] = integer(network.parameters)
        for name in ("accuracy", "low", "high", "least", "most"):
            out[f"{kind}_{name}"] = percent(getattr(network, name), 1)
        for change in ("moved", "turned", "scaled", "paler"):
            means = result.arrays[f"{kind}_{change}"].mean(0)
            for amount, mean in zip(getattr(options, change), means, strict=True):
                label = f"{round(100 * amount)}" if change in ("scaled", "paler") else f"{amount}".replace("-", "minus")
                out[f"{kind}_{change}_{label}"] = percent(float(mean), 1)
    for network in result.networks:
        moved = result.arrays[f"{network.kind}_moved"].mean(0)
        out[f"{network.kind}_lost_2"] = decimal(100 * float(moved[0] - moved[2]), 1)
    for row in result.shifts:
        for name in ("changed", "moved"):
            out[f"{row.network}_{row.layer}_{row.shift}_{name}"] = decimal(getattr(row, name), 2)
    return out
