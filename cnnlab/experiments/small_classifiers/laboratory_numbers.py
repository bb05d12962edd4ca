"""Numbers of a laboratory's network beside those of every small network, for prose and tables.

Chapters: l3-mnist, l4-cifar.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnnlab.experiments.small_classifiers.counting import Counted, counted
from cnnlab.experiments.small_classifiers.numbers import between, numbers
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.words import Quantity, decimal, integer, percent, text


def laboratory_numbers(result: SmallClassifier, document_epochs: int) -> dict[str, Quantity]:
    """Those of every small network, and those of the functions below; the recipe's as somebody wrote them.

    document_epochs: how many epochs the document trains. `fitted`: training pictures evaluated after each epoch.
    `epoch_seconds`: of the median epoch, without evaluation. `errors`: test pictures classified wrongly after the last
    epoch, mean of the seeds. How pictures are changed: `shift` (pixels), `rotation` (degrees), `scale`.
    """
    recipe, changed = result.options.recipe, result.options.distortion
    out = {
        "document_epochs": integer(document_epochs),
        "fitted": integer(min(result.options.fitted or result.pictures, result.pictures)),
        "batch": integer(recipe.batch),
        "errors": decimal(float((1 - result.last("test")).mean() * result.tested), 0),
        "epoch_seconds": decimal(float(np.median(result.curves("train_seconds"))), 0),
        "shift": integer(changed.shift),
        "rotation": exact(changed.rotation),
        "scale": percent(changed.scale, 0),
    }
    for key in ("learning_rate", "momentum", "weight_decay", "smoothing"):
        if hasattr(recipe, key):
            out[key] = exact(getattr(recipe, key))
    return numbers(result) | out | document_numbers(result, document_epochs) | class_numbers(result)


def document_numbers(result: SmallClassifier, until: int) -> dict[str, Quantity]:
    """`document_best`: highest test accuracy of the first `until` epochs, mean of the seeds, with `…_least`, `…_most`,
    `…_range`, `…_epochs` by seed; `document_chosen`: after that which is best on the pictures held out; `best_epochs`,
    `chosen_epochs`: the same of all epochs. `<split>_document`, `<split>_loss_document`: of the curves, after `until`.
    """
    out: dict[str, Quantity] = {}
    for key, rule in (("best", "test"), ("chosen", "validation")):
        found = counted(result, rule, until)
        out |= accuracies(f"document_{key}", found) | {f"document_{key}_epochs": listed(found.epochs)}
        out[f"{key}_epochs"] = listed(counted(result, rule).epochs)
    place = min(until, result.epochs) - 1
    for split in ("train", "fitted", "validation", "test"):
        out[f"{split}_document"] = percent(float(result.curves(f"{split}_accuracy")[:, place].mean()), 2)
        out[f"{split}_loss_document"] = decimal(float(result.curves(f"{split}_loss")[:, place].mean()), 3)
    return out


def class_numbers(result: SmallClassifier) -> dict[str, Quantity]:
    """After the last epoch, means over the seeds: `recall_<k>`, the share of the test pictures of class k that are
    classified correctly; `pair_<a>_<b>`, how many of class a are taken for b.
    """
    out: dict[str, Quantity] = {}
    label, predicted = result.arrays["test_label"], result.arrays["test_predicted"]
    for actual in np.unique(label).tolist():
        taken = predicted[:, label == actual]
        out[f"recall_{actual}"] = percent(float((taken == actual).mean()), 1)
        for other in range(len(result.class_names)):
            if actual != other:
                out[f"pair_{actual}_{other}"] = decimal(float((taken == other).sum(axis=1).mean()), 1)
    return out


def accuracies(key: str, found: Counted) -> dict[str, Quantity]:
    """The mean of the seeds, the least and the most of them, and both as a range."""
    low, high = min(found.accuracies), max(found.accuracies)
    named = {key: found.mean, f"{key}_least": low, f"{key}_most": high}
    return {name: percent(value, 2) for name, value in named.items()} | {f"{key}_range": between(low, high)}


def listed(epochs: Sequence[int]) -> Quantity:
    """Epochs by seed: 9, 10 y 8 / 9, 10 and 8."""
    *others, last = (str(each) for each in epochs)
    before = ", ".join(others)
    return text(es=f"{before} y {last}", en=f"{before} and {last}") if others else text(es=last, en=last)


def exact(value: float) -> Quantity:
    """A number that somebody wrote, with all its digits."""
    return Quantity(lambda words: words.exact(value))
