"""Numbers of every classifier of flowers for prose and tables.

Chapter: a08-flores.
"""

from itertools import accumulate, pairwise

from cnnlab.evaluation.classification import Metrics
from cnnlab.experiments.flower_classifiers.result import FlowerClassifier
from cnnlab.experiments.flower_classifiers.species import by_species, wrong_pairs
from cnnlab.words import Quantity, decimal, integer, percent, text

DRAWN = 4  # pairs of species in the figure of confusions


def numbers(result: FlowerClassifier) -> dict[str, Quantity]:
    """Accuracies with their 95 % intervals, cross-entropies, calibration, size, time; those of the functions below.

    `settled` is the first epoch whose validation accuracy is within a point of the last one's.
    """
    first, rows = result.confused[0], result.curve
    settled = next(row for row in rows if row.validation_accuracy > rows[-1].validation_accuracy - 0.01)
    of_result = {
        "validation_first": percent(rows[0].validation_accuracy, 1),
        "validation_last": percent(rows[-1].validation_accuracy, 1),
        "settled": integer(settled.epoch),
        "left_out": text(es=str(result.left_out[0]), en=str(result.left_out[0])),  # a number of a photo
        "test": percent(result.test.accuracy, 1),
        "test_low": percent(result.test.low, 1),
        "test_high": percent(result.test.high, 1),
        "test_interval": interval(result.test),
        "test_class": percent(result.test.mean_class_accuracy, 1),
        "test_loss": decimal(result.test.loss, 3),
        "test_photos": integer(sum(row.count for row in result.reliability)),
        "validation": percent(result.validation.accuracy, 1),
        "validation_low": percent(result.validation.low, 1),
        "validation_high": percent(result.validation.high, 1),
        "validation_interval": interval(result.validation),
        "validation_class": percent(result.validation.mean_class_accuracy, 1),
        "validation_loss": decimal(result.validation.loss, 3),
        "train": percent(rows[-1].train_accuracy, 1),
        "temperature": decimal(result.temperature, 2),
        "ece": percent(result.test.ece, 1),
        "ece_scaled": percent(result.test.ece_scaled, 1),
        "ece_validation": percent(result.validation.ece, 1),
        "epochs": integer(result.epochs),
        "photos": integer(result.photos),
        "parameters": integer(result.parameters),
        "trained_parameters": integer(result.trained_parameters),
        "minutes": decimal(result.training_seconds / 60, 0),
        "minutes_tenths": decimal(result.training_seconds / 60, 1),
        "minutes_all": decimal(result.provenance.seconds / 60, 0),
        "photos_per_second": decimal(result.photos_per_second, 0),
        "memory": decimal(result.provenance.peak_memory_mb / 1000, 1),
        "confused_count": integer(first.count),
        "confused_of": integer(first.of),
    }
    return of_result | curve_numbers(result) | species_numbers(result)


def curve_numbers(result: FlowerClassifier) -> dict[str, Quantity]:
    """Losses of the first, the last and the lowest epoch, with its number; the accuracies' distance at the end.

    `dip_`: validation before and after the epoch in which its accuracy falls most.
    """
    rows = result.curve
    out = {"gap_points": decimal(100 * (rows[-1].train_accuracy - rows[-1].validation_accuracy), 1)}
    for split in ("train", "validation"):
        losses = [getattr(row, f"{split}_loss") for row in rows]
        for name, loss in (("first", losses[0]), ("last", losses[-1]), ("lowest", min(losses))):
            out[f"loss_{split}_{name}"] = decimal(loss, 2)
        out[f"loss_{split}_lowest_epoch"] = integer(rows[losses.index(min(losses))].epoch)
    before, after = min(pairwise(rows), key=lambda pair: pair[1].validation_accuracy - pair[0].validation_accuracy)
    for name, row in (("from", before), ("to", after)):
        out[f"dip_{name}"] = percent(row.validation_accuracy, 1)
        out[f"dip_loss_{name}"] = decimal(row.validation_loss, 2)
    return out


def species_numbers(result: FlowerClassifier) -> dict[str, Quantity]:
    """How the errors on the test photos are spread over species and over pairs of species.

    `species_half`: the fewest species that have half of the errors. `errors_K`, `rate_K`, K from 1: the species with
    most errors, and those of the highest rate. `drawn_share`: of the DRAWN most frequent pairs.
    """
    every, pairs = by_species(result), wrong_pairs(result)
    errors = sum(pairs.values())
    by_count = sorted(every, key=lambda each: each.errors, reverse=True)
    by_rate = sorted(every, key=lambda each: (each.rate, each.errors), reverse=True)
    reached = list(accumulate(each.errors for each in by_count))
    out = {
        "errors": integer(errors),
        "pairs": integer(len(pairs)),
        "pairs_once": integer(sum(count == 1 for count in pairs.values())),
        "drawn_share": percent(sum(sorted(pairs.values())[-DRAWN:]) / max(errors, 1), 1),
        "species_half": integer(sum(2 * each < errors for each in reached) + 1),
        "top_share": percent(sum(each.errors for each in by_count[:DRAWN]) / max(errors, 1), 0),
    }
    for name, rows in (("errors", by_count), ("rate", by_rate)):
        for place, each in enumerate(rows[:DRAWN], 1):
            out[f"{name}_{place}_species"] = text(es=each.name, en=each.name)
            out[f"{name}_{place}"] = integer(each.errors)
            out[f"{name}_{place}_of"] = integer(each.photos)
    return out


def interval(metrics: Metrics) -> Quantity:
    """The 95 % interval of an accuracy."""
    return Quantity(lambda words: words.interval(metrics.low, metrics.high, lambda value: words.percent(value, 1)))
