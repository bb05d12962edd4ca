"""Numbers of `inside_layers` for prose and tables."""

from cnnlab.experiments.inside_layers.compute import InsideLayers
from cnnlab.words import Quantity, decimal, integer, percent, size, text


def numbers(result: InsideLayers) -> dict[str, Quantity]:
    """`<network>_kernels`, `_grey`, `_faint`, `_side`; `<network>_<place>_layer`, `_channels`, `_size`, `_zeros`,
    `_silent`, `_highest`; `<network>_top_<rank>`, `<network>_label_<rank>`.
    """
    out = {"credit": text(es=result.credit, en=result.credit)}
    for each in result.networks:
        for key in ("kernels", "grey", "faint", "side"):
            out[f"{each.name}_{key}"] = integer(getattr(each, key))
        for rank, best in enumerate(each.top, 1):
            out[f"{each.name}_top_{rank}"] = percent(best.probability, 1)
            out[f"{each.name}_label_{rank}"] = text(es=best.label, en=best.label)
        for place, seen in enumerate(each.layers):
            key = f"{each.name}_{place}"
            out[f"{key}_layer"] = text(es=f"`{seen.layer}`", en=f"`{seen.layer}`")
            out[f"{key}_channels"] = text(es=str(seen.channels), en=str(seen.channels))
            out[f"{key}_size"] = size(*seen.size)
            out[f"{key}_zeros"] = percent(seen.zeros, 0)
            out[f"{key}_silent"] = percent(seen.silent, 0)
            out[f"{key}_highest"] = decimal(seen.highest[0], 1)
    return out
