"""Numbers of `invariance` for prose and tables."""

import numpy as np

from cnnlab.experiments.invariance.compute import Invariance
from cnnlab.words import Quantity, decimal, integer, percent

QUOTED = {"moved": (1, 2, 4), "turned": (15, 45), "scaled": (0.5, 1.5), "paler": (0.1,)}


def numbers(result: Invariance) -> dict[str, Quantity]:
    """What was trained and tested; accuracy in place, with its interval and the range of the seeds; `<kind>_<change>_…`
    at some amounts; `<kind>_<layer>_<shift>_changed` and `…_moved` of each layer; how much a plane explains of kernels.

    unlikely_ramp: what one in twenty kernels of independent normal weights is above; of n weights the share that a
    plane explains is Beta(1, (n − 3) / 2). least_left, most_left: `moved` where the stride does not
    divide the shift. widest: half of the widest 95 % interval of any accuracy, in points.
    """
    options, arrays = result.options, result.arrays
    weights = arrays["kernels"][0].size
    out = {
        "seeds": integer(len(options.seeds)),
        "pictures": integer(options.pictures),
        "epochs": integer(options.recipe.epochs),
        "digits": integer(result.digits),
        "compared": integer(options.compared),
        "least_ramp": percent(min(result.ramps), 0),
        "most_ramp": percent(max(result.ramps), 0),
        "unlikely_ramp": percent(1 - 0.05 ** (2 / (weights - 3)), 0),
        "ink_lost_4": percent(result.ink_lost[4], 1),
        "ink_lost_10": percent(result.ink_lost[10], 0),
        "widest": decimal(100 * max(float(np.max(arrays[name])) for name in arrays if name.endswith("_error")), 1),
    }
    left = [each.moved for each in result.shifts if each.shift % each.stride]
    out |= {"least_left": decimal(min(left), 2), "most_left": decimal(max(left), 2)}
    for network in result.networks:
        kind = network.kind
        out[f"{kind}_parameters"] = integer(network.parameters)
        for name in ("accuracy", "low", "high", "least", "most"):
            out[f"{kind}_{name}"] = percent(getattr(network, name), 1)
        for change, amounts in QUOTED.items():
            means = dict(zip(getattr(options, change), arrays[f"{kind}_{change}"].mean(0).tolist(), strict=True))
            for amount in amounts:
                label = amount if isinstance(amount, int) else round(100 * amount)
                out[f"{kind}_{change}_{label}"] = percent(means[amount], 1)
        palest = arrays[f"{kind}_paler"][:, options.paler.index(QUOTED["paler"][0])].tolist()
        out |= {f"{kind}_paler_least": percent(min(palest), 1), f"{kind}_paler_most": percent(max(palest), 1)}
        moved = arrays[f"{kind}_moved"].mean(0)
        out[f"{kind}_lost_2"] = decimal(100 * float(moved[0] - moved[2]), 1)
    for row in result.shifts:
        for name in ("changed", "moved"):
            out[f"{row.network}_{row.layer}_{row.shift}_{name}"] = decimal(getattr(row, name), 2)
    return out
