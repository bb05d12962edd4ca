"""Tables of the four ways of training on both sets of photos.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnnlab.evaluation.intervals import bca
from cnnlab.evaluation.paired import mcnemar
from cnnlab.experiments.layer_maps import tables as layers
from cnnlab.experiments.transfer.map_result import TransferMaps
from cnnlab.experiments.transfer.result import Share, Trainings
from cnnlab.experiments.transfer_features.result import TransferFeatures
from cnnlab.experiments.transfer_printed.printed import ACCURACIES
from cnnlab.experiments.transfer_sizes.compute import TransferSizes
from cnnlab.words import Words

ORDER = ("scratch", "svm", "plain", "augmented")  # as document 003 has them
PAIRS = (("svm", "scratch"), ("plain", "svm"), ("augmented", "plain"), ("augmented", "svm"))
COMPARED_HEADER = ("trained_as", "trained_parameters", "accuracy_test", "seeds_range", "interval_95", "in_document_003")
PAIRED_HEADER = ("first", "second", "right_only_first", "right_only_second", "difference_points", "interval_95")
SEPARATED_HEADER = ("trained_as", *layers.HEADER[1:], "line_errors")
SIZED_HEADER = ("photos_per_class", "curve_resnet50", "curve_squeezenet", "curve_augmented", "curve_scratch")
SETS = {"ants": "insects", "cat": "pets"}  # by the first class


def rights(trained: Trainings, frozen: TransferFeatures, name: str) -> np.ndarray:
    """Whether each test photo is classified correctly, (seeds, n), booleans; the frozen network has one row."""
    if name != "svm":
        return trained.right(name)
    group = SETS[trained.class_names[0]]
    predicted: np.ndarray = frozen.arrays[f"{group}_resnet50_svm"]
    return (predicted == frozen.arrays[f"{group}_label"])[None]


def compared(trained: Trainings, frozen: TransferFeatures, words: Words) -> list[list[str]]:
    """A row for each way of training, in the order of COMPARED_HEADER; the interval is that of the mean accuracy."""
    rows = []
    for name in ORDER:
        right = rights(trained, frozen, name)
        accuracies = right.mean(axis=1)
        mean = float(accuracies.mean())
        interval = Share(round(mean * right.shape[1]), right.shape[1]).interval
        features = frozen.one(SETS[trained.class_names[0]], "resnet50").features
        rows.append(
            [
                words(f"alternative_{name}"),
                words.integer(trained.trained_parameters.get(name, features + 1)),
                words.percent(mean, 1),
                ranged(accuracies, words) if len(accuracies) > 1 else "",
                words.interval(*interval, lambda value: words.percent(value, 1)),
                words.percent(ACCURACIES[name], 1),
            ]
        )
    return rows


def ranged(values: Sequence[float] | np.ndarray, words: Words) -> str:
    """The lowest and the highest of some accuracies, or the one that all are."""
    low, high = float(min(values)), float(max(values))
    first, last = words.percent(low, 1), words.percent(high, 1)
    return last if first == last else words.interval(low, high, lambda value: words.percent(value, 1))


def paired(trained: Trainings, frozen: TransferFeatures, words: Words) -> list[list[str]]:
    """A row for each of PAIRS, in the order of PAIRED_HEADER and *p* of McNemar's exact test: numbers of each seed, the
    networks of one seed with each other; the difference is that of the means, its interval BCa over the photos.
    """
    rows = []
    for pair in PAIRS:
        first, second = np.broadcast_arrays(*(rights(trained, frozen, name) for name in pair))
        tests = [mcnemar(one, other) for one, other in zip(first, second, strict=True)]
        low, high = bca(first.mean(axis=0) - second.mean(axis=0))
        rows.append(
            [
                *(words(f"alternative_{name}") for name in pair),
                ", ".join(words.integer(each.first_only) for each in tests),
                ", ".join(words.integer(each.second_only) for each in tests),
                words.decimal(100 * float(first.mean() - second.mean()), 1),
                f"{words.decimal(100 * low, 1)}; {words.decimal(100 * high, 1)}",
                "; ".join(
                    words.power(each.exact, 0) if each.exact < 1e-3 else words.decimal(each.exact, 3) for each in tests
                ),
            ]
        )
    return rows


def separated(result: TransferMaps, words: Words) -> list[list[str]]:
    """A row for each way of training, in the order of SEPARATED_HEADER: the errors are those in the map of each seed of
    t-SNE.
    """
    errors = [", ".join(words.integer(count) for count in line.errors) for line in result.lines]
    return [[*row, each] for row, each in zip(layers.rows(result, words), errors, strict=True)]


def by_size(results: Sequence[object], name: str) -> dict[int, list[float]]:
    """Accuracies of an alternative on cats and dogs, a number for each seed, by training photos of each class: those of
    a TransferSizes, and those of the Trainings with all photos, ascending. Other results are passed over.
    """
    found: dict[int, list[float]] = {}
    for each in results:
        if isinstance(each, TransferSizes):
            found |= {size: each.accuracies(name, size) for size in each.sizes}
        if isinstance(each, Trainings) and "cat" in each.class_names:
            found[each.photos // len(each.class_names)] = each.accuracies(name).tolist()
    return dict(sorted(found.items()))


def sized(frozen: TransferFeatures, pets: Trainings, sizes: TransferSizes, words: Words) -> list[list[str]]:
    """A row for each number of training photos of cats and of dogs, in the order of SIZED_HEADER: means, and ranges
    over the samples or seeds.
    """
    columns: list[dict[int, Sequence[float]]] = [
        {sample.per_class: sample.accuracies for sample in frozen.one("pets", network).samples}
        for network in ("resnet50", "squeezenet")
    ]
    columns += [{**by_size((pets, sizes), name)} for name in ("augmented", "scratch")]
    every = sorted({size for column in columns for size in column})
    return [
        [words.integer(size), *(mean_and_range(column.get(size, ()), words) for column in columns)] for size in every
    ]


def mean_and_range(values: Sequence[float], words: Words) -> str:
    """The mean of some accuracies, and their range where they differ; nothing of none."""
    if not len(values):
        return ""
    mean = words.percent(float(np.mean(values)), 1)
    return mean if min(values) == max(values) else f"{mean} ({ranged(values, words)})"
