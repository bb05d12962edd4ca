"""Small pictures in rows, each with a caption below, or each row with a name at its left."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnlab.errors import OptionError
from cnnlab.look import inks
from cnnlab.plots.style import inches

TEXT, GAP, LINE = 608, 8, 15  # pixels: width, between pictures, of a line of a caption


def captioned(images: np.ndarray, captions: Sequence[str], *, theme: str, columns: int = 5) -> Figure:
    """Pictures (n, c, h, w), uint8, c 1 or 3, n of 1 or more, row by row; a caption may have several lines.

    Raises OptionError for other arrays, and another number of captions.
    """
    check(images, 4)
    if len(images) != len(captions):
        raise OptionError(f"{len(captions)} captions of {len(images)} pictures", allowed="a caption for each picture")
    ink, _ = inks(theme)
    side = (TEXT - GAP * (columns - 1)) / columns
    below = 16 + LINE * (1 + max(each.count("\n") for each in captions))
    rows = -(-len(images) // columns)
    height = rows * (side + below)
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    for place, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left, top = (place % columns) * (side + GAP), height - (place // columns) * (side + below)
        show(figure.add_axes((left / TEXT, (top - side) / height, side / TEXT, side / height)), image)
        figure.text(left / TEXT, (top - side - 5) / height, caption, fontsize=9.25, va="top", color=ink["ink-2"])
    return figure


def named_rows(images: np.ndarray, names: Sequence[str], *, theme: str, left: float = 0.2) -> Figure:
    """Pictures (rows, columns, c, h, w), uint8, with the name of each row; left: the names' share of the width.

    Raises OptionError for other arrays.
    """
    check(images, 5)
    rows, columns = images.shape[:2]
    side = (TEXT * (1 - left) - GAP * (columns - 1)) / columns
    height = rows * side + (rows - 1) * GAP
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    for row, name in enumerate(names):
        bottom = height - (row + 1) * side - row * GAP
        for column in range(columns):
            start = TEXT * left + column * (side + GAP)
            axes = figure.add_axes((start / TEXT, bottom / height, side / TEXT, side / height))
            show(axes, images[row, column])
        figure.text(left - 0.02, (bottom + side / 2) / height, name, ha="right", va="center")
    return figure


def check(images: np.ndarray, dimensions: int) -> None:
    """Raise OptionError for anything but pictures (…, c, h, w), uint8, in an array of so many dimensions."""
    shape = np.shape(images)
    if len(shape) != dimensions or shape[-3] not in (1, 3) or 0 in shape or images.dtype != np.uint8:
        kind = getattr(images, "dtype", type(images).__name__)
        raise OptionError(f"pictures of {kind} {shape}", allowed="uint8 (…, c, h, w), c 1 or 3, one picture or more")


def show(axes: Axes, image: np.ndarray) -> None:
    """A picture (c, h, w), uint8, pixel by pixel."""
    values = image[0] if len(image) == 1 else np.moveaxis(image, 0, -1)
    axes.imshow(values, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.axis("off")
