"""Points of several classes in the plane, a panel for each map of them, with a straight line where there is one."""

from collections.abc import Mapping, Sequence
from numbers import Real

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from cnnlab.errors import OptionError
from cnnlab.evaluation.separation import arrays
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
    """Maps (n, 2) by their titles, side by side; names: of the classes of the labels (n,), in a legend; those of one
    character stand at the median of their points, too.

    lines: for each map normal, of length 1, and offset (3,) of the line of the points p with normal · p = offset.
    size: of a point.

    Raises: OptionError for what is none of these, points that are not finite, and classes without a name or a mark.
    """
    ink, categories = inks(theme)
    maps, labels = checked(maps, labels, len(names), len(MARKERS) * len(categories))
    lines = checked_lines(lines, len(maps))
    if not isinstance(size, Real) or not 0 < size < np.inf:
        raise OptionError(f"size={size!r}", allowed="a number above 0")
    ratio = 0.02 + 1.14 / len(maps)
    figure, panels = pyplot.subplots(1, len(maps), figsize=inches("page", ratio), dpi=DPI, squeeze=False)
    panels = panels[0]
    for axes, (title, points) in zip(panels, maps.items(), strict=True):
        for label, name in enumerate(names):
            group, colour = divmod(label, len(categories))
            style = {"s": size, "linewidths": 0.6 if group else 0, "alpha": 0.75, "rasterized": True}
            chosen = points[labels == label]
            axes.scatter(*chosen.T, color=categories[colour], marker=MARKERS[group], label=name, **style)
            if len(name) == 1 and len(chosen):  # a longer one would hide the points
                halo = [withStroke(linewidth=3, foreground=ink["paper"])]
                axes.text(*np.median(chosen, axis=0), name, ha="center", va="center", weight=600, path_effects=halo)
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


def checked(maps: object, labels: object, names: int, most: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Maps and labels as arrays. Raises: OptionError as `point_maps` says. names: how many; most: that can be drawn."""
    if not isinstance(maps, Mapping) or not maps:
        raise OptionError(f"maps {maps!r:.60}", allowed="{title: points (n, 2)}, one or more")
    if not 1 <= names <= most:
        raise OptionError(f"{names} names of classes", allowed=f"1 to {most}: so many marks are told apart")
    found = {}
    for title, points in maps.items():
        values, classes = arrays(points, labels)
        fits = values.shape == (*classes.shape, 2) and classes.ndim == 1 and values.dtype.kind in "biuf"
        if not fits or not np.isfinite(values).all() or not np.isin(classes, range(names)).all():
            what = f"map {title!r}: points of {values.dtype} {values.shape}, labels of {classes.dtype} {classes.shape}"
            raise OptionError(what, allowed=f"finite numbers (n, 2), and labels (n,) of 0 to {names - 1}")
        found[title] = values
    return found, classes


def checked_lines(lines: Sequence[np.ndarray], most: int) -> list[np.ndarray]:
    """Lines as arrays (3,). Raises: OptionError for others, more than there are maps, normals not of length 1."""
    if len(lines) > most:
        raise OptionError(f"{len(lines)} lines of {most} maps", allowed="one for each map")
    for line in lines:
        if np.shape(line) != (3,) or not np.isfinite(line).all() or not np.isclose(np.hypot(*line[:2]), 1, atol=1e-3):
            raise OptionError(f"line {line!r}", allowed="a normal of length 1 and an offset: three numbers")
    return [np.asarray(line) for line in lines]


def draw_line(axes: Axes, points: np.ndarray, line: np.ndarray, colour: str) -> None:
    """Draw the straight line of normal and offset (3,) through axes, near the middle of the points."""
    normal, middle = line[:2], points.mean(axis=0)
    near = middle + (line[2] - middle @ normal) * normal
    along = near + np.array([-normal[1], normal[0]])
    axes.axline((near[0], near[1]), (along[0], along[1]), color=colour, linewidth=1)
