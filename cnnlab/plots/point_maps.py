"""Points of several classes in the plane, a panel for each map of them, with a straight line where there is one."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnlab.look import inks
from cnnlab.plots.style import inches

DPI = 240  # of the points, which are drawn as a picture
MARKERS = ("o", "x")  # of the first classes, as many as there are colours, and of the others
FRAME, LEGEND = 0.036, 0.048  # above and below the panels, as shares of the width


def point_maps(
    maps: Mapping[str, np.ndarray],
    labels: np.ndarray,
    names: Sequence[str],
    *,
    theme: str,
    lines: Sequence[np.ndarray] = (),
    size: float = 5,
) -> Figure:
    """Maps (n, 2) by their titles, side by side; names: of the classes of the labels (n,), in a legend.

    lines: for each map normal and offset (3,) of the line of the points p with normal · p = offset. size: of a point.
    """
    ink, categories = inks(theme)
    ratio = 0.02 + 1.14 / len(maps)
    figure, panels = pyplot.subplots(1, len(maps), figsize=inches("page", ratio), dpi=DPI)
    for axes, (title, points) in zip(panels, maps.items(), strict=True):
        for label, name in enumerate(names):
            group, colour = divmod(label, len(categories))
            style = {"s": size, "linewidths": 0.6 if group else 0, "alpha": 0.75, "rasterized": True}
            chosen = points[labels == label]
            axes.scatter(*chosen.T, color=categories[colour], marker=MARKERS[group], label=name, **style)
        axes.set_title(title)
        axes.set(xticks=[], yticks=[])
        axes.set_aspect("equal", adjustable="datalim")
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
    for axes, points, line in zip(panels, maps.values(), lines, strict=False):
        draw_line(axes, points, line, ink["ink"])
    handles, _ = panels[0].get_legend_handles_labels()
    columns = {"ncols": len(names), "markerscale": 2.5, "handletextpad": 0.2}
    figure.legend(handles, names, loc="lower center", **columns)
    figure.subplots_adjust(left=0.01, right=0.99, top=1 - FRAME / ratio, bottom=LEGEND / ratio, wspace=0.03)
    return figure


def draw_line(axes: Axes, points: np.ndarray, line: np.ndarray, colour: str) -> None:
    """Draw the straight line of normal and offset (3,) through axes, near the middle of the points."""
    normal, middle = line[:2], points.mean(axis=0)
    near = middle + (line[2] - middle @ normal) * normal
    along = near + np.array([-normal[1], normal[0]])
    axes.axline((near[0], near[1]), (along[0], along[1]), color=colour, linewidth=1)
