"""Small labelled pictures of one size, all in memory as one array. It imports no framework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Self, overload

import numpy as np
from PIL import Image

from cnnlab.data.labelled import LabelledSplits
from cnnlab.errors import DataError, OptionError, check_whole


@dataclass(frozen=True)
class Pixel:
    """One picture, values (c, h, w), uint8, with its label."""

    values: np.ndarray
    label: int

    def picture(self) -> Image.Image:
        """The picture, RGB."""
        channels = np.moveaxis(self.values, 0, -1)
        return Image.fromarray(channels[..., 0] if channels.shape[2] == 1 else channels).convert("RGB")


class Pixels(Sequence[Pixel]):
    """Pictures `images` (n, c, h, w), uint8, c 1 or 3, and their `labels` (n,), int64, 0 to classes − 1.

    Raises: DataError for arrays of other shapes or types, and for a label out of range; OptionError for a number of
    classes that is not whole.
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray, classes: int):
        check_whole(0, classes=classes)
        for name, each in (("pictures", images), ("labels", labels)):
            if not isinstance(each, np.ndarray):
                raise DataError(f"{name} of type {type(each).__name__}", allowed="arrays", remedy="numpy.array(…)")
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1] not in (1, 3) or 0 in images.shape[2:]:
            what = f"pictures of {images.dtype}, {images.shape}"
            raise DataError(what, allowed="uint8 (n, c, h, w), c 1 or 3, h and w from 1")
        if labels.shape != (len(images),) or labels.dtype.kind not in "iu":
            what = f"{len(images)} pictures, labels of {labels.dtype}, {labels.shape}"
            raise DataError(what, allowed=f"whole numbers, ({len(images)},)")
        last = min(classes - 1, np.iinfo(np.int64).max)
        wrong = np.flatnonzero((labels < 0) | (labels > last))
        if len(wrong):
            raise DataError(f"label {labels[wrong[0]]} of picture {wrong[0]}", allowed=f"0 to {last}")
        self.images, self.labels, self.classes = images, labels.astype(np.int64), classes

    def __len__(self) -> int:
        return len(self.labels)

    @overload
    def __getitem__(self, place: int) -> Pixel: ...
    @overload
    def __getitem__(self, place: slice | Sequence[int] | np.ndarray) -> Pixels: ...
    def __getitem__(self, place: int | slice | Sequence[int] | np.ndarray) -> Pixel | Pixels:
        if isinstance(place, slice) or np.ndim(place):  # places, or a mask
            return Pixels(self.images[place], self.labels[place], self.classes)
        return Pixel(self.images[place], int(self.labels[place]))

    @property
    def counts(self) -> np.ndarray:
        """How many pictures each class has, (classes,)."""
        return np.bincount(self.labels, minlength=self.classes)

    def first_of_each_class(self, count: int) -> Pixels:
        """The first `count` pictures of each class, in their order. Raises: OptionError for no whole number from 0."""
        check_whole(0, count=count)
        places = [np.flatnonzero(self.labels == label)[:count] for label in range(self.classes)]
        chosen = np.sort(np.concatenate(places))
        return Pixels(self.images[chosen], self.labels[chosen], self.classes)


@dataclass(frozen=True)
class PixelSplits(LabelledSplits):
    """A data set of `Pixels` by split; validation: training pictures that are held out for choices."""

    train: Pixels
    validation: Pixels
    test: Pixels

    def first_of_each_class(self, count: int | None) -> Self:
        """The same with the first `count` pictures of each class in every split, in their order; None: all of them."""
        if count is None:
            return self
        return replace(
            self,
            train=self.train.first_of_each_class(count),
            validation=self.validation.first_of_each_class(count),
            test=self.test.first_of_each_class(count),
        )


def held_out_splits(train: Pixels, test: Pixels, held_out: int, class_names: tuple[str, ...]) -> PixelSplits:
    """The splits, of which validation are the last `held_out` training pictures.

    Raises: OptionError for none or all of them.
    """
    if not isinstance(held_out, Integral) or isinstance(held_out, bool) or not 0 < held_out < len(train):
        raise OptionError(f"held_out={held_out!r}", allowed=f"1 to {len(train) - 1}, below the number of pictures")
    return PixelSplits(train[:-held_out], train[-held_out:], test, class_names)
