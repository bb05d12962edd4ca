"""How anchors are assigned to the boxes of a photo: the best of each box, the IoUs, the positive ones, the sample."""

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from cnnlab.detection.names import class_name
from cnnlab.experiments.anchor_targets.compute import AnchorTargets
from cnnlab.look import inks
from cnnlab.plots.photo import PALE, loop, outline, show
from cnnlab.plots.style import bare, inches, ramp
from cnnlab.words import Words

TEXT, GAP, TITLE = 608, 22, 46  # pixels: the figure, between its panels, above each
ROW, COLUMN = 21, 62  # pixels of the matrix's cells
DASHES = (0, (2.5, 1.2))
BACKGROUND = 1  # the colour of anchors that are negative


def assignment(result: AnchorTargets, *, words: Words, theme: str) -> Figure:
    """Five panels: each box's best anchor, the IoUs of some anchors, all positive anchors, those left out, a sample."""
    ink, _ = inks(theme)
    wide = (TEXT - 2 * GAP) / 3
    tall = wide * result.size[1] / result.size[0]
    height = 2 * (TITLE + tall) + GAP
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    positive, negative = result.sampled
    titles = [
        ("anchors_best", words("of_each_box")),
        ("anchors_iou", words("anchors_iou_rule")),
        ("anchors_positive", words.integer(result.positive)),
        ("anchors_ignored", words.integer(result.ignored)),
        ("anchors_sampled", f"{positive} {words('positive_anchors')}, {negative} {words('negative_anchors')}"),
    ]
    places = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)]
    for number, ((title, below), (row, column)) in enumerate(zip(titles, places, strict=True), 1):
        left, top = column * (wide + GAP), row * (TITLE + tall + GAP)
        figure.text(
            left / TEXT, 1 - (top + 4) / height, f"{number}. {words(title)}", va="top", fontweight=600, fontsize=10.5
        )
        figure.text(left / TEXT, 1 - (top + 22) / height, below, va="top", color=ink["ink-2"], fontsize=9.25)
        across = TEXT - left if title == "anchors_iou" else wide
        box = (left / TEXT, 1 - (top + TITLE + tall) / height, across / TEXT, tall / height)
        axes = figure.add_axes(box)
        if title == "anchors_iou":
            matrix(axes, result, (across, tall), words, theme)
        else:
            show(axes, result.picture("photo"), result.size)
            PANELS[title](axes, result, theme)
    return figure


def colours(theme: str) -> list[str]:
    """A colour for each object; that of BACKGROUND is left out."""
    _, categories = inks(theme)
    return [colour for at, colour in enumerate(categories) if at != BACKGROUND]


def best(axes: Axes, result: AnchorTargets, theme: str) -> None:
    """The annotated boxes, numbered, and the anchor that fits each best, dashed."""
    for number, (box, anchor, colour) in enumerate(
        zip(result.arrays["true_boxes"], result.arrays["best"], colours(theme), strict=False), 1
    ):
        outline(axes, box, colour, 1.8)
        outline(axes, anchor, colour, 1.4, DASHES)
        x, y = box[0], box[3]
        halo = [withStroke(linewidth=2.5, foreground=PALE)]
        axes.text(x + 6, y - 8, str(number), color=colour, fontweight=600, fontsize=11, path_effects=halo)


def positive_anchors(axes: Axes, result: AnchorTargets, theme: str) -> None:
    """The positive anchors, in the colour of the object that they are to find."""
    for target, colour in zip(range(len(result.targets)), colours(theme), strict=False):
        lines(axes, result.arrays["positive"][result.arrays["positive_target"] == target], colour, 0.9)


def ignored(axes: Axes, result: AnchorTargets, theme: str) -> None:
    """The anchors that do not count."""
    lines(axes, result.arrays["ignored"], PALE, 0.35, 0.6)


def sampled(axes: Axes, result: AnchorTargets, theme: str) -> None:
    """The anchors of the sample: negative ones thin, then the positive ones in the colours of their objects."""
    _, categories = inks(theme)
    boxes, targets = result.arrays["sampled"], result.arrays["sampled_target"]
    lines(axes, boxes[targets < 0], categories[BACKGROUND], 0.6)
    for target, colour in zip(range(len(result.targets)), colours(theme), strict=False):
        lines(axes, boxes[targets == target], colour, 0.9)


PANELS = {
    "anchors_best": best,
    "anchors_positive": positive_anchors,
    "anchors_ignored": ignored,
    "anchors_sampled": sampled,
}


def lines(axes: Axes, boxes: np.ndarray, colour: str, width: float, alpha: float = 1) -> None:
    """Boxes as thin lines, cut off at the edge of the photo."""
    axes.plot(*loop(boxes), color=colour, linewidth=width, alpha=alpha, clip_on=True)


def matrix(axes: Axes, result: AnchorTargets, size: tuple[float, float], words: Words, theme: str) -> None:
    """The IoUs of the anchors that are shown, a row for each, with its level and what becomes of it."""
    ink, _ = inks(theme)
    shades = ramp(theme, 11)
    bare(axes, *size)
    left, top = 34, 20
    for k, (target, colour) in enumerate(zip(result.targets, colours(theme), strict=False)):
        x = left + (k + 0.5) * COLUMN
        axes.text(x, top - 10, str(k + 1), color=colour, fontweight=600, fontsize=10.5, ha="center", va="center")
        name = f"{k + 1} {class_name(target.name, words.lang)}"
        row, column = divmod(k, 2)
        axes.text(left + 190 * column, top + 12 * ROW + 6 + 15 * row, name, va="top", fontsize=9.25, color=ink["ink-2"])
    for row, each in enumerate(result.examples):
        y = top + (row + 0.5) * ROW
        axes.text(0, y, f"P{each.level + 2}", va="center", fontsize=9.25, color=ink["ink-2"])
        for k, overlap in enumerate(each.overlaps):
            corner = (left + k * COLUMN, top + row * ROW)
            axes.add_patch(Rectangle(corner, COLUMN, ROW, facecolor=shades[round(10 * overlap)], edgecolor="none"))
            text = ink["paper"] if overlap >= 0.45 else ink["ink"]
            place = (corner[0] + COLUMN / 2, y)
            axes.text(*place, words.decimal(overlap, 2), ha="center", va="center", fontsize=9.25, color=text)
        place = (left + len(result.targets) * COLUMN + 10, y)
        axes.text(*place, words(each.outcome), va="center", fontsize=9.25, color=ink["ink"])
    for row in range(0, len(result.examples) + 1, 3):
        axes.plot([0, size[0]], [top + row * ROW] * 2, color=ink["rule-strong"], linewidth=0.6)
