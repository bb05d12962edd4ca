"""Names beside the marks of the interactive chart: which find a place, and where.

They are placed on the plot of a narrow screen, and kept where on a wide one they touch nothing either (between marks
there is more space then, but a mark that was behind another comes out) and where it is clear whose name it is.

Chapter: l7-arquitecturas.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from cnnlab.experiments.architectures.chart import Point
from cnnlab.plots.labels import boxes, label_points
from cnnlab.plots.style import style

NARROW, WIDE = (268, 400), (539, 460)  # of the plot on screens of 390 and 1280 pixels
LETTERS = 11  # pixels
RADIUS = 4.5  # of a mark, in points
POINT = 96 / 72  # pixels
MIDDLE = {"center": "middle"}  # plotly's word


def placed(
    named: list[Point],
    every: list[Point],
    cost: Callable[[Point], float],
    line: list[tuple[float, float]],
    *,
    across: tuple[float, float],
    up: tuple[float, float],
) -> list[dict[str, Any]]:
    """plotly's annotations: the names of the points `named`, as many as find a place, the first before the others.

    every: all points that are shown; line: places that names leave free; across (logarithmic), up: ends of the axes.
    """
    with style("light"):
        narrow, wide = (empty(size, across, up) for size in (NARROW, WIDE))
        marks = [(cost(point), point.accuracy, RADIUS) for point in named]
        others = [(cost(point), point.accuracy, RADIUS) for point in every if point not in named]
        others += [(x, y, 0.5) for x, y in line]
        names = [point.network for point in named]
        label_points(narrow, marks, names, others, fontsize=LETTERS / POINT)
        taken = boxes(wide, [*marks, *others])
        centres = [wide.transData.transform((cost(point), point.accuracy)) for point in every]
        kept = []
        for text in (each for each in narrow.texts if isinstance(each, Annotation)):
            box, own = copied(text, wide).get_window_extent(), boxes(wide, [(*text.xy, RADIUS)])[0]
            alone = sum(own.contains(*centre) for centre in centres) == 1  # else the name could be another's
            if alone and not any(box.overlaps(each) for each in taken):
                taken.append(box)
                kept.append(annotation(text))
    return kept


def empty(size: tuple[int, int], across: tuple[float, float], up: tuple[float, float]) -> Axes:
    """Axes of a plot with this width and height in pixels."""
    figure = Figure(figsize=(size[0] / 96, size[1] / 96), dpi=96)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xscale="log", xlim=across, ylim=up)
    figure.draw_without_rendering()
    return axes


def copied(text: Annotation, axes: Axes) -> Annotation:
    """The same text beside the same point in other axes."""
    look: dict[str, Any] = {"ha": text.get_horizontalalignment(), "va": text.get_verticalalignment()}
    look |= {"xytext": text.xyann, "textcoords": "offset points", "fontsize": text.get_fontsize()}
    return axes.annotate(text.get_text(), text.xy, **look)


def annotation(text: Annotation) -> dict[str, Any]:
    """A text beside a mark as plotly has it, on a logarithmic axis: its offset in pixels."""
    (x, y), (right, above) = text.xy, text.xyann
    vertical = text.get_verticalalignment()
    return {
        "text": text.get_text(),
        "x": round(math.log10(x), 4),
        "y": y,
        "xanchor": text.get_horizontalalignment(),
        "yanchor": MIDDLE.get(vertical, vertical),
        "xshift": round(right * POINT, 1),
        "yshift": round(above * POINT, 1),
        "showarrow": False,
        "borderpad": 0,
        "borderwidth": 0,
        "font": {"size": LETTERS},
    }
