"""Numbers of `plain_training` for prose and tables."""

from cnnlab.experiments.plain_training.compute import PlainTraining
from cnnlab.words import Quantity, decimal, integer, percent, power


def numbers(result: PlainTraining) -> dict[str, Quantity]:
    """What was trained and how; for each depth, with and without shortcuts, the error of the last epoch, mean over the
    seeds and extremes, and the number of parameters.

    `first_`, `last_`: means over the seeds of the first epoch's error, in whole percents, and of the last one's, in
    hundredths of one; `wrong_`: how many digits the last one's are, over all seeds.
    """
    out = {key: integer(getattr(result, key)) for key in ("seeds", "epochs", "batch", "width", "pictures")}
    out["learning_rate"] = decimal(result.learning_rate, 1)
    out["momentum"] = decimal(result.options.recipe.momentum, 1)
    out["weight_decay"] = power(result.options.recipe.weight_decay, 0)
    for row in result.networks:
        name = f"{'with' if row.shortcuts else 'without'}_{row.depth}"
        out[f"error_{name}"] = percent(row.error, 1)
        out[f"least_{name}"] = percent(row.error_least, 1)
        out[f"most_{name}"] = percent(row.error_most, 1)
        out[f"first_{name}"] = percent(float(result.arrays[f"error_{name}"][:, 0].mean()), 0)
        out[f"last_{name}"] = percent(row.error, 2)
        out[f"wrong_{name}"] = integer(round(row.error * result.pictures * result.seeds))
        out[f"parameters_{name}"] = integer(row.parameters)
    return out
