"""The size of the tensor along a ResNet: its side is halved and its channels are doubled from stage to stage."""

from typing import Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from cnnlab.experiments.resnet.compute import ResNets
from cnnlab.look import inks
from cnnlab.plots.style import bare, inches
from cnnlab.words import Words

TEXT, HEIGHT, BASE = 608, 212, 154  # pixels: the drawing, and where its boxes stand
SIDE, CHANNEL = 150 / 224, 100 / 2048  # pixels drawn for a pixel of the side, and for a channel
SLANT = (0.68, -0.42)  # how channels are drawn behind the first, to the right and up
LEFTS = (0, 172, 266, 352, 438, 524)


def sizes(result: ResNets, *, words: Words, theme: str, depth: int = 50) -> Figure:
    """Each stage's output as a box: its face is the map, its length the channels; the blocks stand below."""
    figure = pyplot.figure(figsize=inches("text", HEIGHT / TEXT))
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes, TEXT, HEIGHT)
    network = result.depths[str(depth)]
    first = network.stages[0].output
    counts = {f"conv{stage}": sum(block.stage == stage for block in network.blocks) for stage in (2, 3, 4, 5)}
    boxes: list[tuple[str, tuple[int, ...], str]] = [
        (words("input"), (2 * first[0], 2 * first[1], 3), ""),
        ("conv1", first, ""),
    ]
    boxes += [
        (f"{stage.name}_x", stage.output, f"{counts[stage.name]} {words('blocks')}")
        for stage in network.stages
        if stage.name in counts
    ]
    for left, box in zip(LEFTS, boxes, strict=True):
        _box(axes, left + 2, box, words, theme)
    return figure


def _box(axes: Axes, left: float, box: tuple[str, tuple[int, ...], str], words: Words, theme: str) -> None:
    """box: its name, size (h, w, c) and note."""
    name, size, note = box
    ink, _ = inks(theme)
    side, depth = size[0] * SIDE, size[2] * CHANNEL
    top, over, up = BASE - side, SLANT[0] * depth, SLANT[1] * depth
    line: dict[str, Any] = {"edgecolor": ink["ink-2"], "linewidth": 0.9, "joinstyle": "miter"}
    axes.add_patch(
        Polygon(
            [(left, top), (left + over, top + up), (left + side + over, top + up), (left + side, top)],
            facecolor=ink["paper"],
            **line,
        )
    )
    axes.add_patch(
        Polygon(
            [(left + side, top), (left + side + over, top + up), (left + side + over, BASE + up), (left + side, BASE)],
            facecolor=ink["paper"],
            **line,
        )
    )
    axes.add_patch(Rectangle((left, top), side, side, facecolor=ink["surface"], **line))
    axes.text(left - 1, BASE + 15, name, va="center", fontweight=600)
    axes.text(left - 1, BASE + 32, words.size(*size), va="center", color=ink["ink-2"], fontsize=9.25)
    axes.text(left - 1, BASE + 48, note, va="center", color=ink["ink-3"], fontsize=9.25)
