"""The raccoon photos themselves: their sizes, boxes and parts in both splits, and which of them are alike.

Chapter: a12-mapaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    from PIL import Image

    from cnnlab.data.annotations import Annotated

SIDE = 288  # pixels of the longer side of a photo that is kept, at most


@dataclass(frozen=True)
class Options:
    """shown: numbers of the photos that are kept as pictures. grid: rows and columns to which photos are reduced before
    they are compared. pairs: how many of the most alike are kept."""

    shown: tuple[int, ...] = (72, 99, 187, 167, 58, 59, 194, 195)
    grid: int = 24
    pairs: int = 20


@dataclass(frozen=True)
class RaccoonPhoto:
    """number: of its file; size: width and height in pixels; boxes: how many are annotated; handout, author: its
    part in each split, "train", "test" or "left out", of training photos that repeat a test photo."""

    number: int
    size: tuple[int, int]
    boxes: int
    handout: str
    author: str


@dataclass(frozen=True)
class Alike:
    """Two photos and the correlation of their grey values, one of them mirrored where that is higher."""

    first: int
    second: int
    correlation: float


@dataclass(frozen=True)
class RaccoonPhotos(Result):
    """photos: by number. alike: the pairs of highest correlation first.

    Arrays: `photo` (m,), the place in `photos` of each box, and `boxes` (m, 4). Pictures `photo-N` of photo N.
    """

    photos: tuple[RaccoonPhoto, ...]
    alike: tuple[Alike, ...]


@experiment(
    "raccoon_photos",
    options=Options,
    result=RaccoonPhotos,
    data=("raccoon",),
    smoke=dict(shown=(72, 59), grid=8, pairs=5),
)
def raccoon_photos(options: Options, run: Run) -> RaccoonPhotos:
    """Every photo is read once. `cnnlab run raccoon_photos`: five seconds on a CPU."""
    from PIL import Image

    from cnnlab.data import raccoons as data

    parts: dict[tuple[str, int], str] = {}
    found: dict[int, Annotated] = {}
    for name in data.SPLITS:
        split = data.load(run.data("raccoon"), name)
        parts |= {(name, number): "left out" for number in split.left_out}
        for part in ("train", "test"):
            for each in getattr(split, part):
                parts[name, each.photo.number], found[each.photo.number] = part, each
    photos = [found[number] for number in sorted(found)]
    for each in photos:
        if each.photo.number in options.shown:
            picture = each.photo.picture()
            picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            run.picture(f"photo-{each.photo.number}", picture)
    counts = [len(each.boxes) for each in photos]
    run.array("photo", np.repeat(np.arange(len(photos)), counts).astype(np.uint16))
    run.array("boxes", np.concatenate([each.boxes for each in photos]).astype(np.float32))
    return RaccoonPhotos(
        photos=tuple(described(each, parts) for each in photos),
        alike=tuple(most_alike(photos, options.grid)[: options.pairs]),
    )


def described(each: Annotated, parts: dict[tuple[str, int], str]) -> RaccoonPhoto:
    """A photo with its part by (split, number); "" where a split does not have it."""
    number = each.photo.number
    return RaccoonPhoto(
        number=number,
        size=each.photo.picture().size,
        boxes=len(each.boxes),
        handout=parts.get(("handout", number), ""),
        author=parts.get(("author", number), ""),
    )


def most_alike(photos: Sequence[Annotated], grid: int) -> list[Alike]:
    """All pairs of photos, those of highest correlation first."""
    pictures = [each.photo.picture() for each in photos]
    values = np.stack([standardised(each, grid) for each in pictures])
    mirrored = values.reshape(-1, grid, grid)[:, :, ::-1].reshape(len(values), -1)
    correlation = np.maximum(values @ values.T, values @ mirrored.T) / grid**2
    one, other = np.triu_indices(len(photos), 1)
    order = np.argsort(-correlation[one, other], kind="stable")
    numbers = [each.photo.number for each in photos]
    return [Alike(numbers[one[k]], numbers[other[k]], round(float(correlation[one[k], other[k]]), 4)) for k in order]


def standardised(picture: Image.Image, grid: int) -> np.ndarray:
    """(grid²,): grey values of a picture reduced to a grid, of mean 0 and variance 1."""
    grey = np.asarray(picture.convert("L").resize((grid, grid)), np.float64).ravel()
    return (grey - grey.mean()) / max(grey.std(), 1e-9)
