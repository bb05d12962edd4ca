"""Numbers of `plain_training` for prose and tables."""

from cnnlab.experiments.plain_training.compute import PlainTraining
from cnnlab.words import Quantity, decimal, integer, percent


def numbers(result: PlainTraining) -> dict[str, Quantity]:
    """What was trained and how; for each depth, with and without shortcuts, the error of the last epoch, mean over the
    seeds and extremes, and the number of parameters.
    """
    out = {key: integer(getattr(result, key)) for key in ("seeds", "epochs", "batch", "width", "pictures")}
    out["learning_rate"] = decimal(result.learning_rate, 1)
    for row in result.networks:
        name = f"{'with' if row.shortcuts else 'without'}_{row.depth}"
        out[f"error_{name}"] = percent(row.error, 1)
        out[f"least_{name}"] = percent(row.error_least, 1)
        out[f"most_{name}"] = percent(row.error_most, 1)
        out[f"parameters_{name}"] = integer(row.parameters)
    return out
