"""The residual blocks (He et al. 2016, figure 5, and section 3.3) as drawings; the copper path is the shortcut."""

from dataclasses import dataclass
from typing import Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from cnnlab.look import inks
from cnnlab.plots.style import bare, inches, legible
from cnnlab.words import Words


@dataclass(frozen=True)
class Drawing:
    """A block: its convolutions, the channels that enter it, the convolution of its shortcut, if any.

    title: a word; panel, side: in pixels, the width of the drawing and where the shortcut runs.
    """

    title: str
    steps: tuple[str, ...]
    channels: int
    projection: str | None
    panel: float
    side: float


BLOCKS = (
    Drawing("layers_basic", ("3×3, 64", "3×3, 64"), 64, None, 200, 120),
    Drawing("layers_bottleneck", ("1×1, 64", "3×3, 64", "1×1, 256"), 256, None, 200, 120),
    Drawing("shape_changes", ("1×1, 128", "3×3, 128", "1×1, 512"), 256, "1×1, 512", 208, 164),  # conv3_x, block 1
)
TEXT, HEIGHT, TITLE = 608, 352, 34  # pixels: width of the text, height of a drawing, that of its title
MIDDLE, HALF, HIGH = 60, 46, 40  # of the column of boxes: its axis, half its width, the height of a box
FIRST, LAST, PLUS, END = 44, 258, 288, 340  # down the page: top of the boxes, their bottom, the sum, the output


def blocks(*, words: Words, theme: str) -> Figure:
    """The two kinds of block, and one whose shortcut projects, side by side."""
    figure = pyplot.figure(figsize=inches("text", (HEIGHT + TITLE) / TEXT))
    left: float = 0
    for block in BLOCKS:
        axes = figure.add_axes((left / TEXT, 0, block.panel / TEXT, HEIGHT / (HEIGHT + TITLE)))
        bare(axes, block.panel, HEIGHT)
        axes.set_title(words(block.title))
        _draw(axes, block, words, theme)
        left += block.panel
    return figure


def _draw(axes: Axes, block: Drawing, words: Words, theme: str) -> None:
    """A block from top to bottom: its input, the convolutions, the sum with the shortcut, its output."""
    ink, _ = inks(theme)
    axes.text(MIDDLE, 12, "x", ha="center", va="center", fontstyle="italic", fontsize=12)
    axes.text(MIDDLE + 12, 12, f"{block.channels} {words('channels')}", ha="left", **_quiet(theme))
    _arrow(axes, (MIDDLE, 20), (MIDDLE, FIRST), ink["ink-2"])
    stride = f"{words('stride')} 2" if block.projection else ""
    _convolutions(axes, block.steps, stride, theme)
    _shortcut(axes, block, stride, words, theme)
    _arrow(axes, (MIDDLE, PLUS + 9), (MIDDLE, END - 8), ink["ink-2"])
    axes.text(MIDDLE - 9, PLUS + 23, "ReLU", ha="right", **_quiet(theme))
    added = "Wx" if block.projection else "x"
    axes.text(MIDDLE, END, f"ReLU(F(x) + {added})", ha="center", va="center", fontstyle="italic", fontsize=11)


def _convolutions(axes: Axes, steps: tuple[str, ...], stride: str, theme: str) -> None:
    """A box a convolution, with what follows each, down to the sum; the first one's stride, if any."""
    ink, _ = inks(theme)
    gap = (LAST - FIRST - HIGH * len(steps)) / (len(steps) - 1)
    top: float = FIRST
    for place, step in enumerate(steps, start=1):
        _box(axes, (MIDDLE, HALF, top), (step, stride if place == 1 else ""), ink["rule-strong"], theme)
        last = place == len(steps)
        following = PLUS - 9 if last else top + HIGH + gap
        _arrow(axes, (MIDDLE, top + HIGH), (MIDDLE, following), ink["ink-2"])
        middle = (top + HIGH + following) / 2 - 2
        axes.text(MIDDLE - 9, middle, "BN" if last else "BN, ReLU", ha="right", **_quiet(theme))
        top = following


def _box(axes: Axes, place: tuple[float, float, float], texts: tuple[str, str], edge: str, theme: str) -> None:
    """A convolution. place: its axis, half its width, its top; texts: what it is, and its stride or ""."""
    (middle, half, top), (convolution, stride) = place, texts
    surface = inks(theme)[0]["surface"]
    box = Rectangle((middle - half, top), 2 * half, HIGH, facecolor=surface, edgecolor=edge, linewidth=0.9, zorder=3)
    axes.add_patch(box)
    height = top + HIGH / 2 + 0.5 - (9 if stride else 0)
    axes.text(middle, height, convolution, ha="center", va="center", fontweight=600, fontsize=10.5, zorder=4)
    if stride:
        axes.text(middle, height + 18, stride, ha="center", zorder=4, **_quiet(theme))


def _shortcut(axes: Axes, block: Drawing, stride: str, words: Words, theme: str) -> None:
    """The sum, a plus in a circle, and the path from the input to it, through a convolution where there is one."""
    ink, categories = inks(theme)
    axes.plot(
        MIDDLE, PLUS, "o", markersize=12.5, markerfacecolor="none", markeredgecolor=ink["ink-2"], markeredgewidth=0.9
    )
    axes.plot([MIDDLE - 4, MIDDLE + 4], [PLUS, PLUS], color=ink["ink-2"], linewidth=1)
    axes.plot([MIDDLE, MIDDLE], [PLUS - 4, PLUS + 4], color=ink["ink-2"], linewidth=1)
    copper, side = categories[1], block.side
    path: dict[str, Any] = {"linewidth": 1.7, "solid_joinstyle": "miter", "solid_capstyle": "butt"}
    axes.plot([MIDDLE, side, side], [29, 29, PLUS], color=copper, **path)
    _arrow(axes, (side + 0.8, PLUS), (MIDDLE + 9, PLUS), copper, 1.7)
    axes.plot(MIDDLE, 29, "o", markersize=4, color=copper, markeredgewidth=0)
    label: dict[str, Any] = {"va": "center", "color": legible(copper, theme), "fontweight": 600}
    if block.projection:
        axes.text(side - 7, 106, words("projection"), ha="right", **label)
        _box(axes, (side, 41, (FIRST + LAST - HIGH) / 2), (block.projection, stride), copper, theme)
        axes.text(side - 8, 226, "BN", ha="right", **_quiet(theme))
        return
    for line, text in enumerate((f"{words('shortcut')}:", words("identity"))):
        axes.text(side + 7, 144 + 17 * line, text, ha="left", **label)


def _arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, linewidth: float = 0.9
) -> None:
    head = "-|>,head_length=4,head_width=1.9"
    line: dict[str, Any] = {"color": colour, "linewidth": linewidth, "joinstyle": "miter", "shrinkA": 0, "shrinkB": 0}
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle=head, **line))


def _quiet(theme: str) -> dict:
    """Properties of a text that explains."""
    return {"color": inks(theme)[0]["ink-3"], "fontsize": 9.25, "va": "center"}
