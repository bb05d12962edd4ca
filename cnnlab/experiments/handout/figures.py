"""What a kernel reads of a row under several paddings: the first convolution's, and one of 3 over a short row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnnlab.experiments.handout.compute import Handout, Window
from cnnlab.look import inks
from cnnlab.plots.style import bare, inches, legible
from cnnlab.words import Words

if TYPE_CHECKING:
    from plotly import graph_objects

TEXT, HEIGHT = 608, 268  # pixels
SIDE, KERNEL, STRIDE = 224, 7, 2
CELL, SHOWN = 16, 10  # side of a drawn pixel; pixels shown at each end
SHORT, SMALL = 12, 3  # pixels of a short row; the kernel that runs over it
WAYS = ((0, 0, 1), (1, 1, 1), (0, 0, 2), (0, 1, 2), (1, 1, 2))  # zeros before and after, stride
SHOWN_FIRST = 2  # of the ways
DOWN, ABOVE, APART = 7, 47, 20  # pixels: from a window to the next, texts over a row, a row from the next
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


def paddings(*, words: Words, theme: str) -> Figure:
    """The windows of a kernel of 3 over a row of 12 pixels: stride 1 at the left, 2 at the right."""
    columns = [[way for way in WAYS if way[2] == stride] for stride in (1, 2)]
    tall = {way: ABOVE + CELL + DOWN * len(_starts(*way)) + APART for way in WAYS}
    height = max(sum(tall[way] for way in column) for column in columns) - APART // 2
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes, TEXT, height)
    for place, column in enumerate(columns):
        top = 0
        for way in column:
            _short_row(axes, CELL + 1 + place * TEXT / 2, top, way, words, theme)
            top += tall[way]
    return figure


def _short_row(axes: Axes, left: float, top: float, way: tuple[int, int, int], words: Words, theme: str) -> None:
    """One padding and stride: what the side of the output comes to, the row, and the windows under it."""
    ink, categories = inks(theme)
    before, after, _ = way
    axes.text(left - CELL, top + 11, f"{words('padding').capitalize()} {_label(way, words)}", va="center")
    axes.text(left - CELL, top + 30, _side(way, words), va="center", color=ink["ink-2"])
    top += ABOVE
    for pixel in range(-before, SHORT + after):
        x, inside = left + CELL * pixel, 0 <= pixel < SHORT
        look = {"facecolor": ink["surface"]} if inside else {"facecolor": "none", "linestyle": (0, (2, 2))}
        axes.add_patch(Rectangle((x, top), CELL, CELL, edgecolor=ink["rule-strong"], **look))
        if not inside:
            axes.text(x + 8, top + 8, "0", ha="center", va="center", color=ink["ink-3"], fontsize=8.5)
    for pixel in _unread(*way):
        x = left + CELL * pixel
        axes.plot([x, x + CELL], [top + CELL, top], color=legible(categories[1], theme), linewidth=1.2)
    for place, start in enumerate(_starts(*way), 1):
        y = top + CELL + DOWN * place
        axes.plot([left + CELL * start + 2, left + CELL * (start + SMALL) - 2], [y, y], color=categories[1])


def interactive(*, words: Words) -> graph_objects.Figure:
    """A plotly figure of the same rows, one at a time: the reader chooses padding and stride."""
    from plotly import graph_objects

    buttons = [_button(way, words) for way in WAYS]
    shown, title = buttons[SHOWN_FIRST]["args"]
    cell, copper = {"color": "var(--rule-strong)", "width": 1}, "var(--cat-2)"
    looks: tuple[dict[str, Any], ...] = (
        {"line": cell, "fill": "toself", "fillcolor": "var(--surface)"},
        {"line": {**cell, "dash": "dot"}},
        {"line": {"color": copper, "width": 1.5}},
        {"line": {"color": copper, "width": 3}},
    )
    figure = graph_objects.Figure(
        [
            graph_objects.Scatter(x=shown["x"][k], y=shown["y"][k], mode="lines", hoverinfo="skip", **look)
            for k, look in enumerate(looks)
        ]
    )
    figure.update_xaxes(visible=False, range=[-1.1, SHORT + 1.1], fixedrange=True)
    figure.update_yaxes(visible=False, range=[1.4 + SHORT / 2, -0.1], fixedrange=True)
    menu = {"name": words("padding").capitalize(), "type": "buttons", "direction": "right", "active": SHOWN_FIRST}
    figure.update_layout(
        template=graph_objects.layout.Template(),
        title={"text": title["title.text"]},
        height=270,
        margin={"l": 0, "r": 0, "t": 36, "b": 0},
        updatemenus=[{**menu, "buttons": buttons}],
    )
    return figure


def _button(way: tuple[int, int, int], words: Words) -> dict:
    """A button that shows one padding and stride: pixels, zeros, unread pixels and windows, in cells."""
    before, after, _ = way
    pixels, zeros = range(SHORT), [*range(-before, 0), *range(SHORT, SHORT + after)]
    squares = [[at for x in cells for at in (x, x + 1, x + 1, x, x, None)] for cells in (pixels, zeros)]
    heights = [[0, 0, 1, 1, 0, None] * len(cells) for cells in (pixels, zeros)]
    struck = [at for x in _unread(*way) for at in (x, x + 1, None)]
    starts = _starts(*way)
    spans = [at for start in starts for at in (start + 0.1, start + SMALL - 0.1, None)]
    levels = [at for place in range(len(starts)) for at in (1.4 + place / 2, 1.4 + place / 2, None)]
    new: dict[str, list] = {"x": [*squares, struck, spans], "y": [*heights, [1, 0, None] * len(_unread(*way)), levels]}
    return {"label": _label(way, words), "method": "update", "args": [new, {"title.text": _side(way, words)}]}


def _starts(before: int, after: int, stride: int) -> list[int]:
    """Where each window begins."""
    return list(range(-before, SHORT + after - SMALL + 1, stride))


def _unread(before: int, after: int, stride: int) -> range:
    """The pixels that no window reads."""
    return range(_starts(before, after, stride)[-1] + SMALL, SHORT)


def _label(way: tuple[int, int, int], words: Words) -> str:
    """ "0+1, paso 2"."""
    before, after, stride = way
    return f"{before}+{after}, {words('stride')} {stride}"


def _side(way: tuple[int, int, int], words: Words) -> str:
    """ "(12 + 0 − 3) / 2 = 4,5 → 4; 4 + 1 = 5": the side of the output, worked out."""
    before, after, stride = way
    reach = SHORT + before + after - SMALL
    whole, rest = divmod(reach, stride)
    quotient = f"{words.decimal(reach / stride, 1)} → {whole}" if rest else whole
    return f"({SHORT} + {before + after} − {SMALL}) / {stride} = {quotient}; {whole} + 1 = {whole + 1}"
