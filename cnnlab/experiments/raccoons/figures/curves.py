"""Precision by recall of the raccoon detector, and its average precision by threshold of the IoU."""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.evaluation.matching import RECALLS, THRESHOLDS, interpolated_precision
from cnnlab.experiments.raccoons.compute import Epoch, RaccoonsResult
from cnnlab.experiments.raccoons.figures.epochs import STYLES
from cnnlab.experiments.raccoons.figures.mosaic import counted
from cnnlab.experiments.raccoons.outcomes import (
    SCORE_THRESHOLD,
    Counts,
    by_iou,
    found_after,
    on_true_boxes,
    truth_of,
)
from cnnlab.look import inks
from cnnlab.plots.style import inches
from cnnlab.words import Words

IOUS = {0.5: 0, 0.75: 5}  # thresholds that are drawn, and their places among COCO's


def shown_epochs(result: RaccoonsResult, count: int = 6) -> list[int]:
    """Epochs evenly apart on a scale of ratios, the first and the last among them."""
    return np.unique(np.geomspace(1, len(result.curve), count).round().astype(int)).tolist()


def multiples(result: RaccoonsResult, *, words: Words, theme: str) -> Figure:
    """Precision by recall after six of the epochs, at an IoU of 0.5 and of 0.75."""
    _, categories = inks(theme)
    chosen = shown_epochs(result)
    figure, panels = pyplot.subplots(2, 3, figsize=inches("text", 0.66), sharex=True, sharey=True)
    for axes, epoch in zip(panels.flat, chosen, strict=False):
        for colour, iou in zip(categories, IOUS.values(), strict=False):
            axes.plot(RECALLS, interpolated(result, epoch, iou), color=colour)
        axes.set_title(f"{words('epoch').capitalize()} {words.integer(epoch)}")
        axes.set(xlim=(0, 1.01), ylim=(0, 1.02), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: words.decimal(float(value), 1))
    for place, (threshold, colour) in enumerate(zip(IOUS, categories, strict=False)):
        label = f"IoU ≥ {words.decimal(threshold, 2)}"
        panels[1, 2].text(0.04, 0.22 - 0.17 * place, label, color=colour, fontweight=600)
    for axes in panels[1]:
        axes.set_xlabel(words("recall"))
    for axes in panels[:, 0]:
        axes.set_ylabel(words("precision"))
    figure.subplots_adjust(left=0.09, right=0.985, top=0.93, bottom=0.14, hspace=0.3, wspace=0.2)
    return figure


def interpolated(result: RaccoonsResult, epoch: int, iou: int) -> np.ndarray:
    """(101,): the interpolated precision of an epoch at COCO's recalls; iou: which of COCO's thresholds."""
    return interpolated_precision(*result.matched.precision_recall_curve(epoch, iou))


def interactive_curve(result: RaccoonsResult, *, words: Words):
    """Precision by recall with a slider for the epoch."""
    from plotly import graph_objects

    steps = [step(result, row, words) for row in result.curve]
    start = steps[-1]["args"]
    figure = graph_objects.Figure(
        [
            graph_objects.Scatter(
                x=RECALLS.round(2).tolist(),
                y=precision,
                name=f"IoU ≥ {words.decimal(iou, 2)}",
                mode="lines",
                line={"color": f"var(--cat-{place})"},
                hovertemplate=f"{words('recall')} %{{x:.2f}}, {words('precision')} %{{y:.2f}}",
            )
            for place, (iou, precision) in enumerate(zip(IOUS, start[0]["y"], strict=True), 1)
        ]
    )
    figure.update_xaxes(title=words("recall"), range=[0, 1.01], tickformat=".1f", fixedrange=True)
    figure.update_yaxes(title=words("precision"), range=[0, 1.02], tickformat=".1f", fixedrange=True)
    slider = {"active": len(steps) - 1, "steps": steps, "currentvalue": {"prefix": f"{words('epoch').capitalize()}: "}}
    figure.update_layout(
        template=graph_objects.layout.Template(),
        title={"text": start[1]["title.text"]},
        sliders=[slider],
        showlegend=True,
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom"},
        height=430,
        margin={"l": 52, "r": 12, "t": 40, "b": 78},
    )
    return figure


def step(result: RaccoonsResult, row: Epoch, words: Words) -> dict:
    """A step of the slider: the curves of an epoch, and its counts and average precisions as title."""
    lines = [interpolated(result, row.epoch, iou) for iou in IOUS.values()]
    counts = counted(Counts(row.true_positives, row.false_positives, row.false_negatives), words)
    title = f"{counts}; AP50 {words.decimal(row.ap50, 2)}, AP {words.decimal(row.ap, 2)}"
    new = {"y": [np.round(precision, 4).tolist() for precision in lines]}
    return {"method": "update", "label": str(row.epoch), "args": [new, {"title.text": title}]}


def final(result: RaccoonsResult, *, words: Words, theme: str) -> Figure:
    """The last epoch's precision by recall at an IoU of 0.5; at each recall the band holds 95 % of the bootstrap."""
    _ink, categories = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.5))
    last = result.curve[-1]
    low, high = result.arrays["band"]
    axes.fill_between(RECALLS, low, high, color=categories[0], alpha=0.18, linewidth=0)
    axes.plot(RECALLS, interpolated(result, last.epoch, IOUS[0.5]), color=categories[0])
    recall = last.true_positives / (last.true_positives + last.false_negatives)
    precision = last.true_positives / max(last.true_positives + last.false_positives, 1)
    axes.plot(recall, precision, "o", color=categories[1], markersize=7)
    label = f"{words('score')} {words.decimal(SCORE_THRESHOLD, 1)}"
    axes.annotate(
        label,
        (recall, precision),
        xytext=(-8, -4),
        textcoords="offset points",
        color=categories[1],
        fontweight=600,
        ha="right",
        va="top",
    )
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=words("recall"), ylabel=words("precision"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: words.decimal(float(value), 1))
    figure.subplots_adjust(left=0.09, right=0.97, top=0.97, bottom=0.19)
    return figure


def by_threshold(result: RaccoonsResult, *, words: Words, theme: str) -> Figure:
    """Average precision of the last epoch at each threshold of the IoU: of its boxes, and of the same detections put on
    the boxes of the ground truth."""
    _, categories = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.44))
    found, truth = found_after(result, result.curve[-1].epoch), truth_of(result)
    lines = {"as_detected": by_iou(found, truth), "on_true_boxes": by_iou(on_true_boxes(found, truth), truth)}
    for (name, values), colour, dashes in zip(lines.items(), categories, STYLES, strict=False):
        axes.plot(THRESHOLDS, values, marker="o", color=colour, linestyle=dashes, label=words(name))
    threshold = words("iou_threshold")
    axes.set(xlim=(0.49, 0.96), ylim=(0, 1.02), xticks=THRESHOLDS, xlabel=f"{threshold[:1].lower()}{threshold[1:]}")
    axes.set_title(words("average_precision").capitalize())
    axes.xaxis.set_major_formatter(lambda value, _: words.decimal(float(value), 2))
    axes.yaxis.set_major_formatter(lambda value, _: words.decimal(float(value), 1))
    axes.legend(loc="lower left", fontsize=9.25, handlelength=2.2)
    figure.subplots_adjust(left=0.07, right=0.985, top=0.88, bottom=0.19)
    return figure
