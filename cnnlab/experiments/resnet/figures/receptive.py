"""The receptive field of a position, over a photo, at the end of each stage."""

from pathlib import Path

from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnnlab.experiments.resnet.compute import ResNets
from cnnlab.experiments.resnet.figures.names import stage_name
from cnnlab.look import inks
from cnnlab.plots.photo import outline, show
from cnnlab.plots.style import bare, inches
from cnnlab.words import Words

TEXT, HEIGHT = 608, 346  # pixels: the drawing
SIDE, SCALE = 224, 0.66  # pixels of the photo; pixels drawn for one of them
LEFT, TOP = 98, 120  # pixels: where the photo begins
CENTRE = 96  # the pixel of the photo, across and down, on which a position of every stage is centred
LABEL = (350, 406, 470)  # pixels: where the name of a stage, the size of its map and the side of its field begin


def fields(result: ResNets, photo: Path, *, words: Words, theme: str, depth: int = 50) -> Figure:
    """Squares around one pixel of the photo: what a position of each stage's last map can depend on. What is not photo
    is padding.
    """
    ink, categories = inks(theme)
    figure = pyplot.figure(figsize=inches("text", HEIGHT / TEXT))
    wide, centre = SIDE * SCALE, (CENTRE + 0.5) * SCALE
    x, y = LEFT + centre, TOP + centre
    ends = {block.stage: block for block in result.depths[str(depth)].blocks}
    under, place, page = (
        figure.add_axes(box)
        for box in (
            (0, 0, 1, 1),
            (LEFT / TEXT, 1 - (TOP + wide) / HEIGHT, wide / TEXT, wide / HEIGHT),
            (0, 0, 1, 1),
        )
    )
    bare(under, TEXT, HEIGHT)
    bare(page, TEXT, HEIGHT)
    show(place, photo, (SIDE, SIDE))
    half = max(block.receptive_field for block in ends.values()) * SCALE / 2
    under.add_patch(Rectangle((x - half, y - half), 2 * half, 2 * half, facecolor=ink["surface"]))
    for left, name in zip(LABEL, ("stage", "output", "receptive_field"), strict=True):
        heading = words(name)
        page.text(left, 8, heading[:1].upper() + heading[1:], va="center", fontsize=9.25, color=ink["ink-2"])
    for colour, (stage, block) in zip(categories, ends.items(), strict=False):
        half = block.receptive_field * SCALE / 2
        outline(page, (x - half, y - half, x + half, y + half), colour, 1.8)
        height = y - half
        page.plot((x + half, LABEL[0] - 6), (height, height), color=colour, linewidth=1)
        texts = (stage_name(f"conv{stage}", words), words.size(*block.size[:2]), words.integer(block.receptive_field))
        for left, text in zip(LABEL, texts, strict=True):
            page.text(left, height, text, va="center", fontweight=600 if left == LABEL[0] else 400)
    return figure
