"""Numbers of `shortcuts` for prose and tables."""

from cnnlab.experiments.shortcuts.compute import Shortcuts
from cnnlab.words import Quantity, decimal, integer, power


def numbers(result: Shortcuts) -> dict[str, Quantity]:
    """Input and seeds; for each depth, with and without shortcuts, the ratio of the first layer's norm to the last's
    and the growth a layer; `unnormalised_` stands before those without normalisation.
    """
    out = {"side": integer(result.side), "batch": integer(result.batch), "seeds": integer(result.seeds)}
    for key, rows in (("", result.depths), ("unnormalised_", result.unnormalised)):
        for row in rows:
            name = f"{key}{'with' if row.shortcuts else 'without'}_{row.depth}"
            out[f"ratio_{name}"] = _ratio(row.ratio)
            out[f"growth_{name}"] = decimal(row.growth, 2)
    return out


def _ratio(value: float) -> Quantity:
    """A ratio between 0.1 and 1e11 with two or three significant digits."""
    if value >= 1e4:
        return power(value, 1)
    return integer(round(value)) if value >= 20 else decimal(value, 2)
