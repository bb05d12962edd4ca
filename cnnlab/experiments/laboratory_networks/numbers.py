"""Numbers of `laboratory_networks` for prose and tables."""

from cnnlab.experiments.laboratory_networks.compute import LaboratoryNetworks
from cnnlab.words import Quantity, decimal, integer, percent


def numbers(result: LaboratoryNetworks) -> dict[str, Quantity]:
    """For each network `<name>_parameters`, `_multiply_adds` (millions) and, where printed, `_printed`, the sum of the
    printed table.
    """
    out = {}
    for each in result.networks:
        out[f"{each.name}_parameters"] = integer(each.parameters)
        out[f"{each.name}_multiply_adds"] = decimal(each.multiply_adds / 1e6, 1)
        if printed := sum(tensor.printed for tensor in each.tensors):
            out[f"{each.name}_printed"] = integer(printed)
        for layer in each.layers:
            share = f"{each.name}_{layer.name.replace('.', '_')}_share"
            out[share] = percent(layer.multiply_adds / each.multiply_adds, 0)
    return out
