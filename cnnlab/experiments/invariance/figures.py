"""Accuracy by change of the digits; the kernels that a network learned, over a photo."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure
from PIL import Image

from cnnlab.experiments.fundamentals.figures import correlated, diverging
from cnnlab.experiments.invariance.compute import Invariance
from cnnlab.look import inks
from cnnlab.plots.style import DASHED, inches, legible
from cnnlab.words import Words

CHANGES = ("moved", "turned", "scaled", "paler")
LINES = {"pooled": (1, "-"), "strided": (0, DASHED), "dense": (5, (0, (2, 2)))}  # colour, dashes
SIDE = 240  # pixels of the photo under the kernels


def curves(result: Invariance, *, words: Words, theme: str) -> Figure:
    """Mean accuracy over the seeds by amount of each change; the band is the 95 % interval or, where that is wider, the
    range of the seeds."""
    _, categories = inks(theme)
    figure, panels = pyplot.subplots(2, 2, figsize=inches("text", 0.82), sharey=True, layout="constrained")
    for axes, change in zip(panels.flat, CHANGES, strict=True):
        amounts = getattr(result.options, change)
        for kind, (place, dash) in LINES.items():
            found, error = result.arrays[f"{kind}_{change}"], result.arrays[f"{kind}_{change}_error"]
            mean, colour = found.mean(0), categories[place]
            low, high = np.minimum(found.min(0), mean - error), np.maximum(found.max(0), mean + error)
            axes.fill_between(amounts, low, high, color=colour, alpha=0.18, linewidth=0)
            axes.plot(amounts, mean, color=colour, linestyle=dash, label=words(f"network_{kind}"))
        axes.set(xlim=(amounts[0], amounts[-1]), ylim=(0, 1), xlabel=words(change))
        places = 0 if change in ("moved", "turned") else 1
        axes.xaxis.set_major_formatter(lambda value, _, places=places: words.decimal(value, places))
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    panels[0, 0].set_xticks(range(0, 10, 2))
    panels[0, 1].set_xticks(range(-90, 91, 45))
    figure.get_layout_engine().set(wspace=0.06)  # type: ignore[union-attr, call-arg]
    for axes in panels[:, 0]:
        axes.set_ylabel(words("accuracy"))
    panels[0, 0].legend(loc="upper right")
    for text, kind in zip(panels[0, 0].get_legend().get_texts(), LINES, strict=True):
        text.set_color(legible(categories[LINES[kind][0]], theme))
    return figure


def learned(result: Invariance, photo: Path, *, words: Words, theme: str) -> Figure:
    """The eight learned kernels of 5×5, and under each its map over a photo, without bias and ReLU."""
    ink, _ = inks(theme)
    with Image.open(photo) as file:
        grey = np.asarray(file.convert("L").resize((SIDE, SIDE)), float)
    figure = pyplot.figure(figsize=inches("text", 0.72))
    scale = diverging(theme)
    wide, small, big, rows = 1 / 4, 0.1, 0.235, 2
    for place, kernel in enumerate(result.arrays["kernels"]):
        row, column = divmod(place, 4)
        left, top = column * wide, 1 - row / rows
        most = float(np.abs(kernel).max())
        inset = figure.add_axes((left, top - small / 0.72 - 0.005, small, small / 0.72))
        inset.imshow(kernel, cmap=scale, vmin=-most, vmax=most)
        values = correlated(grey - grey.mean(), kernel)
        bound = float(np.quantile(np.abs(values), 0.98))
        axes = figure.add_axes((left, top - small / 0.72 - 0.02 - big / 0.72, big, big / 0.72))
        axes.imshow(values, cmap=scale, vmin=-bound, vmax=bound)
        text = f"$R^2$ = {words.percent(result.ramps[place], 0)}"
        figure.text(left + small + 0.012, top - small / 1.44, text, va="center", fontsize=9, color=ink["ink-2"])
        for each in (inset, axes):
            each.axis("off")
    return figure
