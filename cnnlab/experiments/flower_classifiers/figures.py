"""Figures of the classifiers of flowers: learning curves, confused pairs, reliability diagrams, a comparison.

Chapter: a08-flores.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure
from PIL import Image

from cnnlab.experiments.flower_classifiers.result import FlowerClassifier
from cnnlab.look import inks
from cnnlab.plots.style import end_label, inches
from cnnlab.words import Words

QUANTITIES = ("loss", "accuracy")
SPLITS = ("train", "validation")
TEXT, PHOTO, ROW, GAP = 608, 112, 132, 16  # pixels: width, side of a photo, height of a row, between columns


def curves(result: FlowerClassifier, *, words: Words, theme: str) -> Figure:
    """Loss and accuracy by epoch, on training photos (as augmented) and on validation photos."""
    _, categories = inks(theme)
    figure, panels = pyplot.subplots(1, 2, figsize=inches("text", 0.44))
    epochs = [row.epoch for row in result.curve]
    for axes, quantity in zip(panels, QUANTITIES, strict=True):
        ends = [getattr(result.curve[-1], f"{split}_{quantity}") for split in SPLITS]
        top = max(1.0, *(getattr(row, f"{split}_{quantity}") for row in result.curve for split in SPLITS))
        upper = int(np.argmax(ends))
        apart = max(0.0, 0.1 * top - abs(ends[0] - ends[1])) / 2
        for at, split in enumerate(SPLITS):
            axes.plot(epochs, [getattr(row, f"{split}_{quantity}") for row in result.curve], color=categories[at])
            place = ends[at] + (apart if at == upper else -apart)
            end_label(axes, epochs[-1], place, words(split), categories[at])
        axes.set_title(words(quantity).capitalize())
        axes.set(xlabel=words("epoch"), xlim=(0, epochs[-1]), ylim=(0, 1.04 * top))
        if quantity == "accuracy":
            axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    figure.subplots_adjust(left=0.05, right=0.83, top=0.89, bottom=0.19, wspace=0.86)
    return figure


def interactive_curves(result: FlowerClassifier, *, words: Words):
    """A plotly figure of the same, with the numbers of every epoch; the page's template gives the colours."""
    from plotly import graph_objects
    from plotly.subplots import make_subplots

    titles = [words(quantity).capitalize() for quantity in QUANTITIES]
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.12, subplot_titles=titles)
    epochs = [row.epoch for row in result.curve]
    for column, quantity in enumerate(QUANTITIES, 1):
        for place, split in enumerate(SPLITS, 1):
            values = [getattr(row, f"{split}_{quantity}") for row in result.curve]
            show = words.percent if quantity == "accuracy" else words.decimal
            labels = [show(value, 1 if quantity == "accuracy" else 3) for value in values]
            figure.add_trace(
                graph_objects.Scatter(
                    x=epochs,
                    y=values,
                    text=labels,
                    name=words(split),
                    legendgroup=split,
                    showlegend=column == 1,
                    mode="lines",
                    line={"color": f"var(--cat-{place})"},
                    hovertemplate="%{text}",
                ),
                row=1,
                col=column,
            )
    figure.update_xaxes(title=words("epoch"), fixedrange=True)
    figure.update_yaxes(rangemode="tozero", fixedrange=True)
    ticks = [step / 5 for step in range(6)]
    figure.update_yaxes(tickvals=ticks, ticktext=[words.percent(tick, 0) for tick in ticks], col=2)
    figure.update_annotations(font={"weight": 600})
    layout = {
        "height": 370,
        "hovermode": "x unified",
        "margin": {"l": 44, "r": 12, "t": 32, "b": 78},
        "showlegend": True,
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom"},
    }
    figure.update_layout(template=graph_objects.layout.Template(), **layout)
    return figure


