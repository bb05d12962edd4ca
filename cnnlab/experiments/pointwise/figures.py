"""A 1×1 convolution as a matrix product per pixel."""

from typing import Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle

from cnnlab.look import inks
from cnnlab.plots.style import bare, inches, legible
from cnnlab.words import Words

TEXT = 608  # pixels
SIDE, STEP, CELLS = 112, 16, 7  # of the drawn map: its side, a pixel of it, pixels a side
SLANT = (0.62, -0.42)  # how a channel behind the other is drawn, to the right and up


def matrix_product(*, words: Words, theme: str) -> Figure:
    """A map of 256 channels becomes one of 64: one 64×256 matrix multiplies the channels of every pixel (copper)."""
    height = 212
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes, TEXT, height)
    ink, categories = inks(theme)
    copper, base = categories[1], 162
    said: dict[str, Any] = {"ha": "center", "va": "center"}
    quiet: dict[str, Any] = {**said, "color": ink["ink-3"], "fontsize": 9.25}

    _map(axes, 8, base, 70, theme)
    _map(axes, 456, base, 28, theme)
    axes.text(8 + SIDE / 2, base + 18, "56×56×256", **said)
    axes.text(456 + SIDE / 2, base + 18, "56×56×64", **said)
    axes.text(8 + SIDE / 2, base + 34, words("map_in"), **quiet)
    axes.text(456 + SIDE / 2, base + 34, words("map_out"), **quiet)

    middle, top = 80, 10  # of the product in the middle
    column: dict[str, Any] = {"edgecolor": copper, "facecolor": "none", "linewidth": 1.7}
    axes.add_patch(
        Rectangle((210, middle - 24), 140, 48, facecolor=ink["surface"], edgecolor=ink["rule-strong"], linewidth=0.9)
    )
    axes.text(280, middle, "W", **said, fontstyle="italic", fontsize=12)
    axes.text(280, middle + 40, "64×256", **said)
    axes.text(280, middle + 58, words("kernel_1x1"), **quiet)
    axes.text(280, middle + 73, words("same_everywhere"), **quiet)
    axes.text(356, middle, "·", **said, fontsize=15)
    axes.add_patch(Rectangle((363, top), 12, 140, **column))
    axes.text(369, top + 158, "256", **said, color=legible(copper, theme), fontweight=600)
    axes.text(389, middle, "=", **said, fontsize=13)
    axes.add_patch(Rectangle((404, middle - 24), 12, 48, **column))
    axes.text(410, middle + 40, "64", **said, color=legible(copper, theme), fontweight=600)

    arrow: dict[str, Any] = {
        "color": copper,
        "linewidth": 1.1,
        "shrinkA": 0,
        "shrinkB": 0,
        "arrowstyle": "-|>,head_length=4,head_width=1.9",
    }
    axes.add_patch(FancyArrowPatch((172, middle), (202, middle), **arrow))
    axes.add_patch(FancyArrowPatch((424, middle), (448, middle), **arrow))
    return figure


def _map(axes: Axes, left: float, base: float, depth: float, theme: str) -> None:
    """A map as a slanted box with its grid of pixels; the channels of one pixel, front to back, in copper."""
    ink, categories = inks(theme)
    over, up = SLANT[0] * depth, SLANT[1] * depth
    top = base - SIDE
    line: dict[str, Any] = {"edgecolor": ink["rule-strong"], "linewidth": 0.9, "joinstyle": "miter"}
    axes.add_patch(
        Polygon(
            [(left, top), (left + over, top + up), (left + SIDE + over, top + up), (left + SIDE, top)],
            facecolor=ink["surface"],
            **line,
        )
    )
    axes.add_patch(
        Polygon(
            [(left + SIDE, top), (left + SIDE + over, top + up), (left + SIDE + over, base + up), (left + SIDE, base)],
            facecolor=ink["surface"],
            **line,
        )
    )
    for k in range(1, CELLS):
        axes.plot([left + k * STEP] * 2, [top, base], color=ink["rule"], linewidth=0.6)
        axes.plot([left, left + SIDE], [top + k * STEP] * 2, color=ink["rule"], linewidth=0.6)
    axes.add_patch(Rectangle((left, top), SIDE, SIDE, facecolor="none", **line))
    x, y = left + SIDE - STEP, top
    path: dict[str, Any] = {"edgecolor": categories[1], "linewidth": 1.2, "joinstyle": "miter"}
    axes.add_patch(Rectangle((x, y), STEP, STEP, facecolor=categories[1], **path))
    axes.add_patch(
        Polygon([(x, y), (x + over, y + up), (x + STEP + over, y + up), (x + STEP, y)], facecolor="none", **path)
    )
    axes.add_patch(
        Polygon(
            [(x + STEP, y), (x + STEP + over, y + up), (x + STEP + over, y + STEP + up), (x + STEP, y + STEP)],
            facecolor="none",
            **path,
        )
    )
