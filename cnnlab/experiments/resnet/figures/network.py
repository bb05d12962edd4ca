"""The whole of ResNet-50, layer by layer, as the built network has them; the copper paths are the shortcuts."""

from itertools import groupby
from typing import Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from cnnlab.experiments.resnet.compute import Network, ResNets
from cnnlab.experiments.resnet.figures.names import stage_name
from cnnlab.experiments.resnet.layers import Layer
from cnnlab.look import inks
from cnnlab.plots.style import bare, inches
from cnnlab.words import Words

TEXT, COLUMN, TOP = 608, 152, 12  # pixels: width of the drawing, width of a stage, the first line of text
LEFT, WIDE, HIGH = 3, 92, 17  # of a layer's box: its place in the column, its width and height
GAP, ENTRY, SUM, LEAVE = 4, 9, 10, 9  # box to box, input to box, box to the sum, the sum to the next block's input
NEXT = 11  # between two layers that belong to no block
LINE = 16  # between two lines of text
HEAD = 60  # a stage's three lines of text, and the way to its first block
SIDE, PROJECTED, GUTTER = 119, 34, 147  # the shortcut's place, width of a projection's box, the way to the next column
FINE, SMALL = 8.5, 9.25  # points
COPPER = 1.6  # points, width of a shortcut
CENTRED: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": FINE, "zorder": 4}


class Page:
    """The axes, and the inks of the theme; places in pixels, down from the upper left corner."""

    def __init__(self, axes: Axes, words: Words, theme: str):
        self.axes, self.words, self.theme = axes, words, theme
        self.ink, categories = inks(theme)
        self.copper = categories[1]

    def box(self, left: float, top: float, text: str) -> None:
        """A layer."""
        self._frame((left, top, WIDE, HIGH), self.ink["rule-strong"])
        self.axes.text(left + WIDE / 2, top + HIGH / 2 + 0.5, text, **CENTRED)

    def projection(self, middle: float, top: float, bottom: float, lines: list[str]) -> None:
        """A convolution on a shortcut."""
        high = LINE * len(lines) + 1
        above = (top + bottom - high) / 2
        self._frame((middle - PROJECTED / 2, above, PROJECTED, high), self.copper)
        for place, line in enumerate(lines):
            self.axes.text(middle, above + LINE / 2 + 1 + LINE * place, line, **CENTRED)

    def _frame(self, place: tuple[float, float, float, float], edge: str) -> None:
        """place: left, top, width and height."""
        left, top, wide, high = place
        look: dict[str, Any] = {"facecolor": self.ink["surface"], "edgecolor": edge, "linewidth": 0.8, "zorder": 3}
        self.axes.add_patch(Rectangle((left, top), wide, high, **look))

    def note(self, left: float, y: float, text: str, **look: Any) -> None:
        """A text that explains, from its left end."""
        plain: dict[str, Any] = {"va": "center", "fontsize": SMALL, "color": self.ink["ink-2"]}
        self.axes.text(left, y, text, **(plain | look))

    def way(self, *points: tuple[float, float], copper: bool = False, head: bool = True) -> None:
        """A path along some points, with an arrow's head at its end."""
        colour, width = (self.copper, COPPER) if copper else (self.ink["ink-2"], 0.9)
        x, y = zip(*points, strict=True)
        self.axes.plot(x, y, color=colour, linewidth=width, solid_joinstyle="miter", solid_capstyle="butt", zorder=2)
        if head:
            arrow = "-|>,head_length=3.2,head_width=1.7"
            look: dict[str, Any] = {"color": colour, "linewidth": width, "joinstyle": "miter", "shrinkA": 0}
            last = FancyArrowPatch(points[-2], points[-1], arrowstyle=arrow, shrinkB=0, zorder=2, **look)
            self.axes.add_patch(last)

    def dot(self, x: float, y: float) -> None:
        """Where a shortcut leaves."""
        self.axes.plot(x, y, "o", markersize=3.6, color=self.copper, markeredgewidth=0, zorder=4)

    def plus(self, x: float, y: float) -> None:
        """A sum."""
        line: dict[str, Any] = {"color": self.ink["ink-2"], "zorder": 4}
        self.axes.plot(x, y, "o", markersize=6.8, markerfacecolor=self.ink["paper"], markeredgewidth=0.8, **line)
        self.axes.plot([x - 2.6, x + 2.6], [y, y], linewidth=0.8, **line)
        self.axes.plot([x, x], [y - 2.6, y + 2.6], linewidth=0.8, **line)


def whole(result: ResNets, *, words: Words, theme: str) -> Figure:
    """ResNet-50 from the picture to the probabilities: a column a stage, read downwards, from left to right."""
    network = result.depths["50"]
    stages = [_blocks(network, f"conv{stage}_block") for stage in (2, 3, 4, 5)]
    height = TOP + HEAD + max(sum(_high(block) for block in blocks) for blocks in stages) + 12
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes, TEXT, height)
    page = Page(axes, words, theme)
    y = _beginning(page, network)
    for column, blocks in enumerate(stages):
        y = _stage(page, column, y, blocks)
        if column < len(stages) - 1:
            y = _turn(page, column, y)
    _end(page, network, y)
    _legend(page, height)
    return figure


