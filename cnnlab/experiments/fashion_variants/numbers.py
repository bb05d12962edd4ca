"""Numbers of `fashion_variants` for prose and tables."""

from statistics import mean

from cnnlab.experiments.fashion_variants.compute import FashionVariants
from cnnlab.words import Quantity, decimal, integer, percent


def numbers(result: FashionVariants) -> dict[str, Quantity]:
    """What all have alike; the accuracy on the pictures held out of each variant, mean over the seeds and extremes."""
    out = {key: integer(getattr(result, key)) for key in ("epochs", "pictures", "held_out")}
    out["seeds"] = integer(len({each.seed for each in result.trainings}))
    for name in dict.fromkeys(each.variant for each in result.trainings):
        found = result.accuracies(name)
        out[name] = percent(mean(found), 2)
        out[f"{name}_least"], out[f"{name}_most"] = percent(min(found), 2), percent(max(found), 2)
        fitted = [each.fitted_accuracy for each in result.trainings if each.variant == name]
        out[f"{name}_fitted"] = percent(mean(fitted), 2)
        out[f"{name}_minutes"] = decimal(mean(e.seconds for e in result.trainings if e.variant == name) / 60, 1)
    return out
