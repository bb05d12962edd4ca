"""Numbers of the trainings on a set of photos, and of their maps, for prose and tables.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

import numpy as np

from cnnlab.experiments.transfer.map_result import TransferMaps
from cnnlab.experiments.transfer.result import Share, Trainings
from cnnlab.words import Quantity, decimal, integer, percent, text


def spread(name: str, values: Sequence[float] | np.ndarray, places: int = 1) -> dict[str, Quantity]:
    """`<name>`, `<name>_least`, `<name>_most`, `<name>_range`: mean and ends of accuracies."""
    low, high = float(min(values)), float(max(values))
    return {
        name: percent(float(np.mean(values)), places),
        f"{name}_least": percent(low, places),
        f"{name}_most": percent(high, places),
        f"{name}_range": between(low, high, places),
    }


def shared(name: str, found: Share, places: int = 1) -> dict[str, Quantity]:
    """`<name>`, `<name>_interval`, `<name>_correct`, `<name>_errors` of photos classified correctly."""
    return {
        name: percent(found.accuracy, places),
        f"{name}_interval": between(*found.interval, places),
        f"{name}_correct": integer(found.correct),
        f"{name}_errors": integer(found.count - found.correct),
    }


def between(low: float, high: float, places: int = 1) -> Quantity:
    """A range of accuracies: 92,1–94,6 %; where both ends read the same, one of them."""

    def write(words) -> str:
        first, last = (words.percent(value, places) for value in (low, high))
        return last if first == last else words.interval(low, high, lambda value: words.percent(value, places))

    return Quantity(write)


def counts(name: str, values: Sequence[int]) -> dict[str, Quantity]:
    """`<name>`: the counts, one a seed, "3, 5, 4"; `<name>_first` and `<name>_mean`."""
    listed = ", ".join(map(str, values))
    return {
        name: text(es=listed, en=listed),
        f"{name}_first": integer(values[0]),
        f"{name}_mean": decimal(mean(values), 1),
    }


def training_numbers(result: Trainings) -> dict[str, Quantity]:
    """Photos; by alternative `<name>_test` and `<name>_validation` with their ends, `<name>_epochs`, `_parameters`,
    `_trained`, `_minutes`, `_errors` by seed, `_train` and `_loss_train`, `_loss_validation` in the last epoch.
    """
    out = {
        "photos": integer(result.photos),
        "held_out": integer(result.held_out),
        "tested": integer(result.tested),
        "seeds": integer(len(result.options.seeds)),
    }
    for name, how in result.options.alternatives:
        for split in ("test", "validation"):
            out |= spread(f"{name}_{split}", result.accuracies(name, split))
        errors = [round((1 - each) * result.tested) for each in result.accuracies(name)]
        out |= counts(f"{name}_errors", errors)
        low, high = Share(round(float(result.accuracies(name).mean()) * result.tested), result.tested).interval
        out[f"{name}_interval"] = between(low, high)
        out[f"{name}_epochs"] = integer(how.recipe.epochs)
        out[f"{name}_side"] = integer(how.side)
        out[f"{name}_eval_size"] = integer(how.eval_size)
        out[f"{name}_parameters"] = integer(result.parameters[name])
        out[f"{name}_trained"] = integer(result.trained_parameters[name])
        seconds = result.curves(name, "seconds").sum(axis=1)
        out[f"{name}_minutes"] = decimal(float(seconds.mean()) / 60, 1)
        out[f"{name}_train"] = percent(float(result.curves(name, "train_accuracy")[:, -1].mean()), 1)
        for split in ("train", "validation"):
            loss = result.curves(name, f"{split}_loss").mean(axis=0)
            out[f"{name}_loss_{split}"] = decimal(float(loss[-1]), 3)
    return out


def map_numbers(result: TransferMaps) -> dict[str, Quantity]:
    """By alternative: points that the best straight line gets wrong, by seed of t-SNE, and their mean share; with
    shuffled labels; k-NN and silhouette in the features and, mean over the seeds, in the maps.
    """
    out = {
        "pictures": integer(result.pictures),
        "seeds": integer(len(result.options.seeds)),
        "perplexity": integer(round(result.options.perplexity)),
        "neighbours": integer(result.options.neighbours),
        "shuffles": integer(result.options.shuffles),
    }
    for layer, line in zip(result.layers, result.lines, strict=True):
        name = layer.key.removeprefix("alternative_")
        out |= counts(f"{name}_errors", line.errors)
        out[f"{name}_errors_share"] = percent(mean(line.errors) / result.pictures, 1)
        out[f"{name}_shuffled"] = percent(mean(line.shuffled) / result.pictures, 1)
        out[f"{name}_values"] = integer(layer.values)
        out[f"{name}_neighbours"] = percent(layer.outputs.neighbour_accuracy, 1)
        out[f"{name}_silhouette"] = decimal(layer.outputs.silhouette, 2)
        out[f"{name}_map_neighbours"] = percent(mean(each.neighbour_accuracy for each in layer.maps), 1)
        out[f"{name}_map_silhouette"] = decimal(mean(each.silhouette for each in layer.maps), 2)
    return out
