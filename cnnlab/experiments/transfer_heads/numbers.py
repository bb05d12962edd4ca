"""Numbers of `transfer_heads` for prose and tables."""

from cnnlab.experiments.transfer.numbers import spread
from cnnlab.experiments.transfer_heads.compute import TransferHeads
from cnnlab.words import Quantity, decimal, integer, percent


def numbers(result: TransferHeads) -> dict[str, Quantity]:
    """By network `<network>_test`, `_validation` with their ends, `_parameters`, `_train`, losses of the last epoch."""
    recipe = result.options.recipe
    out = {
        "photos": integer(result.photos),
        "seeds": integer(len(result.options.seeds)),
        "epochs": integer(recipe.epochs),
        "batch": integer(recipe.batch),
    }
    for network in result.options.networks:
        heads = result.of(network)
        for split in ("test", "validation"):
            out |= spread(f"{network}_{split}", [getattr(each, split).accuracy for each in heads])
        out[f"{network}_parameters"] = integer(heads[0].parameters)
        last = [each.curve[-1] for each in heads]
        out[f"{network}_train"] = percent(sum(row.train_accuracy for row in last) / len(last), 1)
        for name in ("train_loss", "validation_loss"):
            out[f"{network}_{name}"] = decimal(sum(getattr(row, name) for row in last) / len(last), 3)
    return out
