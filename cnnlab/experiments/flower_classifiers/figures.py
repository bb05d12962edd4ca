"""Figures of the classifiers of flowers: learning curves, confused pairs, reliability diagrams, a comparison.

Chapter: a08-flores.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from PIL import Image

from cnnlab.evaluation.classification import Metrics, wilson
from cnnlab.experiments.flower_classifiers.numbers import DRAWN
from cnnlab.experiments.flower_classifiers.result import FlowerClassifier
from cnnlab.experiments.flower_classifiers.species import by_species
from cnnlab.look import inks
from cnnlab.plots.learning_curves import LOSSES, learning_curves
from cnnlab.plots.style import end_label, inches
from cnnlab.words import Words

QUANTITIES = ("loss", "accuracy")
SPLITS = ("train", "validation")
NAMED = {"flowers_scratch": "from_scratch", "flowers_probes": "ridge_probe"}  # what was trained, as keys of the words
INNER = ("fine_tuned", "fine_tuned_upper", "from_scratch")  # inner layers were trained, not only a head
FEW = 20  # photos: a bin of fewer has an interval of ± 20 points or more
TEXT, PHOTO, ROW, GAP = 608, 112, 132, 16  # pixels: width, side of a photo, height of a row, between columns


def curves(result: FlowerClassifier, *, words: Words, theme: str) -> Figure:
    """Loss and accuracy by epoch, on training photos (as augmented) and on validation photos."""
    panels = {
        quantity: {split: np.array([[getattr(row, f"{split}_{quantity}") for row in result.curve]]) for split in SPLITS}
        for quantity in QUANTITIES
    }
    return learning_curves(panels, words=words, theme=theme)


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
    figure.update_yaxes(type="log", tickvals=LOSSES, ticktext=[words.exact(loss) for loss in LOSSES], col=1)
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
    """Accuracy by confidence on the test photos, before and after the temperature; on the diagonal they agree.

    Below, how many photos each bin holds. Bins of fewer than FEW photos are drawn open.
    """
    ink, categories = inks(theme)
    figure, panels = pyplot.subplots(
        2, 2, figsize=inches("text", 0.6), sharex=True, sharey="row", gridspec_kw={"height_ratios": (3, 1)}
    )
    titles = ("as_trained", "with_temperature")
    for (axes, counts), key, title in zip(panels.T, ("reliability", "reliability_scaled"), titles, strict=True):
        bins = getattr(result, key)
        axes.plot((0, 1), (0, 1), color=ink["ink-2"], linewidth=1, linestyle=(0, (4, 3)))
        axes.plot([row.confidence for row in bins], [row.accuracy for row in bins], color=categories[0], linewidth=1)
        for row in bins:
            low, high = wilson(round(row.accuracy * row.count), row.count)
            axes.plot((row.confidence, row.confidence), (low, high), color=categories[0], linewidth=1.5)
            face = categories[0] if row.count >= FEW else ink["paper"]
            style: dict[str, Any] = {"markerfacecolor": face, "markersize": 4.5, "clip_on": False, "zorder": 3}
            axes.plot(row.confidence, row.accuracy, "o", color=categories[0], **style)
        middles, width = [(row.low + row.high) / 2 for row in bins], bins[0].high - bins[0].low
        counts.bar(middles, [row.count for row in bins], width=0.82 * width, color=ink["rule-strong"])
        axes.set_title(words(title))
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xticks=[0, 0.25, 0.5, 0.75])
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        counts.set(xlabel=words("confidence"), yscale="log", ylim=(0.6, None), yticks=[1, 10, 100, 1000])
        counts.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        counts.yaxis.set_major_formatter(lambda value, _: words.integer(round(value)))
        counts.yaxis.set_minor_locator(NullLocator())
    panels[0, 0].set_ylabel(words("accuracy"))
    panels[1, 0].set_ylabel(words("photos"))
    figure.align_ylabels()
    figure.subplots_adjust(left=0.12, right=0.965, top=0.92, bottom=0.15, wspace=0.1, hspace=0.14)
    return figure


def species(result: FlowerClassifier, *, words: Words, theme: str, count: int = 8) -> Figure:
    """The species with most errors on test photos: by their number, and by their rate with its 95 % interval."""
    ink, categories = inks(theme)
    figure, panels = pyplot.subplots(1, 2, figsize=inches("text", 0.46))
    every = by_species(result)
    for axes, key, title in zip(panels, ("errors", "rate"), ("errors_by_count", "errors_by_rate"), strict=True):
        rows = sorted(every, key=lambda each: (getattr(each, key), each.errors), reverse=True)[:count][::-1]
        for place, each in enumerate(rows):
            share = f"{each.errors} {words('of')} {each.photos}"
            if key == "errors":
                axes.barh(place, each.errors, height=0.6, color=categories[0])
                end = float(each.errors)
            else:
                axes.plot((each.low, each.high), (place, place), color=categories[1], linewidth=2)
                axes.plot(each.rate, place, "o", color=categories[1], markersize=5)
                end = each.high
            end_label(axes, end, place, share, ink["ink-2"])
        axes.set_yticks(range(len(rows)), [each.name for each in rows])
        axes.set_title(words(title))
        axes.grid(visible=False)
        axes.set_xlim(0, 1.45 * max(each.errors for each in rows) if key == "errors" else 1.6)
    panels[1].set_xticks([0, 0.5, 1], [words.percent(tick, 0) for tick in (0, 0.5, 1)])
    figure.subplots_adjust(left=0.19, right=0.985, top=0.9, bottom=0.1, wspace=0.62)
    return figure


def confused(result: FlowerClassifier, *, words: Words, theme: str, count: int = DRAWN) -> Figure:
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
    """Test accuracy of several classifiers with its 95 % interval, the best on top; of frozen networks, open.

    A sum of several sources of logits has a row, and so has the network whose own head is one of them.
    """
    ink, categories = inks(theme)
    rows = sorted((row for each in results for row in compared_rows(each, words)), key=lambda row: row[1].accuracy)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.38))
    for place, (_, test, whole) in enumerate(rows):
        colour = categories[0] if whole else categories[1]
        axes.plot((test.low, test.high), (place, place), "|-", color=colour, linewidth=1.5, markersize=11)
        face = colour if whole else ink["paper"]
        axes.plot(test.accuracy, place, "o", color=colour, markerfacecolor=face, markersize=3)
        end_label(axes, test.high, place, words.percent(test.accuracy, 1), ink["ink"])
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    lowest = np.floor(10 * rows[0][1].low) / 10
    axes.grid(visible=False)
    ticks = np.arange(lowest, 1.01, 0.1)
    axes.set(xlim=(lowest, 1.06), xticks=ticks, ylim=(-0.6, len(rows) - 0.4), xlabel=words("accuracy_test"))
    axes.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    figure.subplots_adjust(left=0.34, right=0.975, top=0.98, bottom=0.26)
    return figure


def compared_rows(result: FlowerClassifier, words: Words) -> list[tuple[str, Metrics, bool]]:
    """(name, metrics on test, whether inner layers were trained) of a classifier; two rows of one with parts."""
    name, trained = f"{result.network}, {words(learned(result))}", learned(result) in INNER
    own = [part.test for part in getattr(result, "parts", ()) if part.name == "own"]
    if not own:
        return [(name, result.test, trained)]
    return [(words("sum").capitalize(), result.test, trained), (name, own[0], trained)]


def learned(result: FlowerClassifier) -> str:
    """Which part of a network was trained, as a key of the words."""
    if result.record.name in NAMED:
        return NAMED[result.record.name]
    share = result.trained_parameters / result.parameters
    return "fine_tuned" if share == 1 else "fine_tuned_upper" if share > 0.5 else "head_only"
