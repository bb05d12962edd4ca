"""Predictions of a classifier: bars of the most probable classes beside a photo, their activation maps over it."""

import numpy as np
from matplotlib import pyplot
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from cnnlab.experiments.imagenet.compute import ImageNet
from cnnlab.look import inks
from cnnlab.plots.class_bars import class_bars, share
from cnnlab.plots.style import inches
from cnnlab.words import Words

TEXT, ROW, PHOTO, GAP = 608, 150, 134, 18  # pixels: width, height of a row, side of a photo, between photo and bars
COLUMN_GAP, LINE = 10, 24  # pixels of the figure of maps: between columns, and above a row
OPACITY = 0.85  # of a map's largest value
GRID = (0, 7, 7, 0)  # positions of conv5_x: left, right, bottom, top


def photos(result: ImageNet, *, words: Words, theme: str) -> Figure:
    """Two by two: the photo and its five most probable classes with their probabilities; copper marks the first."""
    rows = (len(result.photos) + 1) // 2
    height = rows * ROW - (ROW - PHOTO)
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    for place, photo in enumerate(result.photos):
        left, bottom = (place % 2) * (TEXT + GAP) / 2, height - PHOTO - (place // 2) * ROW
        axes = figure.add_axes((left / TEXT, bottom / height, PHOTO / TEXT, PHOTO / height))
        with Image.open(result.picture(photo.name)) as picture:
            axes.imshow(np.asarray(picture.convert("RGB")), interpolation="lanczos")
        axes.axis("off")
        start = left + PHOTO + 12
        width = (TEXT - GAP) / 2 - PHOTO - 12
        axes = figure.add_axes((start / TEXT, bottom / height, width / TEXT, PHOTO / height))
        class_bars(axes, photo.top, words, theme)
    return figure


def maps(result: ImageNet, *, words: Words, theme: str) -> Figure:
    """A column a photo: the photo, and below it in grey, under the maps of its two most probable classes.

    A square of a map is a position of conv5_x; the more copper, the more it adds to the logit, from nothing to the
    map's largest value. Values below zero have no colour.
    """
    ink, categories = inks(theme)
    kept = result.arrays["maps"]
    count, rows = kept.shape[0], kept.shape[1] + 1
    side = (TEXT - (count - 1) * COLUMN_GAP) / count
    height = rows * side + kept.shape[1] * LINE
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    for column, photo in enumerate(result.photos):
        for row in range(rows):
            left, top = column * (side + COLUMN_GAP), row * (side + LINE)
            axes = figure.add_axes((left / TEXT, 1 - (top + side) / height, side / TEXT, side / height))
            with Image.open(result.picture(photo.name)) as picture:
                pixels = np.asarray(picture.convert("L" if row else "RGB"))
            axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="lanczos", extent=GRID)
            axes.axis("off")
            if row:
                axes.imshow(_colour(kept[column, row - 1], categories[1]), interpolation="nearest", extent=GRID)
                best = photo.top[row - 1]
                text = f"{best.label}, {share(best.probability, words)}"
                figure.text(left / TEXT, 1 - (top - 6) / height, text, fontsize=9.25, color=ink["ink-2"])
    return figure


def _colour(of_class: np.ndarray, colour: str) -> np.ndarray:
    """A map (h, w) as red, green, blue and opacity, which grows with the value."""
    out = np.empty((*of_class.shape, 4))
    out[..., :3] = to_rgb(colour)
    out[..., 3] = OPACITY * np.clip(of_class / of_class.max(), 0, 1)
    return out
