"""Numbers of `transfer_sizes` for prose and tables."""

from cnnlab.experiments.transfer.numbers import spread
from cnnlab.experiments.transfer_sizes.compute import TransferSizes
from cnnlab.words import Quantity, integer


def numbers(result: TransferSizes) -> dict[str, Quantity]:
    """`<alternative>_<photos of a class>` with its ends, and `…_epochs`."""
    out = {"seeds": integer(len(result.options.seeds))}
    for size, ways in result.options.trained:
        for name, how in ways:
            out |= spread(f"{name}_{size}", result.accuracies(name, size))
            out[f"{name}_{size}_epochs"] = integer(how.recipe.epochs)
    return out
