"""Photos with boxes, in figures: on matplotlib's axes and on plotly's."""

import base64
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, withStroke
from PIL import Image

PALE = "#ffffff"  # a line's halo, so that it can be seen on any photo


def show(axes: Axes, path: Path, side: int | None = None) -> None:
    """A photo that fills its axes, one unit to a pixel of the file; side: pixels that its longer side needs at most."""
    with Image.open(path) as file:
        picture = file.convert("RGB")
    width, height = picture.size
    if side:
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    axes.imshow(np.asarray(picture), interpolation="lanczos", extent=(0, width, height, 0))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")


def outline(axes: Axes, box: Iterable[float], colour: str, width: float = 2.2, dashes=None) -> None:
    """A box x1, y1, x2, y2 with its halo."""
    x1, y1, x2, y2 = box
    halo = [withStroke(linewidth=width + 1.0, foreground=PALE), Normal()]
    line = {"edgecolor": colour, "linewidth": width, "linestyle": dashes or "solid", "joinstyle": "miter"}
    axes.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, fill=False, path_effects=halo, **line))


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
