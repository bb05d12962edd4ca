"""What prose may say of the result of `shortcuts`."""

from cnnlab.words import decimal, integer, power


def numbers(result) -> dict:
    """For each depth, with and without shortcuts, the ratio of the first layer's norm to the last's, and the growth a
    layer."""
    out = {"side": integer(result.side), "batch": integer(result.batch), "seeds": integer(result.seeds)}
    for key, rows in (("", result.depths), ("unnormalised_", result.unnormalised)):
        for row in rows:
            name = f"{key}{'with' if row['shortcuts'] else 'without'}_{row['depth']}"
            out[f"ratio_{name}"] = _readable(row["ratio"])
            out[f"growth_{name}"] = decimal(row["growth"], 2)
    return out


def _readable(ratio: float):
    """Two figures of a ratio that runs from a tenth to thousands of millions."""
    if ratio >= 1e4:
        return power(ratio, 1)
    return integer(round(ratio)) if ratio >= 20 else decimal(ratio, 1 if ratio >= 1 else 2)
