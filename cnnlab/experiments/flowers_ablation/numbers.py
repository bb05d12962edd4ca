"""Numbers of `flowers_ablation` for prose and tables."""

from statistics import mean

from cnnlab.experiments.flowers_ablation.compute import FlowersAblation
from cnnlab.words import Quantity, decimal, integer, percent


def numbers(result: FlowersAblation) -> dict[str, Quantity]:
    """Of each variant the means over the seeds of accuracy, calibration error and temperature; what all have alike.

    `spread_`: the least and the most by which the seeds of a variant differ, in points.
    """
    out = {
        "photos": integer(result.photos),
        "validation_photos": integer(result.validation_photos),
        "seeds": integer(len({each.seed for each in result.trainings})),
        "epochs": integer(result.epochs),
        "side": integer(result.side),
        "eval_size": integer(result.eval_size),
    }
    variants = list(dict.fromkeys(each.variant for each in result.trainings))
    spreads = [max(result.accuracies(variant)) - min(result.accuracies(variant)) for variant in variants]
    out["spread_least"], out["spread_most"] = (decimal(100 * of(spreads), 1) for of in (min, max))
    for variant in variants:
        found = result.accuracies(variant)
        out[f"{variant}_mean"] = percent(mean(found), 1)
        trained = [each for each in result.trainings if each.variant == variant]
        out[f"{variant}_ece"] = percent(mean(each.validation.ece for each in trained), 1)
        out[f"{variant}_temperature"] = decimal(mean(each.temperature for each in trained), 2)
    return out