def reliability(result: FlowerClassifier, *, words: Words, theme: str) -> Figure:
    """Accuracy by confidence on the test photos, before and after the temperature; on the diagonal they agree."""
    ink, categories = inks(theme)
    figure, panels = pyplot.subplots(1, 2, figsize=inches("text", 0.46), sharey=True)
    for axes, key, title in zip(
        panels, ("reliability", "reliability_scaled"), ("as_trained", "with_temperature"), strict=True
    ):
        bins = getattr(result, key)
        width = bins[0].high - bins[0].low
        axes.bar(
            [row.low + width / 2 for row in bins],
            [row.accuracy for row in bins],
            width=0.82 * width,
            color=categories[0],
        )
        axes.plot((0, 1), (0, 1), color=ink["ink-2"], linewidth=1, linestyle=(0, (4, 3)))
        axes.plot(
            [row.confidence for row in bins],
            [row.accuracy for row in bins],
            ".",
            color=categories[1],
            markersize=7,
        )
        axes.set_title(words(title))
        axes.set(xlabel=words("confidence"), xlim=(0, 1), ylim=(0, 1))
        axes.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    panels[0].set_ylabel(words("accuracy"))
    figure.subplots_adjust(left=0.105, right=0.96, top=0.89, bottom=0.19, wspace=0.17)
    return figure


def confused(result: FlowerClassifier, *, words: Words, theme: str, count: int = 4) -> Figure:
    """The most confused pairs, two by two: a test photo, a training photo of the species that it was taken for."""
    ink, _ = inks(theme)
    rows = (count + 1) // 2
    text = 50
    height = rows * (PHOTO + text) - 8
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    for place, pair in enumerate(result.confused[:count]):
        left = (place % 2) * (TEXT + GAP) / 2
        bottom = height - PHOTO - (place // 2) * (PHOTO + text)
        for column, side in enumerate(("actual", "predicted")):
            start = left + column * (PHOTO + 40)
            axes = figure.add_axes((start / TEXT, bottom / height, PHOTO / TEXT, PHOTO / height))
            with Image.open(result.picture(f"confused-{place + 1}-{side}")) as picture:
                axes.imshow(np.asarray(picture.convert("RGB")), interpolation="lanczos")
            axes.axis("off")
            style: dict[str, Any] = {"fontsize": 9.25, "va": "top", "ha": "left"}
            figure.text(start / TEXT, (bottom - 5) / height, getattr(pair, side), fontweight=600, **style)
            if side == "actual":
                share = f"{pair.count} {words('of')} {pair.of}"
                figure.text(start / TEXT, (bottom - 20) / height, share, color=ink["ink-2"], **style)
        middle = ((left + PHOTO + 20) / TEXT, (bottom + PHOTO / 2) / height)
        figure.text(*middle, "→", ha="center", va="center", color=ink["ink-2"], fontsize=15)
    return figure


def compared(results: Sequence[FlowerClassifier], *, words: Words, theme: str) -> Figure:
    """Test accuracy of several networks with its 95 % interval, the best on top; where only the head learned, open."""
    ink, categories = inks(theme)
    rows = sorted(results, key=lambda each: each.test.accuracy)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.38))
    for place, each in enumerate(rows):
        whole = each.trained_parameters == each.parameters
        colour = categories[0] if whole else categories[1]
        axes.plot((each.test.low, each.test.high), (place, place), color=colour, linewidth=2, solid_capstyle="butt")
        face = colour if whole else ink["paper"]
        axes.plot(each.test.accuracy, place, "o", color=colour, markerfacecolor=face, markersize=7, markeredgewidth=2)
        end_label(axes, each.test.high, place, words.percent(each.test.accuracy, 1), ink["ink"])
    axes.set_yticks(range(len(rows)), [f"{each.network}, {words(learned(each))}" for each in rows])
    lowest = np.floor(10 * rows[0].test.low) / 10
    axes.set(xlim=(lowest, 1), ylim=(-0.6, len(rows) - 0.4), xlabel=words("accuracy_test"))
    axes.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    figure.subplots_adjust(left=0.34, right=0.975, top=0.98, bottom=0.26)
    return figure


def learned(result: FlowerClassifier) -> str:
    """Which part of a network was trained, as a key of the words."""
    if result.record.name == "flowers_scratch":
        return "from_scratch"
    return "fine_tuned" if result.trained_parameters == result.parameters else "head_only"
