"""Names beside the points of a chart, as many as find a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

GAP = 2  # points between a mark and its name
Mark = tuple[float, float, float]  # x and y in data coordinates, radius in points
PLACES = (  # where a name is tried, in this order: alignment of its box, and its offset
    *(("left", "center", 1, 0), ("right", "center", -1, 0), ("center", "bottom", 0, 1), ("center", "top", 0, -1)),
    *(("left", "bottom", 0.7, 0.7), ("left", "top", 0.7, -0.7), ("right", "bottom", -0.7, 0.7)),
    ("right", "top", -0.7, -0.7),
)


def label_points(
    axes: Axes, marks: Sequence[Mark], names: Sequence[str], others: Sequence[Mark] = (), **look: Any
) -> list[str]:
    """Write each name beside its mark where it touches no mark and no name written before; the names written.

    others: marks without a name. The first names have precedence. The limits, scales and place of the axes must have
    been set. look: of the texts.
    """
    figure = cast(Figure, axes.figure)
    figure.draw_without_rendering()
    pixel = figure.dpi / 72  # pixels to a point
    taken = boxes(axes, (*marks, *others))
    written = []
    for (x, y, radius), name in zip(marks, names, strict=True):
        for horizontal, vertical, right, up in PLACES:
            offset = ((radius + GAP) * right, (radius + GAP) * up)
            look |= {"ha": horizontal, "va": vertical, "xytext": offset, "textcoords": "offset points"}
            text = axes.annotate(name, (x, y), **look)
            box = text.get_window_extent().padded(0.5 * pixel)
            if inside(box, axes.bbox) and not any(box.overlaps(each) for each in taken):
                taken.append(box)
                written.append(name)
                break
            text.remove()
    return written


def boxes(axes: Axes, marks: Sequence[Mark]) -> list[Bbox]:
    """The square around each mark, in pixels of the figure."""
    pixel = cast(Figure, axes.figure).dpi / 72
    found = []
    for x, y, radius in marks:
        across, up = axes.transData.transform((x, y))
        reach = radius * pixel
        found.append(Bbox.from_extents(across - reach, up - reach, across + reach, up + reach))
    return found


def inside(box: Bbox, frame: Bbox) -> bool:
    """Whether a box lies in a frame."""
    return box.x0 >= frame.x0 and box.y0 >= frame.y0 and box.x1 <= frame.x1 and box.y1 <= frame.y1
