"""The log that the document prints of AlexNet on CIFAR-10 and ours, as rows of a table.

Chapter: l4-cifar.
"""

from __future__ import annotations

from cnnlab.experiments.cifar_alexnet.compute import CifarAlexnet
from cnnlab.experiments.cifar_optimisers.printed import PRINTED
from cnnlab.words import Words

QUANTITIES = ("train_loss", "test_loss", "test_accuracy")


def header(words: Words) -> list[str]:
    """The epoch, then each quantity as printed and as measured here."""
    names = [words(key) for key in ("train_loss", "test_loss", "accuracy_test")]
    return [words("epoch"), *(f"{name}, {words(whose)}" for name in names for whose in ("printed_count", "ours"))]


def rows(result: CifarAlexnet, words: Words) -> list[list[str]]:
    """A row an epoch, in the order of `header`: ours are means over the seeds."""
    out = []
    for place, printed in enumerate(PRINTED[: result.epochs]):
        row = [words.integer(printed.epoch)]
        for quantity in QUANTITIES:
            for value in (getattr(printed, quantity), float(result.curves(quantity)[:, place].mean())):
                row.append(words.percent(value, 2) if quantity == "test_accuracy" else words.decimal(value, 3))
        out.append(row)
    return out
