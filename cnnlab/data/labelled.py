"""Labelled images of any data set, in its splits. It imports no framework."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeVar

from PIL import Image

from cnnlab.errors import check_whole


class Example(Protocol):
    """A labelled image, as `cnnlab.data.photos.Photo` is one. label: its class from 0."""

    @property
    def label(self) -> int: ...

    def picture(self) -> Image.Image:
        """The image, RGB."""


Kind = TypeVar("Kind", bound=Example)


@dataclass(frozen=True)
class LabelledSplits:
    """The examples of a data set by split, and the names of its classes, by label."""

    train: Sequence[Example]
    validation: Sequence[Example]
    test: Sequence[Example]
    class_names: tuple[str, ...]

    def first_of_each_class(self, count: int | None) -> Self:
        """The same with the first `count` examples of each class in every split, in their order; None: all of them."""
        if count is None:
            return self
        return replace(
            self,
            train=first_of_each_class(self.train, count),
            validation=first_of_each_class(self.validation, count),
            test=first_of_each_class(self.test, count),
        )


def first_of_each_class(examples: Sequence[Kind], count: int) -> list[Kind]:
    """Those of the examples that at most `count - 1` earlier ones share their label with.

    Raises: OptionError for a count that is no whole number from 0.
    """
    check_whole(0, count=count)
    seen: Counter[int] = Counter()
    chosen = []
    for example in examples:
        seen[example.label] += 1
        if seen[example.label] <= count:
            chosen.append(example)
    return chosen
