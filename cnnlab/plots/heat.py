"""Photos with maps over them, and maps alone, in rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import pyplot
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from cnnlab.look import inks
from cnnlab.plots.style import inches

TEXT, GAP, LINE, NAME = 608, 8, 15, 25  # pixels: width, between pictures, of a line of a caption, below a picture
OPACITY = 0.8  # of a map's largest magnitude
BRIGHTEST = 99.5  # percentile of the magnitudes of a map alone that is drawn white


@dataclass(frozen=True, eq=False)
class Tile:
    """A picture of a row. photo: (h, w, 3), uint8, or None; map: (h′, w′) of any scale, or None; with both, the map is
    drawn over the photo in grey: what is positive in one colour, what is negative in another; a map alone is drawn from
    black to white by its magnitude.
    """

    photo: np.ndarray | None = None
    map: np.ndarray | None = None
    caption: str = ""


def tiles(rows: Sequence[Sequence[Tile]], *, theme: str, names: Sequence[str] = (), left: float = 0.16) -> Figure:
    """Rows of pictures of one form, all of one width; names: of the rows, at their left, in a share `left` of it.

    A caption may have several lines; rows are as high as the most of any of theirs.
    """
    ink, _ = inks(theme)
    margin = TEXT * left if names else 0.0
    columns = max(map(len, rows))
    wide = (TEXT - margin - GAP * (columns - 1)) / columns
    tall = wide * proportion(rows[0][0])
    below = [NAME + LINE * max(each.caption.count("\n") for each in row) if row_named(row) else GAP for row in rows]
    height = len(rows) * tall + sum(below)
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    top = height
    for place, row in enumerate(rows):
        for column, tile in enumerate(row):
            start = margin + column * (wide + GAP)
            axes = figure.add_axes((start / TEXT, (top - tall) / height, wide / TEXT, tall / height))
            draw(axes, tile, theme)
            figure.text(
                start / TEXT, (top - tall - 4) / height, tile.caption, va="top", fontsize=9.25, color=ink["ink-2"]
            )
        if names:
            middle = (top - tall / 2) / height
            figure.text((margin - 10) / TEXT, middle, names[place], ha="right", va="center", fontsize=9.25)
        top -= tall + below[place]
    return figure


def row_named(row: Sequence[Tile]) -> bool:
    """Whether a row has a caption."""
    return any(tile.caption for tile in row)


def proportion(tile: Tile) -> float:
    """Height over width of a tile."""
    shown = tile.photo if tile.photo is not None else tile.map
    assert shown is not None, "a tile of nothing"
    return shown.shape[0] / shown.shape[1]


def draw(axes, tile: Tile, theme: str) -> None:
    """A tile in its axes."""
    axes.axis("off")
    extent = (0, 1, 1, 0)
    if tile.photo is not None:
        shown = tile.photo if tile.map is None else grey(tile.photo)
        axes.imshow(shown, interpolation="lanczos", extent=extent, aspect="auto", cmap="gray", vmin=0, vmax=255)
        if tile.map is not None:
            axes.imshow(
                coloured(tile.map, theme), interpolation="bilinear", extent=extent, aspect="auto", resample=True
            )
    elif tile.map is not None:
        magnitudes = np.abs(tile.map.astype(np.float32))
        brightest = max(float(np.percentile(magnitudes, BRIGHTEST)), 1e-12)
        axes.imshow(
            magnitudes, cmap="gray", vmin=0, vmax=brightest, interpolation="lanczos", extent=extent, aspect="auto"
        )
    axes.set(xlim=(0, 1), ylim=(1, 0))


def grey(photo: np.ndarray) -> np.ndarray:
    """The brightness (h, w) of a photo (h, w, 3), 0 to 255, by Rec. 601."""
    return photo[..., :3] @ np.array([0.299, 0.587, 0.114])


def coloured(values: np.ndarray, theme: str) -> np.ndarray:
    """A map as red, green, blue and opacity: by its sign and its share of the largest magnitude."""
    _, categories = inks(theme)
    strength = values.astype(np.float32) / max(float(np.abs(values.astype(np.float32)).max()), 1e-12)
    out = np.empty((*values.shape, 4))
    out[..., :3] = np.where(strength[..., None] >= 0, to_rgb(categories[1]), to_rgb(categories[0]))
    out[..., 3] = OPACITY * np.abs(strength)
    return out
