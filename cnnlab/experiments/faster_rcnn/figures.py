"""Faster R-CNN as it prints itself and as a tree of its parts, and the anchors of one cell of each level on a photo."""

import re
import textwrap
from collections.abc import Iterator, Sequence

from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.experiments.faster_rcnn.compute import FasterRcnn, Part
from cnnlab.look import inks
from cnnlab.plots.photo import outline, show
from cnnlab.plots.style import inches
from cnnlab.words import Words

COLUMNS = 74  # letters of a printed line
NAME, KIND = 24, 25  # letters of the tree's columns
TEXT, LABELS = 608, 132  # pixels: the figure, and what stands beside the photo


def printed(result: FasterRcnn) -> str:
    """What `print` writes of the model that the handout's call gives, its long lines broken before an argument."""
    return "\n".join(piece for line in result.printed for piece in broken(line))


def broken(line: str) -> Iterator[str]:
    """A line in pieces of at most COLUMNS letters, where it has arguments by name; the later ones stand further in."""
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    done, *arguments = re.split(r"(?<=,) (?=\w+=)", line)
    for argument in arguments:
        if len(done) + 1 + len(argument) > COLUMNS:
            yield done
            done = indent + argument
        else:
            done += f" {argument}"
    yield done


def warned(result: FasterRcnn) -> str:
    """The warnings of the handout's call, in lines that fit the column."""
    each = result.instances[0].warnings
    return "\n".join(textwrap.fill(text, COLUMNS, subsequent_indent="    ", break_on_hyphens=False) for text in each)


def tree(result: FasterRcnn, words: Words) -> str:
    """The parts with their classes and parameters, one to a line, in letters of one width."""
    rows = result.tree
    lines = []
    for at, part in enumerate(rows):
        depth = part.depth
        name = part.path.rpartition(".")[2]
        branch = ""
        for level in range(1, depth):
            branch += "│  " if more(rows, at, level) else "   "
        if depth:
            branch += "├─ " if more(rows, at, depth) else "└─ "
        kind = "fasterrcnn_resnet50_fpn" if not depth else part.kind
        lines.append(f"{branch + name:<{NAME}}{kind:<{KIND}}{words.integer(part.parameters):>11}")
    return "\n".join(line.replace("\u202f", " ") for line in lines)


def more(rows: Sequence[Part], at: int, depth: int) -> bool:
    """Whether a later part stands at this depth under the same parent."""
    for later in rows[at + 1 :]:
        if later.depth < depth:
            return False
        if later.depth == depth:
            return True
    return False


def anchors(result: FasterRcnn, *, words: Words, theme: str) -> Figure:
    """Fifteen anchors: three shapes in each of five levels, around one cell."""
    ink, categories = inks(theme)
    width, height = result.seen
    photo = TEXT - LABELS
    tall = photo * height / width
    figure = pyplot.figure(figsize=inches("text", tall / TEXT))
    axes = figure.add_axes((0, 0, photo / TEXT, 1))
    show(axes, result.picture("photo"), result.seen)
    for level, boxes in enumerate(result.arrays["anchors"]):
        for box in boxes:
            outline(axes, box, categories[level], width=1.5)
    for level, each in enumerate(result.levels):
        top = 1 - level / len(result.levels) - 8 / tall
        left = (photo + 16) / TEXT
        figure.text(left, top, f"P{level + 2}", color=categories[level], fontweight=600, va="top", fontsize=10.5)
        figure.text(left, top - 17 / tall, words.size(*each.cells), va="top", color=ink["ink-2"], fontsize=9.25)
        count = f"{words.integer(each.anchors)} {words('anchors')}"
        figure.text(left, top - 32 / tall, count, va="top", color=ink["ink-2"], fontsize=9.25)
    return figure
