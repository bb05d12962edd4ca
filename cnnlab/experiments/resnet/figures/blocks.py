"""The two residual blocks (He et al. 2016, figure 5) as drawings; the copper path is the shortcut."""

from typing import Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from cnnlab.look import inks
from cnnlab.plots.style import bare, inches, legible
from cnnlab.words import Words

BLOCKS = {  # the convolutions of a block of conv2_x, and the channels that enter it
    "basic": (("3×3, 64", "3×3, 64"), 64),
    "bottleneck": (("1×1, 64", "3×3, 64", "1×1, 256"), 256),
}
TEXT, PANEL, HEIGHT, TITLE = 608, 290, 352, 34  # pixels: width of the text, of a drawing, its height, that of its title
MIDDLE, HALF, HIGH = 65, 64, 36  # of the column of boxes: its axis, half its width, the height of a box
FIRST, LAST, PLUS, END = 44, 258, 288, 340  # down the page: top of the boxes, their bottom, the sum, the output


def blocks(*, words: Words, theme: str) -> Figure:
    """Both blocks side by side."""
    figure = pyplot.figure(figsize=inches("text", (HEIGHT + TITLE) / TEXT))
    for left, kind in zip((0, TEXT - PANEL), BLOCKS, strict=True):
        axes = figure.add_axes((left / TEXT, 0, PANEL / TEXT, HEIGHT / (HEIGHT + TITLE)))
        bare(axes, PANEL, HEIGHT)
        axes.set_title(words(f"layers_{kind}"))
        _draw(axes, kind, words, theme)
    return figure


def _draw(axes: Axes, kind: str, words: Words, theme: str) -> None:
    """A block from top to bottom: its input, the convolutions, the sum with the shortcut, its output."""
    ink, _ = inks(theme)
    steps, channels = BLOCKS[kind]
    axes.text(MIDDLE, 12, "x", ha="center", va="center", fontstyle="italic", fontsize=12)
    axes.text(MIDDLE + 12, 12, f"{channels} {words('channels')}", ha="left", **_quiet(theme))
    _arrow(axes, (MIDDLE, 20), (MIDDLE, FIRST), ink["ink-2"])
    _convolutions(axes, steps, theme)
    _shortcut(axes, words, theme)
    _arrow(axes, (MIDDLE, PLUS + 9), (MIDDLE, END - 8), ink["ink-2"])
    axes.text(MIDDLE - 9, PLUS + 23, "ReLU", ha="right", **_quiet(theme))
    axes.text(MIDDLE, END, "F(x) + x", ha="center", va="center", fontstyle="italic", fontsize=11)


def _convolutions(axes: Axes, steps: tuple[str, ...], theme: str) -> None:
    """A box a convolution, with what follows each, down to the sum."""
    ink, _ = inks(theme)
    box: dict[str, Any] = {"facecolor": ink["surface"], "edgecolor": ink["rule-strong"], "linewidth": 0.9}
    gap = (LAST - FIRST - HIGH * len(steps)) / (len(steps) - 1)
    top: float = FIRST
    for place, step in enumerate(steps, start=1):
        axes.add_patch(Rectangle((MIDDLE - HALF, top), 2 * HALF, HIGH, **box))
        axes.text(MIDDLE, top + HIGH / 2 + 0.5, step, ha="center", va="center", fontweight=600, fontsize=10.5)
        last = place == len(steps)
        following = PLUS - 9 if last else top + HIGH + gap
        _arrow(axes, (MIDDLE, top + HIGH), (MIDDLE, following), ink["ink-2"])
        middle = (top + HIGH + following) / 2 - 2
        axes.text(MIDDLE - 9, middle, "BN" if last else "BN, ReLU", ha="right", **_quiet(theme))
        top = following


def _shortcut(axes: Axes, words: Words, theme: str) -> None:
    """The sum, a plus in a circle, and the path from the input to it."""
    ink, categories = inks(theme)
    axes.plot(
        MIDDLE, PLUS, "o", markersize=12.5, markerfacecolor="none", markeredgecolor=ink["ink-2"], markeredgewidth=0.9
    )
    axes.plot([MIDDLE - 4, MIDDLE + 4], [PLUS, PLUS], color=ink["ink-2"], linewidth=1)
    axes.plot([MIDDLE, MIDDLE], [PLUS - 4, PLUS + 4], color=ink["ink-2"], linewidth=1)
    copper, side = categories[1], MIDDLE + HALF + 30
    path: dict[str, Any] = {"linewidth": 1.7, "solid_joinstyle": "miter", "solid_capstyle": "butt"}
    axes.plot([MIDDLE, side, side], [29, 29, PLUS], color=copper, **path)
    _arrow(axes, (side + 0.8, PLUS), (MIDDLE + 9, PLUS), copper, 1.7)
    axes.plot(MIDDLE, 29, "o", markersize=4, color=copper, markeredgewidth=0)
    for line, text in enumerate((f"{words('shortcut')}:", words("identity"))):
        axes.text(side + 8, 144 + 17 * line, text, ha="left", va="center", color=legible(copper, theme), fontweight=600)


def _arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, linewidth: float = 0.9
) -> None:
    head = "-|>,head_length=4,head_width=1.9"
    line: dict[str, Any] = {"color": colour, "linewidth": linewidth, "joinstyle": "miter", "shrinkA": 0, "shrinkB": 0}
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle=head, **line))


def _quiet(theme: str) -> dict:
    """Properties of a text that explains."""
    return {"color": inks(theme)[0]["ink-3"], "fontsize": 9.25, "va": "center"}
