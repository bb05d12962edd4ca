"""Tables of small networks that were trained with several seeds."""

from __future__ import annotations

from cnnlab.evaluation.paired import difference, mcnemar
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.words import Words

RUNS_HEADER = ("seed", "accuracy_held_out", "accuracy_test", "best_epoch_test", "best_test", "test_of_chosen")
COMPARED_HEADER = ("network", "parameters", "epochs", "accuracy_test", "seeds_range", "best_test")
PAIRED_HEADER = ("first", "second", "right_only_first", "right_only_second", "difference_points", "interval_95")


def runs(result: SmallClassifier, words: Words) -> list[list[str]]:
    """A row a seed, in the order of RUNS_HEADER: last epoch; then the test's own best epoch, and the one chosen."""
    found = []
    for run in result.runs:
        best, chosen = run.best("test_accuracy"), run.best("validation_accuracy")
        found.append(
            [
                words.integer(run.seed),
                words.percent(run.validation.accuracy, 2),
                words.percent(run.test.accuracy, 2),
                words.integer(best.epoch),
                words.percent(best.test_accuracy, 2),
                words.percent(chosen.test_accuracy, 2),
            ]
        )
    return found


def compared(results: list[SmallClassifier], words: Words) -> list[list[str]]:
    """A row a network, in the order of COMPARED_HEADER: means over the seeds, and their range in the last epoch."""
    found = []
    for each in results:
        last = each.last("test")
        found.append(
            [
                each.network,
                words.integer(each.parameters),
                words.integer(each.epochs),
                words.percent(float(last.mean()), 2),
                words.interval(float(last.min()), float(last.max()), lambda value: words.percent(value, 2)),
                words.percent(float(each.chosen_on("test").mean()), 2),
            ]
        )
    return found


def paired(pairs: list[tuple[SmallClassifier, SmallClassifier]], words: Words) -> list[list[str]]:
    """A row a pair of networks, in the order of PAIRED_HEADER and *p* of McNemar's test: the first seed of each, on the
    same test pictures.
    """

    def points(value: float) -> str:
        return words.decimal(100 * value, 1)

    found = []
    for pair in pairs:
        first, second = (each.arrays["test_predicted"][0] == each.arrays["test_label"] for each in pair)
        test, apart = mcnemar(first, second), difference(first, second)
        found.append(
            [
                *(each.network for each in pair),
                words.integer(test.first_only),
                words.integer(test.second_only),
                points(apart.value),
                words.interval(apart.low, apart.high, points),
                words.power(test.exact, 0) if test.exact < 1e-3 else words.decimal(test.exact, 3),
            ]
        )
    return found
