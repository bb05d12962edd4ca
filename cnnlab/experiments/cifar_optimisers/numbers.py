"""Numbers of `cifar_optimisers` for prose and tables."""

from cnnlab.experiments.cifar_optimisers.compute import Optimisers
from cnnlab.experiments.cifar_optimisers.printed import PRINTED
from cnnlab.words import Quantity, decimal, integer


def numbers(result: Optimisers) -> dict[str, Quantity]:
    """`loss_<k>_<epoch>`: training loss of the k-th optimiser, from 1; `distance_<k>`; `printed_<epoch>`; `epochs`."""
    out = {"epochs": integer(len(result.starts[0].curve)), "tried": integer(len(result.starts))}
    for place, start in enumerate(result.starts, 1):
        out[f"distance_{place}"] = decimal(start.distance, 3)
        for row in start.curve:
            out[f"loss_{place}_{row.epoch}"] = decimal(row.train_loss, 3)
    return out | {f"printed_{each.epoch}": decimal(each.train_loss, 3) for each in PRINTED}
