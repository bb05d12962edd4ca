"""Numbers of every small network for prose and tables."""

from __future__ import annotations

import numpy as np

from cnnlab.evaluation.classification import wilson
from cnnlab.experiments.small_classifiers.confusions import class_accuracies, commonest
from cnnlab.experiments.small_classifiers.names import class_label
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.words import Quantity, decimal, integer, percent

CONFUSIONS = 3


def numbers(result: SmallClassifier) -> dict[str, Quantity]:
    """Sizes, time, and for accuracies means over the seeds with `_least` and `_most`.

    `test`, `validation`: of the last epoch. `best_test`: of the epoch that is best on test itself, as the documents
    count; `chosen_test`: of that which is best on the pictures held out. `interval`: of 95 %, of the seeds' mean
    accuracy, for the number of test pictures. `minutes`: of a seed,
    its epochs as long as the median one. `seed_K`, K from 0: a seed's own, with `_best`, `_best_epoch`.
    """
    out = {key: integer(getattr(result, key)) for key in ("parameters", "pictures", "held_out", "tested", "epochs")}
    out["seeds"] = integer(len(result.runs))
    groups = {
        "test": result.last("test"),
        "validation": result.last("validation"),
        "best_test": result.chosen_on("test"),
        "chosen_test": result.chosen_on("validation"),
    }
    for name, values in groups.items():
        for end, value in (("", values.mean()), ("_least", values.min()), ("_most", values.max())):
            out[name + end] = percent(float(value), 2)
        out[f"{name}_range"] = between(float(values.min()), float(values.max()))
    low, high = wilson(round(float(groups["test"].mean()) * result.tested), result.tested)
    out["interval"] = between(low, high)
    for run in result.runs:
        best = run.best("test_accuracy")
        out[f"seed_{run.seed}"] = percent(run.test.accuracy, 2)
        out[f"seed_{run.seed}_best"] = percent(best.test_accuracy, 2)
        out[f"seed_{run.seed}_best_epoch"] = integer(best.epoch)
        out[f"seed_{run.seed}_chosen_epoch"] = integer(run.best("validation_accuracy").epoch)
    out["minutes"] = decimal(result.epochs * float(np.median(result.curves("seconds"))) / 60, 1)
    return out | curve_numbers(result) | confusion_numbers(result)


def curve_numbers(result: SmallClassifier) -> dict[str, Quantity]:
    """Means over the seeds of losses and accuracies in the first and in the last epoch, and the lowest loss's epoch."""
    out = {}
    for split in ("train", "fitted", "validation", "test"):
        loss, accuracy = (result.curves(f"{split}_{each}").mean(axis=0) for each in ("loss", "accuracy"))
        for place, name in ((0, "first"), (-1, "last")):
            out[f"{split}_loss_{name}"] = decimal(float(loss[place]), 3)
            out[f"{split}_accuracy_{name}"] = percent(float(accuracy[place]), 2)
        out[f"{split}_loss_lowest"] = decimal(float(loss.min()), 3)
        out[f"{split}_loss_lowest_epoch"] = integer(int(loss.argmin()) + 1)
    gap = result.curves("fitted_accuracy")[:, -1].mean() - result.curves("test_accuracy")[:, -1].mean()
    out["gap_points"] = decimal(float(100 * gap), 1)
    return out


def confusion_numbers(result: SmallClassifier) -> dict[str, Quantity]:
    """`confused_K`, K from 1: the commonest confusions over all seeds, how often with each; the worst class."""
    out = {}
    for place, each in enumerate(commonest(result, CONFUSIONS), 1):
        out[f"confused_{place}_actual"] = named(each.actual)
        out[f"confused_{place}_predicted"] = named(each.predicted)
        out[f"confused_{place}_of"] = integer(each.of)
        least, most = min(each.counts), max(each.counts)
        out[f"confused_{place}"] = integer(most) if least == most else listed(least, most)
    for name, (key, value) in (
        ("worst", next(iter(class_accuracies(result).items()))),
        ("easiest", list(class_accuracies(result).items())[-1]),
    ):
        out[f"{name}_class"] = named(key)
        out[f"{name}_class_accuracy"] = percent(value, 1)
    return out


def named(name: str) -> Quantity:
    """The name of a class."""
    return Quantity(lambda words: class_label(name, words))


def listed(least: int, most: int) -> Quantity:
    """A range of counts: 61–83."""
    return Quantity(lambda words: words.interval(least, most, lambda value: words.integer(int(value))))


def between(low: float, high: float) -> Quantity:
    """A range of accuracies: 92,1–92,6 %."""
    return Quantity(lambda words: words.interval(low, high, lambda value: words.percent(value, 2)))
