"""How a detector learned: right, missed and false boxes by epoch, precision and recall, and its test photos."""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.evaluation.matching import RECALLS, read_off
from cnnlab.experiments.raccoons.epochs import epochs
from cnnlab.plots.photo import VERDICTS, Shot, gallery
from cnnlab.plots.style import end_label, inches, inks, legible

LEAST = 0.5  # score of a box that is drawn, as `fine_tune.SHOWN` of one that is counted
COLUMNS = 4  # photos in a row
IOUS = {0.5: 0, 0.75: 5}  # thresholds that are drawn, and their places among COCO's


def counts(result, *, words, theme: str) -> Figure:
    """Right, missed and false boxes of the test photos after each epoch, and the average precisions."""
    _, categories = inks(theme)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=inches("text", 0.44))
    number = [row["epoch"] for row in result.curve]
    for name, place in VERDICTS.items():
        left.plot(number, [row[name] for row in result.curve], color=categories[place])
    ends = spread([result.curve[-1][name] for name in VERDICTS], 0.1 * left.get_ylim()[1])
    for (name, place), end in zip(VERDICTS.items(), ends, strict=True):
        end_label(left, number[-1], end, words(f"boxes_{name}"), legible(categories[place], theme))
    left.set(title=words("boxes").capitalize(), xlim=(1, number[-1]), ylim=(0, None))
    for colour, name in zip(categories, ("ap50", "ap"), strict=False):
        right.plot(number, [row[name] for row in result.curve], color=colour)
        end_label(right, number[-1], result.curve[-1][name], words(name), colour)
    right.set(title=words("average_precision").capitalize(), xlim=(1, number[-1]), ylim=(0, 1))
    right.yaxis.set_major_formatter(lambda value, _: words.decimal(float(value), 1))
    for axes in (left, right):
        axes.set_xlabel(words("epoch"))
    figure.subplots_adjust(left=0.055, right=0.89, top=0.89, bottom=0.19, wspace=0.62)
    return figure


def spread(values: list[float], least: float) -> list[float]:
    """Places for labels at these heights, pushed apart to `least`, in the same order."""
    order = np.argsort(values)
    placed = np.array(values, float)[order]
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + least)
    out = np.empty(len(values))
    out[order] = placed
    return out.tolist()


def shown_epochs(result, count: int = 6) -> list[int]:
    """Epochs evenly apart on a scale of ratios, the first and the last among them."""
    return np.unique(np.geomspace(1, len(result.curve), count).round().astype(int)).tolist()


def multiples(result, *, words, theme: str) -> Figure:
    """Precision by recall after six of the epochs, at an IoU of 0.5 and of 0.75."""
    _, categories = inks(theme)
    every, chosen = epochs(result), shown_epochs(result)
    figure, panels = pyplot.subplots(2, 3, figsize=inches("text", 0.66), sharex=True, sharey=True)
    for axes, epoch in zip(panels.flat, chosen, strict=False):
        for colour, iou in zip(categories, IOUS.values(), strict=False):
            axes.plot(*as_read(*every.recall_precision(epoch, iou)), color=colour)
        axes.set_title(f"{words('epoch').capitalize()} {words.integer(epoch)}")
        axes.set(xlim=(0, 1.01), ylim=(0, 1.02), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: words.decimal(float(value), 1))
    for place, (iou, colour) in enumerate(zip(IOUS, categories, strict=False)):
        label = f"IoU ≥ {words.decimal(iou, 2)}"
        panels[1, 2].text(0.04, 0.22 - 0.17 * place, label, color=colour, fontweight=600)
    for axes in panels[1]:
        axes.set_xlabel(words("recall"))
    for axes in panels[:, 0]:
        axes.set_ylabel(words("precision"))
    figure.subplots_adjust(left=0.09, right=0.985, top=0.93, bottom=0.14, hspace=0.3, wspace=0.2)
    return figure


def as_read(recall: np.ndarray, precision: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The curve that COCO reads, as points of a line: at each recall the best precision there or beyond."""
    return RECALLS, read_off(recall, precision)


def interactive_curve(result, *, words):
    """Precision by recall with a slider for the epoch."""
    from plotly import graph_objects

    every, steps = epochs(result), []
    for row in result.curve:
        lines = [as_read(*every.recall_precision(row["epoch"], iou)) for iou in IOUS.values()]
        title = f"{words('ap50')} {words.decimal(row['ap50'], 3)} · {words('ap')} {words.decimal(row['ap'], 3)}"
        new = {"y": [np.round(precision, 4).tolist() for _, precision in lines]}
        steps.append({"method": "update", "label": str(row["epoch"]), "args": [new, {"title.text": title}]})
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
    figure.update_xaxes(title=words("recall"), range=[0, 1.01], fixedrange=True)
    figure.update_yaxes(title=words("precision"), range=[0, 1.02], fixedrange=True)
    slider = {"active": len(steps) - 1, "steps": steps, "currentvalue": {"prefix": f"{words('epoch').capitalize()}: "}}
    figure.update_layout(
        template=graph_objects.layout.Template(),
        title={"text": start[1]["title.text"]},
        sliders=[slider],
        showlegend=True,
        legend={"orientation": "h", "y": -0.2},
        height=430,
        margin={"l": 52, "r": 12, "t": 40, "b": 76},
    )
    return figure


def final(result, *, words, theme: str) -> Figure:
    """The last epoch's precision by recall at an IoU of 0.5; at each recall the band holds 95 % of the bootstrap."""
    ink, categories = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.5))
    every, last = epochs(result), result.curve[-1]
    low, high = result.arrays["band"]
    axes.fill_between(RECALLS, low, high, color=categories[0], alpha=0.18, linewidth=0)
    axes.plot(*as_read(*every.recall_precision(last["epoch"])), color=categories[0])
    recall = last["right"] / (last["right"] + last["missed"])
    precision = last["right"] / max(last["right"] + last["wrong"], 1)
    axes.plot(recall, precision, "o", color=categories[1], markersize=7)
    label = f"{words('score')} {words.decimal(LEAST, 1)}"
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


def photos(result, *, words, theme: str) -> Figure:
    """Test photos, those with errors first: right boxes, false ones, missed ones dashed; the scores stand below."""
    every, last, shots = epochs(result), result.curve[-1]["epoch"], []
    for place in result.shown:
        boxes, scores, right, missed = every.of_photo(last, place, LEAST)
        said = " · ".join(words.decimal(float(score), 2) for score in scores)
        verdicts = {"right": boxes[right], "wrong": boxes[~right], "missed": missed}
        shots.append(Shot(result.picture(f"photo-{place}"), result.test[place]["size"], said, verdicts))
    return gallery([shots[at : at + COLUMNS] for at in range(0, len(shots), COLUMNS)], theme=theme)
