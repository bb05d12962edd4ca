"""matplotlib set to the report's design tokens (`cnnlab.look`).

No figure sets a colour, a size or a font by hand, so that a change of the tokens reaches every figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib.colors
from cycler import cycler
from matplotlib import font_manager, pyplot
from matplotlib.axes import Axes

from cnnlab.look import contrast, fonts_folder, inks, tokens

DASHED = (0, (6, 2))  # the second of two series
READABLE = 4.5  # least contrast of text with the paper, WCAG 2.2 AA


def ramp(theme: str, count: int) -> list[str]:
    """`count` equally spaced colours "#rrggbb" of the sequential scale, of increasing contrast with the paper."""
    scale = matplotlib.colors.LinearSegmentedColormap.from_list("ramp", tokens()["sequential"][theme])
    return [matplotlib.colors.to_hex(scale(0.12 + 0.76 * step / max(count - 1, 1))) for step in range(count)]


@contextmanager
def style(theme: str) -> Iterator[tuple[dict[str, str], list[str]]]:
    """Context in which matplotlib has the fonts, sizes and colours of a theme; yields what `inks` returns."""
    _register_fonts()
    with pyplot.rc_context(_settings(theme)):
        yield inks(theme)


def inches(width: str, ratio: float) -> tuple[float, float]:
    """Width and height of a figure in inches, at 96 pixels to the inch.

    width: "margin", "half", "text" or "page", the widths of the page in the tokens; ratio: height / width.
    """
    side = tokens()["figure"]["width-px"][width] / 96
    return side, side * ratio


def legible(colour: str, theme: str) -> str:
    """The colour of a label that belongs to a curve or bar: that of the curve where its contrast suffices, else ink."""
    ink, _ = inks(theme)
    return colour if contrast(colour, ink["paper"]) >= READABLE else ink["ink"]


def end_label(axes: Axes, x: float, y: float, text: str, colour: str, offset: tuple[float, float] = (6, 0)) -> None:
    """Label a curve at its end (x, y), in data coordinates, with an offset in points."""
    axes.annotate(
        text,
        (x, y),
        xytext=offset,
        textcoords="offset points",
        color=colour,
        va="center",
        fontweight=600,
        annotation_clip=False,
    )


def bare(axes: Axes, width: float, height: float) -> None:
    """Axes for a diagram, without frame and ticks: one unit is one pixel, (0, 0) the upper left corner."""
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")


@cache
def _register_fonts() -> None:
    for face in sorted(fonts_folder().glob("sans-*.ttf")):
        font_manager.fontManager.addfont(face)


def _settings(theme: str) -> dict[Any, Any]:
    (ink, categories), figure, line = inks(theme), tokens()["figure"], tokens()["line"]
    sans = tokens()["type"]["family"]["sans"]
    return {
        "font.family": sans,
        "font.size": figure["text-pt"],
        "mathtext.fontset": "custom",
        **{
            f"mathtext.{face}": sans for face in ("rm", "sf", "tt", "cal", "bf", "bfit")
        },  # powers on axes; no other font is asked
        "mathtext.it": f"{sans}:italic",
        "svg.fonttype": "path",
        "svg.hashsalt": "informe",
        "axes.labelsize": figure["label-pt"],
        "axes.titlesize": figure["title-pt"],
        "axes.titleweight": 600,
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        "xtick.labelsize": figure["tick-pt"],
        "ytick.labelsize": figure["tick-pt"],
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "savefig.transparent": True,
        "text.color": ink["ink"],
        "axes.labelcolor": ink["ink-2"],
        "axes.titlecolor": ink["ink"],
        "xtick.labelcolor": ink["ink-2"],
        "ytick.labelcolor": ink["ink-2"],
        "xtick.color": ink["rule-strong"],
        "ytick.color": ink["rule-strong"],
        "axes.edgecolor": ink["rule-strong"],
        "axes.linewidth": line["axis-pt"],
        "xtick.major.width": line["axis-pt"],
        "xtick.major.size": 3.5,
        "xtick.minor.size": 0,
        "ytick.major.size": 0,
        "ytick.minor.size": 0,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": ink["rule"],
        "grid.linewidth": line["grid-pt"],
        "lines.linewidth": line["curve-pt"],
        "lines.solid_capstyle": "round",
        "lines.markersize": 4.5,
        "legend.frameon": False,
        "axes.prop_cycle": cycler(color=categories),
    }
