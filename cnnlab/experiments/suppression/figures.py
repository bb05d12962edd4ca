"""What survives non-maximum suppression: true positives, false positives, and the suppressed boxes."""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.experiments.suppression.compute import Suppression
from cnnlab.experiments.suppression.survivors import PRINTED, Survivors
from cnnlab.look import inks
from cnnlab.plots.photo import OUTCOMES, PALE, data_address, loop, outline, show
from cnnlab.plots.style import inches
from cnnlab.words import Words

STEPS = np.linspace(0, 1, 21)
TEXT, GAP, TITLE = 608, 14, 40  # pixels


def four(result: Suppression, *, words: Words, theme: str) -> Figure:
    """The photo at four thresholds; thin white lines are the suppressed boxes."""
    ink, categories = inks(theme)
    wide = (TEXT - GAP) / 2
    tall = wide * result.size[1] / result.size[0]
    height = 2 * (tall + TITLE) + GAP
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    for place, threshold in enumerate(PRINTED):
        row, column = divmod(place, 2)
        left, top = column * (wide + GAP), row * (tall + TITLE + GAP)
        axes = figure.add_axes((left / TEXT, 1 - (top + TITLE + tall) / height, wide / TEXT, tall / height))
        show(axes, result.picture("photo"), result.size)
        left_over, boxes = result.survivors(threshold), result.arrays["boxes"]
        axes.plot(*loop(np.delete(boxes, left_over.kept, axis=0)), color=PALE, linewidth=0.5, alpha=0.6)
        for k, true in zip(left_over.kept, left_over.true_positive, strict=True):
            outline(axes, boxes[k], categories[OUTCOMES["true_positives" if true else "false_positives"]])
        title = f"{words('iou_threshold')} {words.decimal(threshold, 2)}"
        figure.text(left / TEXT, 1 - (top + 3) / height, title, va="top", fontweight=600, fontsize=10.5)
        below = (left / TEXT, 1 - (top + 20) / height)
        figure.text(*below, counted(left_over, words), va="top", color=ink["ink-2"], fontsize=9.25)
    return figure


def counted(left_over: Survivors, words: Words) -> str:
    """ "11 quedan: 9 VP, 2 FP"."""
    kept, right = len(left_over.kept), int(left_over.true_positive.sum())
    return f"{kept} {words('survive')}: {right} {words('true_positives')}, {kept - right} {words('false_positives')}"


def interactive(result: Suppression, *, words: Words):
    """The photo with a slider for the threshold, 21 steps from 0 to 1."""
    from plotly import graph_objects

    steps = [step(result, float(threshold), words) for threshold in STEPS]
    active = int(np.argmin(abs(STEPS - 0.5)))
    start, title = steps[active]["args"]
    looks = (
        {"color": PALE, "width": 0.7},
        {"color": PALE, "width": 5},  # the halo of the two that follow
        {"color": "var(--cat-1)", "width": 2.6},
        {"color": "var(--cat-2)", "width": 2.6},
    )
    traces = [
        graph_objects.Scatter(
            x=start["x"][k],
            y=start["y"][k],
            mode="lines",
            line=look,
            hoverinfo="skip",
            opacity=0.6 if k == 0 else 1,
        )
        for k, look in enumerate(looks)
    ]
    figure = graph_objects.Figure(traces)
    fill_with_photo(figure, result)
    slider = {"active": active, "steps": steps, "currentvalue": {"prefix": f"{words('iou_threshold')}: "}}
    figure.update_layout(
        template=graph_objects.layout.Template(),
        title={"text": title["title.text"]},
        sliders=[slider],
        meta={"aspect": result.size[0] / result.size[1]},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    return figure


def step(result: Suppression, threshold: float, words: Words) -> dict:
    """A step of the slider: the lines of the suppressed boxes, of all that are kept, and of these by outcome."""
    each, boxes = result.survivors(threshold), result.arrays["boxes"]
    parts = (
        np.delete(boxes, each.kept, axis=0),
        boxes[each.kept],
        boxes[each.kept[each.true_positive]],
        boxes[each.kept[~each.true_positive]],
    )
    lines = [loop(part) for part in parts]
    new = {"x": [x for x, _ in lines], "y": [y for _, y in lines]}
    return {
        "method": "update",
        "label": words.decimal(threshold, 2),
        "args": [new, {"title.text": counted(each, words)}],
    }


def fill_with_photo(figure, result: Suppression) -> None:
    """Lay the photo below the traces of a plotly figure; its axes count the photo's pixels."""
    width, height = result.size
    figure.update_xaxes(range=[0, width], visible=False, fixedrange=True, constrain="domain")
    figure.update_yaxes(range=[height, 0], visible=False, fixedrange=True, scaleanchor="x", constrain="domain")
    figure.add_layout_image(
        source=data_address(result.picture("photo")),
        xref="x",
        yref="y",
        x=0,
        y=0,
        sizex=width,
        sizey=height,
        sizing="stretch",
        layer="below",
    )
