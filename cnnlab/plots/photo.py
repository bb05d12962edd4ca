"""Photos with boxes, in figures: on matplotlib's axes and on plotly's."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, withStroke
from PIL import Image

from cnnlab.detection.drawing import overlap, place_labels
from cnnlab.look import contrast, inks
from cnnlab.plots.style import inches

PALE = "#ffffff"  # a line's halo, so that it can be seen on any photo
OUTCOMES = {"true_positives": 0, "false_positives": 1, "false_negatives": 3}  # the categorical colour of each
OUTCOME_WORDS = {"true_positives": "boxes_right", "false_positives": "boxes_wrong", "false_negatives": "boxes_missed"}
TEXT, GAP, CAPTION, LINE = 608, 12, 34, 17  # pixels: width, between photos, below a row, each further line there
NAME = 10  # pixels: letters of the names beside boxes


@dataclass(frozen=True, eq=False)
class Shot:
    """A photo of a gallery. size: width and height in pixels of its boxes; boxes: by name in OUTCOMES, each (n, 4);
    names: what is written beside the boxes, by the same names."""

    path: Path
    size: Sequence[int]
    caption: str
    boxes: Mapping[str, Iterable] = field(default_factory=dict)
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)


def gallery(rows: list[list[Shot]], *, theme: str, line: float = 1.7) -> Figure:
    """Rows of photos that fill the width, each of one height; boxes coloured by outcome, false negatives dashed.

    A caption may have several lines.
    """
    ink, categories = inks(theme)
    below = CAPTION + LINE * max(each.caption.count("\n") for row in rows for each in row)
    heights = [(TEXT - GAP * (len(row) - 1)) / sum(each.size[0] / each.size[1] for each in row) for row in rows]
    height = sum(heights) + len(rows) * below
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    top = height
    for row, tall in zip(rows, heights, strict=True):
        left = 0.0
        for shot in row:
            wide = tall * shot.size[0] / shot.size[1]
            axes = figure.add_axes((left / TEXT, (top - tall) / height, wide / TEXT, tall / height))
            show(axes, shot.path, shot.size)
            for outcome in reversed(OUTCOMES):
                dashes = (0, (3, 1.5)) if outcome == "false_negatives" else "solid"
                for box in shot.boxes.get(outcome, ()):
                    outline(axes, box, categories[OUTCOMES[outcome]], line, dashes)
            write_names(axes, shot, wide / shot.size[0], categories)
            place = (left / TEXT, (top - tall - 5) / height)
            figure.text(*place, shot.caption, va="top", fontsize=9.25, color=ink["ink-2"])
            left += wide + GAP
        top -= tall + below
    return figure


def show(axes: Axes, path: Path, size: Sequence[int], side: int | None = None) -> None:
    """A photo that fills its axes, which count `size` pixels across and down; side: pixels that it needs at most."""
    with Image.open(path) as file:
        picture = file.convert("RGB")
    if side:
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    width, height = size
    axes.imshow(np.asarray(picture), interpolation="lanczos", extent=(0, width, height, 0), aspect="auto")
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")


def outline(
    axes: Axes, box: Iterable[float], colour: str, width: float = 2.2, dashes: str | tuple[float, tuple] = "solid"
) -> None:
    """A box x1, y1, x2, y2 with its halo."""
    x1, y1, x2, y2 = box
    halo = [withStroke(linewidth=width + 1, foreground=PALE), Normal()]
    line: dict[str, Any] = {"edgecolor": colour, "linewidth": width, "linestyle": dashes, "joinstyle": "miter"}
    axes.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, fill=False, path_effects=halo, **line))


def write_names(axes: Axes, shot: Shot, scale: float, categories: Sequence[str]) -> None:
    """The names of a photo's boxes on plates of their colours, as `draw_detections` places them, those of false
    positives first; one without a free place is left out. scale: pixels of the figure to one of the photo."""
    rows = [
        ([scale * side for side in box], name, categories[OUTCOMES[outcome]])
        for outcome in ("false_positives", "true_positives", "false_negatives")
        for box, name in zip(shot.boxes.get(outcome, ()), shot.names.get(outcome, ()), strict=False)
    ]
    size = (round(scale * shot.size[0]), round(scale * shot.size[1]))
    labels = place_labels(size, [box for box, *_ in rows], [name for _, name, _ in rows], NAME)
    taken: list[tuple[float, float, float, float]] = []
    for label, (*_, colour) in zip(labels, rows, strict=True):
        if label and not any(overlap(label.rectangle, each) for each in taken):
            taken.append(label.rectangle)
            x1, y1, x2, y2 = (side / scale for side in label.rectangle)
            axes.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, facecolor=colour, edgecolor="none"))
            ink = max((PALE, inks("light")[0]["ink"]), key=lambda each: contrast(each, colour))
            middle, points = ((x1 + x2) / 2, (y1 + y2) / 2), 0.75 * label.font_size
            axes.text(*middle, label.text, ha="center", va="center_baseline", fontsize=points, color=ink)


def side_by_side(pictures: Sequence[Image.Image], height: int = 480, gap: int = 16) -> Image.Image:
    """Pictures in a row, scaled to one height in pixels, on white."""
    scaled = [each.resize((round(each.width * height / each.height), height)) for each in pictures]
    whole = Image.new("RGB", (sum(each.width + gap for each in scaled) - gap, height), "white")
    left = 0
    for each in scaled:
        whole.paste(each, (left, 0))
        left += each.width + gap
    return whole


def data_address(path: Path) -> str:
    """A picture's file as an address that holds it."""
    return f"data:image/{path.suffix[1:]};base64,{base64.b64encode(path.read_bytes()).decode()}"


def loop(boxes: np.ndarray) -> tuple[list, list]:
    """x and y of one line around all boxes (n, 4), to the pixel, lifted between two of them."""
    x, y = [], []
    for x1, y1, x2, y2 in np.asarray(boxes).round().astype(int).tolist():
        x += [x1, x2, x2, x1, x1, None]
        y += [y1, y1, y2, y2, y1, None]
    return x, y
