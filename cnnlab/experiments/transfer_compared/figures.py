"""Accuracy by the number of training photos, of frozen networks and of those that are trained.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from cnnlab.experiments.transfer.result import Trainings
from cnnlab.experiments.transfer_compared.tables import by_size
from cnnlab.experiments.transfer_features.result import TransferFeatures
from cnnlab.experiments.transfer_sizes.compute import TransferSizes
from cnnlab.look import inks
from cnnlab.plots.learning_curves import name_ends
from cnnlab.plots.style import inches
from cnnlab.words import Words

Points = Mapping[int, Sequence[float]]  # accuracies by training photos of a class


def sizes(results: Sequence[TransferFeatures | TransferSizes | Trainings], *, words: Words, theme: str) -> Figure:
    """Accuracy in the test photos by training photos of each class: a panel for each set. Points: random samples, or
    seeds; lines: their means; dashed: ImageNet's own classes, without training. Of the trainings those of cats and
    dogs are taken.
    """
    frozen = next(each for each in results if isinstance(each, TransferFeatures))
    figure, panels = pyplot.subplots(1, 2, figsize=inches("text", 0.5))
    figure.subplots_adjust(left=0.06, right=0.83, top=0.89, bottom=0.19, wspace=0.86)
    for axes, each in zip(panels, frozen.counts, strict=True):
        found: dict[str, Points] = {}
        for network in ("resnet50", "squeezenet"):
            samples = frozen.one(each.set, network).samples
            found[words(f"network_{network}")] = {sample.per_class: sample.accuracies for sample in samples}
        if each.set == "pets":
            found |= {words(f"curve_{name}"): by_size(results, name) for name in ("augmented", "scratch")}
        draw(axes, found, theme)
        ink, _ = inks(theme)
        axes.axhline(frozen.one(each.set, "resnet50").imagenet.accuracy, color=ink["ink-2"], linestyle=(0, (4, 3)))
        axes.set_title(words(f"set_{each.set}").capitalize())
        axes.set_xlabel(words("photos_per_class"))
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        ends = {name: float(np.mean(points[max(points)])) for name, points in found.items()}
        name_ends(axes, ends, max(max(points) for points in found.values()), theme)
    return figure


def draw(axes: Axes, found: Mapping[str, Points], theme: str) -> None:
    """Points and means of each curve, photos on a logarithmic axis."""
    _, categories = inks(theme)
    for colour, points in zip(categories, found.values(), strict=False):
        for size, accuracies in points.items():
            axes.plot([size] * len(accuracies), accuracies, ".", color=colour, alpha=0.35, markersize=4)
        axes.plot(list(points), [float(np.mean(each)) for each in points.values()], color=colour)
    axes.set_xscale("log")
    every = sorted({size for points in found.values() for size in points})
    shown = [size for size in every if size not in (25, 400)] or every
    axes.xaxis.set_major_locator(FixedLocator(shown))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