def _blocks(network: Network, name: str) -> list[list[Layer]]:
    """The layers of each block of a stage. name: how the names of the stage's layers begin."""
    inside = [layer for layer in network.layers if layer.name.startswith(name)]
    return [list(block) for _, block in groupby(inside, key=lambda layer: layer.name.split("_")[1])]


def _high(block: list[Layer]) -> float:
    """From a block's input to the next one's."""
    count = len(_branch(block))
    return ENTRY + count * HIGH + (count - 1) * GAP + SUM + LEAVE


def _branch(block: list[Layer]) -> list[Layer]:
    return [layer for layer in block if "_0_" not in layer.name]


def _text(layer: Layer) -> str:
    """A convolution as table 1 and figure 3 of the paper write it: kernel, channels, /2 for a stride of 2."""
    return f"{layer.side}×{layer.side}, {layer.output[-1]}" + (f", /{layer.stride}" if layer.stride > 1 else "")


def _beginning(page: Page, network: Network) -> float:
    """The picture, conv1 and the max pooling; where conv2_x begins."""
    middle, words = LEFT + WIDE / 2, page.words
    conv, pool = network.layers[:2]
    side = conv.output[0] * conv.stride
    page.note(LEFT, TOP, words("input"), fontweight=600)
    page.note(LEFT, TOP + LINE, words.size(side, side, 3))
    y = TOP + LINE + 10
    for layer, text in ((conv, _text(conv)), (pool, f"{words('max_short')} {pool.side}×{pool.side}, /{pool.stride}")):
        page.way((middle, y), (middle, y + NEXT))
        page.box(LEFT, y + NEXT, text)
        page.note(LEFT + WIDE + 5, y + NEXT + HIGH / 2, words.size(*layer.output[:2]), fontsize=FINE)
        y += NEXT + HIGH
    page.note(LEFT + WIDE + 5, TOP + LINE + 10 + NEXT + HIGH / 2 - LINE, "conv1", fontsize=FINE, fontweight=600)
    return y


def _stage(page: Page, column: int, y: float, blocks: list[list[Layer]]) -> float:
    """The name of a stage, its blocks and the size of its output, and its blocks; y: its input and its output."""
    left, words = column * COLUMN, page.words
    last = blocks[-1][-1]
    name = stage_name(last.name.partition("_")[0], words)
    lines = (name, f"{len(blocks)} {words('blocks')}", words.size(*last.output))
    top = TOP if column else y + 16
    for place, line in enumerate(lines):
        page.note(left + LEFT, top + LINE * place, line, fontweight=400 if place else 600)
    if column == 0:
        page.way((LEFT + WIDE / 2, y), (LEFT + WIDE / 2, top - 9), head=False)
    y = top + HEAD - ENTRY - 2
    for block in blocks:
        y = _block(page, left, y, block)
    return y


def _block(page: Page, left: float, y: float, block: list[Layer]) -> float:
    """A block from its input at y to its output, which is given back."""
    middle, side = left + LEFT + WIDE / 2, left + SIDE
    top = y + ENTRY
    page.way((middle, y), (middle, top), head=False)
    for place, layer in enumerate(_branch(block)):
        if place:
            page.way((middle, top), (middle, top + GAP), head=False)
            top += GAP
        page.box(left + LEFT, top, _text(layer))
        top += HIGH
    total = top + SUM
    page.way((middle, top), (middle, total + LEAVE), head=False)
    page.way((middle, y), (side, y), (side, total), (middle + 4.5, total), copper=True)
    page.dot(middle, y)
    page.plus(middle, total)
    for layer in block:
        if "_0_" in layer.name:
            page.projection(side, y, total, _text(layer).split(", "))
    return total + LEAVE


def _turn(page: Page, column: int, y: float) -> float:
    """The way from the end of a column to the beginning of the next."""
    middle = LEFT + WIDE / 2
    x, right = column * COLUMN, (column + 1) * COLUMN
    enter = TOP + HEAD - ENTRY - 2
    page.way((x + middle, y), (x + GUTTER, y), (x + GUTTER, enter), (right + middle, enter), head=False)
    return enter


def _end(page: Page, network: Network, y: float) -> None:
    """The global average, the dense layer and its softmax."""
    left, words = (4 - 1) * COLUMN + LEFT, page.words
    average, dense = network.layers[-2:]
    for layer, text in ((average, words("global_average")), (dense, f"{words('dense')}, softmax")):
        page.way((left + WIDE / 2, y), (left + WIDE / 2, y + NEXT))
        page.box(left, y + NEXT, text)
        page.note(left + WIDE + 5, y + NEXT + HIGH / 2, str(layer.output[0]), fontsize=FINE)
        y += NEXT + HIGH


def _legend(page: Page, height: float) -> None:
    """What the signs stand for, under the first two columns."""
    words, middle, top = page.words, LEFT + 15, height - 76
    shortcut = words("shortcut")
    texts = (
        f"{shortcut}: {words('identity')}",
        f"{shortcut}: {words('projection')}",
        words("sum_relu"),
        f"{words('stride')} 2",
    )
    for place, text in enumerate(texts):
        page.note(LEFT + 42, top + 19 * place, text)
    page.way((LEFT, top), (LEFT + 30, top), copper=True)
    page.projection(middle, top + 19, top + 19, ["1×1"])
    page.plus(middle, top + 38)
    page.note(middle, top + 57, "/2", ha="center")
