"""Numbers of `shortcuts` for prose and tables."""

import numpy as np

from cnnlab.experiments.shortcuts.compute import Shortcuts
from cnnlab.experiments.shortcuts.stages import block_norms, growth, laws
from cnnlab.words import Quantity, Words, decimal, integer, power, size


def numbers(result: Shortcuts) -> dict[str, Quantity]:
    """Input and seeds; for each depth, with and without shortcuts, the ratio of the first layer's norm to the last's
    and the growth a layer; `unnormalised_` stands before those without normalisation.

    `identity_`, `projections_`, `total_`: what `stages.Growth` says of a depth; `within_`: its growth per layer.
    `conv4_`: growth from the last identity block of conv4_x of 152 layers to the first; `early_`, `late_`: from one of
    them to the one before it, at the beginning and at the end of the stage; `exponential_`, `power_`: R² of both laws
    there, and with `_101` behind them in conv4_x of 101 layers. `stages`, `stages_exponential`: how many stages with
    shortcuts have three blocks or more, and in how many of these the exponential has the larger R². `ratios_`, `last_`:
    the ratios and the last layer's norms, from the least to the most over the depths. `first_unnormalised_`: norm of
    the first layer with shortcuts, geometric mean over the seeds. `last_side`: the maps of conv5_x, at a 32nd of the
    input's side; `averaged`: values of a channel that a normalisation averages there.
    """
    out = {"side": integer(result.side), "batch": integer(result.batch), "seeds": integer(result.seeds)}
    out["last_side"] = size(result.side // 32, result.side // 32)
    out["averaged"] = integer(result.batch * (result.side // 32) ** 2)
    for key, rows in (("", result.depths), ("unnormalised_", result.unnormalised)):
        for row in rows:
            name = f"{key}{'with' if row.shortcuts else 'without'}_{row.depth}"
            out[f"ratio_{name}"] = _ratio(row.ratio)
            out[f"growth_{name}"] = decimal(row.growth, 2)
        for residual, name in ((True, f"{key}with"), (False, f"{key}without")):
            these = [row for row in rows if row.shortcuts is residual]
            out[f"ratios_{name}"] = _range([row.ratio for row in these])
            out[f"last_{name}"] = _range([row.last for row in these])
    for row in result.depths:
        name, grown = f"{'with' if row.shortcuts else 'without'}_{row.depth}", growth(result, row.shortcuts, row.depth)
        for part in ("identity", "projections", "total"):
            out[f"{part}_{name}"] = _ratio(getattr(grown, part))
        out[f"within_{name}"] = decimal(grown.per_layer, 2)
        if row.shortcuts:
            first = result.arrays[f"unnormalised_{name}"][:, 0]
            out[f"first_unnormalised_{name}"] = _ratio(float(np.exp(np.log(first).mean())))
    for residual in (True, False):
        stage = block_norms(result, residual, 152)[2]
        name = "with" if residual else "without"
        out[f"conv4_{name}"] = _ratio(float(stage[1] / stage[-1]))
        out[f"early_{name}"] = decimal(float(stage[1] / stage[2]), 2)
        out[f"late_{name}"] = decimal(float(stage[-2] / stage[-1]), 2)
        fits = laws(result, residual)
        for depth, key in ((152, name), (101, f"{name}_101")):
            exponential, by_power = fits[depth, 4]
            out[f"exponential_{key}"], out[f"power_{key}"] = decimal(exponential, 2), decimal(by_power, 2)
    fits = laws(result, True)
    out["stages"] = integer(len(fits))
    out["stages_exponential"] = integer(sum(exponential > by_power for exponential, by_power in fits.values()))
    return out


def _ratio(value: float) -> Quantity:
    """A ratio between 0.001 and 1e11 with two or three significant digits."""
    if value >= 1e4:
        return power(value, 1)
    if value < 0.1:
        return decimal(value, 4 if value < 0.01 else 3)
    return integer(round(value)) if value >= 20 else decimal(value, 1 if value >= 10 else 2)


def _range(values: list[float]) -> Quantity:
    """The least and the most of some ratios."""
    least, most = _ratio(min(values)), _ratio(max(values))

    def write(words: Words) -> str:
        return f"{least.write(words)} – {most.write(words)}"

    return Quantity(write)
