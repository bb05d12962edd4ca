"""What the first convolution reads at the two ends of a row, under three kinds of padding."""

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnnlab.experiments.handout.compute import Handout, Window
from cnnlab.look import inks
from cnnlab.plots.style import bare, inches, legible
from cnnlab.words import Words

TEXT, HEIGHT = 608, 268  # pixels
SIDE, KERNEL, STRIDE = 224, 7, 2
CELL, SHOWN = 16, 10  # side of a drawn pixel; pixels shown at each end
LABELS = {"valid": 'padding="valid"', "same": 'padding="same"', "3": "ZeroPadding2D(3)"}


def windows(result: Handout, *, words: Words, theme: str) -> Figure:
    """The first two and the last two windows of conv1 over the pixels (filled) and the zeros (dashed) of a row."""
    figure = pyplot.figure(figsize=inches("text", HEIGHT / TEXT))
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes, TEXT, HEIGHT)
    for place, window in enumerate(result.windows):
        _row(axes, 26 + 88 * place, window, words, theme)
    return figure


def _row(axes: Axes, top: float, window: Window, words: Words, theme: str) -> None:
    """One kind of padding: both ends of the row, from `top` on, and the windows under them."""
    ink, categories = inks(theme)
    copper = categories[1]
    last = window.start + STRIDE * (window.side - 1)
    ends = {4: (-3, SHOWN), TEXT - 4 - CELL * (SHOWN + 3): (SIDE - SHOWN, SIDE + 3)}
    axes.text(TEXT / 2, top + 8, "…", ha="center", va="center")
    axes.text(TEXT / 2, top - 14, LABELS[window.padding], ha="center", va="center", color=ink["ink"])
    axes.text(TEXT / 2, top + 34, f"{SIDE} → {window.side}", ha="center", va="center", color=ink["ink-2"])
    for left, (first, stop) in ends.items():
        used = range(min(window.start, 0), max(last + KERNEL, SIDE))
        for pixel in range(first, stop):
            x = left + CELL * (pixel - first)
            if 0 <= pixel < SIDE:
                unread = pixel >= SIDE - window.unread
                colour = ink["paper"] if unread else ink["surface"]
                axes.add_patch(Rectangle((x, top), CELL, CELL, facecolor=colour, edgecolor=ink["rule-strong"]))
                if pixel in (0, SIDE - 1):
                    axes.text(x + 8, top - 8, str(pixel), ha="center", va="center", color=ink["ink-3"], fontsize=8.5)
                if unread:
                    axes.plot([x, x + CELL], [top + CELL, top], color=legible(copper, theme), linewidth=1.2)
                    axes.text(
                        x + CELL,
                        top + 48,
                        words("unread_pixel"),
                        ha="right",
                        va="center",
                        fontsize=8.5,
                        color=ink["ink-3"],
                    )
            elif pixel in used:
                axes.add_patch(
                    Rectangle(
                        (x, top), CELL, CELL, facecolor="none", edgecolor=ink["rule-strong"], linestyle=(0, (2, 2))
                    )
                )
                axes.text(x + 8, top + 8, "0", ha="center", va="center", color=ink["ink-3"], fontsize=8.5)
        starts = (window.start, window.start + STRIDE) if first < 0 else (last - STRIDE, last)
        for depth, start in enumerate(starts if first < 0 else reversed(starts)):
            x, y = left + CELL * (start - first), top + CELL + 7 + 9 * depth
            axes.plot([x + 2, x + 2, x + CELL * KERNEL - 2, x + CELL * KERNEL - 2], [y - 4, y, y, y - 4], color=copper)
            axes.plot([x + CELL * KERNEL / 2], [y], "o", color=copper, markersize=3.5)
