"""Numbers of `transfer_printed` for prose and tables."""

from cnnlab.evaluation.paired import binomial_p
from cnnlab.experiments.transfer.numbers import shared
from cnnlab.experiments.transfer_printed.compute import TransferPrinted
from cnnlab.words import Quantity, decimal, integer

PHOTO_BYTES = 3 * 224 * 224


def numbers(result: TransferPrinted) -> dict[str, Quantity]:
    """VGG16's counts; the accuracies of 003 as shares of `tested` photos; `least_p_<a>_<b>`: the least p of McNemar's
    exact test that two of them allow, where no photo is right only for the worse one. `photos_mb`: of 1000 photos.
    """
    out = {
        "parameters": integer(result.parameters),
        "trained": integer(result.trained),
        "frozen": integer(result.parameters - result.trained),
        "layers": integer(len(result.rows)),
        "giga": decimal(result.macs / 1e9, 3),
        "giga_biases": decimal(result.macs_biases / 1e9, 3),
        "tested": integer(result.tested),
        "photos_mb": decimal(1000 * PHOTO_BYTES / 1e6, 0),
        "photos_float_mb": decimal(4 * 1000 * PHOTO_BYTES / 1e6, 0),
    }
    for name, count in result.heads.items():
        out[f"head_{name}"] = integer(count)
    for name, size in result.megabytes.items():
        out[f"mb_{name}"] = decimal(size, 2)
    for each in result.accuracies:
        out |= shared(each.alternative, each.share)
    for first, second in zip(result.accuracies, result.accuracies[1:], strict=False):
        apart = second.share.correct - first.share.correct
        out[f"apart_{first.alternative}_{second.alternative}"] = integer(apart)
        if (least := binomial_p(0, apart)) > 5e-4:
            out[f"least_p_{first.alternative}_{second.alternative}"] = decimal(least, 3)
    return out
