"""What survives non-maximum suppression: right boxes, boxes too many, and those that went."""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.experiments.suppression.outcome import THRESHOLDS, outcome
from cnnlab.plots.photo import PALE, VERDICTS, data_address, loop, outline, show
from cnnlab.plots.style import inches, inks

STEPS = np.linspace(0, 1, 21)
TEXT, GAP, TITLE = 608, 14, 40  # pixels


def three(result, *, words, theme: str) -> Figure:
    """The photo at three thresholds; thin white lines are the boxes that went."""
    ink, categories = inks(theme)
    width = (TEXT - 2 * GAP) / 3
    photo = width * result.size[1] / result.size[0]
    height = photo + TITLE
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    for place, threshold in enumerate(THRESHOLDS):
        left = place * (width + GAP)
        axes = figure.add_axes((left / TEXT, 0, width / TEXT, photo / height))
        show(axes, result.picture("photo"), result.size, side=320)
        each, boxes = outcome(result, threshold), result.arrays["boxes"]
        axes.plot(*loop(np.delete(boxes, each.kept, axis=0)), color=PALE, linewidth=0.4, alpha=0.45)
        for k, right in zip(each.kept, each.right, strict=True):
            outline(axes, boxes[k], categories[VERDICTS["right" if right else "wrong"]])
        title = f"{words('threshold')} {words.decimal(threshold, 1)}"
        figure.text(left / TEXT, (height - 4) / height, title, va="top", fontweight=600, fontsize=10.5)
        figure.text(left / TEXT, (height - 21) / height, told(each, words), va="top", color=ink["ink-2"], fontsize=9.25)
    return figure


def told(each, words) -> str:
    """ "14 quedan: 11 aciertos, 3 de más"."""
    kept, right = len(each.kept), int(each.right.sum())
    return f"{kept} {words('survive')}: {right} {words('boxes_right')}, {kept - right} {words('too_many')}"


def interactive(result, *, words):
    """The photo with a slider for the threshold, 21 steps from 0 to 1."""
    from plotly import graph_objects

    width, height = result.size
    boxes = result.arrays["boxes"]
    steps = []
    for threshold in STEPS:
        each = outcome(result, float(threshold))
        parts = (
            np.delete(boxes, each.kept, axis=0),
            boxes[each.kept],
            boxes[each.kept[each.right]],
            boxes[each.kept[~each.right]],
        )
        lines = [loop(part) for part in parts]
        new = {"x": [x for x, _ in lines], "y": [y for _, y in lines]}
        steps.append(
            {
                "method": "update",
                "label": words.decimal(float(threshold), 2),
                "args": [new, {"title.text": told(each, words)}],
            }
        )
    active = int(np.argmin(abs(STEPS - 0.5)))
    start = steps[active]["args"][0]
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
    slider = {"active": active, "steps": steps, "currentvalue": {"prefix": f"{words('threshold').capitalize()}: "}}
    figure.update_layout(
        template=graph_objects.layout.Template(),
        title={"text": steps[active]["args"][1]["title.text"]},
        sliders=[slider],
        height=500,
        margin={"l": 0, "r": 0, "t": 36, "b": 0},
    )
    return figure
