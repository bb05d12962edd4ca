"""The training of the raccoon detector by epoch: its losses, and what it finds in the test photos."""

from typing import Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cnnlab.experiments.raccoons.compute import RaccoonsResult
from cnnlab.experiments.raccoons.outcomes import found_after, kinds, truth_of
from cnnlab.look import inks
from cnnlab.plots.photo import OUTCOMES
from cnnlab.plots.style import inches
from cnnlab.words import Words

LOSSES = ("objectness", "rpn_box_reg", "classifier", "box_reg")  # in the order of the equation of the loss
KINDS = {"location": 1, "repeated": 4, "background": 5}  # of false positives of one class: the categorical colours
STYLES: tuple[Any, ...] = ("solid", (0, (6, 2)), (0, (2, 2)), (0, (8, 2, 2, 2)))


def losses(result: RaccoonsResult, *, words: Words, theme: str) -> Figure:
    """The four parts of the training loss, means over the batches of each epoch."""
    _, categories = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.44))
    for name, colour, dashes in zip(LOSSES, categories, STYLES, strict=False):
        values = [getattr(row, f"train_{name}") for row in result.curve]
        axes.plot(epochs(result), values, color=colour, linestyle=dashes, label=words(f"loss_{name}"))
    dressed(axes, result, words, words("losses"))
    axes.set_ylim(0, None)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(lambda value, _: words.decimal(float(value), 1))
    figure.subplots_adjust(left=0.07, right=0.985, top=0.88, bottom=0.19)
    return figure


def outcomes(result: RaccoonsResult, *, words: Words, theme: str) -> Figure:
    """After each epoch, on the test photos, at a score and an IoU of at least 0.5: true positives and false negatives,
    false positives by kind, precision and recall; and AP50 and AP."""
    _, categories = inks(theme)
    figure, ((found, false), (rates, averages)) = pyplot.subplots(2, 2, figsize=inches("text", 0.9))
    number = epochs(result)
    for name in ("true_positives", "false_negatives"):
        values = [getattr(row, name) for row in result.curve]
        dashes = STYLES[1] if name == "false_negatives" else "solid"
        found.plot(number, values, color=categories[OUTCOMES[name]], linestyle=dashes, label=words(name))
    dressed(found, result, words, words("raccoons_tp_fn"))
    found.set_ylim(0, None)

    truth = truth_of(result)
    every = [kinds(found_after(result, row.epoch), truth).counts for row in result.curve]
    for (kind, place), dashes in zip(KINDS.items(), STYLES, strict=False):
        values = [each[kind] for each in every]
        false.plot(number, values, color=categories[place], linestyle=dashes, label=words(f"kind_{kind}"))
    dressed(false, result, words, words("error_kinds"))
    false.set_ylim(0, None)

    pairs = (
        (rates, "precision_recall", {"precision": precision, "recall": recall}),
        (averages, "average_precision", {"ap50": lambda row: row.ap50, "ap": lambda row: row.ap}),
    )
    for axes, title, lines in pairs:
        for (name, value), colour, dashes in zip(lines.items(), categories, STYLES, strict=False):
            values = [value(row) for row in result.curve]
            axes.plot(number, values, color=colour, linestyle=dashes, label=words(name))
        dressed(axes, result, words, words(title))
        axes.set_ylim(0, 1.02)
        axes.yaxis.set_major_formatter(lambda value, _: words.decimal(float(value), 1))
    figure.subplots_adjust(left=0.06, right=0.985, top=0.945, bottom=0.1, wspace=0.18, hspace=0.45)
    return figure


def precision(row) -> float:
    """The precision after an epoch: 1 where nothing was detected."""
    found = row.true_positives + row.false_positives
    return row.true_positives / found if found else 1.0


def recall(row) -> float:
    """The recall after an epoch."""
    return row.true_positives / (row.true_positives + row.false_negatives)


def epochs(result: RaccoonsResult) -> list[int]:
    """The numbers of the epochs."""
    return [row.epoch for row in result.curve]


def dressed(axes: Axes, result: RaccoonsResult, words: Words, title: str) -> None:
    """Give a panel its title, its axis of epochs and its legend."""
    axes.set(title=title[:1].upper() + title[1:], xlabel=words("epoch"), xlim=(1, result.curve[-1].epoch))
    axes.legend(loc="best", fontsize=9.25, handlelength=2.2, borderaxespad=0.2)
