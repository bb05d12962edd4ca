"""Training of the raccoon detector: outcomes by epoch, precision by recall, and its test photos."""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.evaluation.matching import RECALLS, interpolated_precision
from cnnlab.experiments.raccoons.compute import Epoch, RaccoonsResult
from cnnlab.look import inks
from cnnlab.plots.photo import OUTCOME_WORDS, OUTCOMES, Shot, gallery
from cnnlab.plots.style import end_label, inches, legible
from cnnlab.words import Words

SCORE_THRESHOLD = 0.5  # of a box that is drawn, as `training.detector.SCORE_THRESHOLD` of one that is counted
COLUMNS = 4  # photos in a row
IOUS = {0.5: 0, 0.75: 5}  # thresholds that are drawn, and their places among COCO's


def counts(result: RaccoonsResult, *, words: Words, theme: str) -> Figure:
    """True positives, false positives and false negatives in the test photos after each epoch, and AP50 and AP."""
    _, categories = inks(theme)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=inches("text", 0.44))
    number = [row.epoch for row in result.curve]
    for name, place in OUTCOMES.items():
        left.plot(number, [getattr(row, name) for row in result.curve], color=categories[place])
    ends = spread([getattr(result.curve[-1], name) for name in OUTCOMES], 0.1 * left.get_ylim()[1])
    for (name, place), end in zip(OUTCOMES.items(), ends, strict=True):
        end_label(left, number[-1], end, words(OUTCOME_WORDS[name]), legible(categories[place], theme))
    left.set(title=words("boxes").capitalize(), xlim=(1, number[-1]), ylim=(0, None))
    for colour, name in zip(categories, ("ap50", "ap"), strict=False):
        right.plot(number, [getattr(row, name) for row in result.curve], color=colour)
        end_label(right, number[-1], getattr(result.curve[-1], name), words(name), colour)
    right.set(title=words("average_precision").capitalize(), xlim=(1, number[-1]), ylim=(0, 1))
    right.yaxis.set_major_formatter(lambda value, _: words.decimal(float(value), 1))
    for axes in (left, right):
        axes.set_xlabel(words("epoch"))
    figure.subplots_adjust(left=0.055, right=0.89, top=0.89, bottom=0.19, wspace=0.62)
    return figure


def spread(values: list[float], distance: float) -> list[float]:
    """Places for labels at these heights, pushed apart to `distance`, in the same order."""
    order = np.argsort(values)
    placed = np.array(values, float)[order]
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + distance)
    out = np.empty(len(values))
    out[order] = placed
    return out.tolist()


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
    """A step of the slider: the curves of an epoch, and its average precisions as title."""
    lines = [interpolated(result, row.epoch, iou) for iou in IOUS.values()]
    title = f"{words('ap50')} {words.decimal(row.ap50, 3)} · {words('ap')} {words.decimal(row.ap, 3)}"
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


def photos(result: RaccoonsResult, *, words: Words, theme: str) -> Figure:
    """Test photos, those with errors first: their boxes by outcome, false negatives dashed; the scores stand below."""
    last, shots = result.curve[-1].epoch, []
    for place in result.shown:
        each = result.matched.outcome(last, place, SCORE_THRESHOLD)
        scores = " · ".join(words.decimal(float(score), 2) for score in each.scores)
        boxes = {
            "true_positives": each.boxes[each.true_positive],
            "false_positives": each.boxes[~each.true_positive],
            "false_negatives": each.false_negatives,
        }
        shots.append(Shot(result.picture(f"photo-{place}"), result.test[place].size, scores, boxes))
    return gallery([shots[at : at + COLUMNS] for at in range(0, len(shots), COLUMNS)], theme=theme)
