"""The two sets of photos of the laboratory, with photos held out of training for choices. It imports no framework.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnlab.data import catsdogs, hymenoptera
from cnnlab.data.labelled import Example, LabelledSplits, first_of_each_class
from cnnlab.errors import OptionError, check_whole

MOST = 500  # training photos of a class, those held out among them: as many as document 002 takes


@dataclass(frozen=True)
class PhotoSet:
    """data: its name in the catalogue. groups: for each class the places of its classes among ImageNet's 1000."""

    data: str
    groups: tuple[tuple[int, ...], tuple[int, ...]]


SETS = {
    "insects": PhotoSet("hymenoptera", ((310,), (309,))),  # "ant"; "bee"
    "pets": PhotoSet("catsdogs", (tuple(range(281, 286)), tuple(range(151, 269)))),  # 5 domestic cats; 118 dogs
}


def splits(name: str, folder: Path, held_out: int, per_class: int | None = None) -> LabelledSplits:
    """The photos of a set, "insects" or "pets": what to train with, what to choose with, what to test with.

    held_out: of each class, the last of its training photos. per_class: photos of each class that are trained with, or
    tested with; None: all, of the training photos MOST at most. The test photos are those of the set's own split.

    Raises: OptionError for another set, and numbers that leave a class without photos; DataError as the set's `load`.
    """
    if name not in SETS:
        raise OptionError(f"set {name!r}", allowed=SETS)
    check_whole(1, held_out=held_out, per_class=1 if per_class is None else per_class)
    if name == "insects":
        training, test = (hymenoptera.load(folder, split) for split in ("train", "val"))
        names = hymenoptera.CLASSES
    else:
        training, test = (catsdogs.load(folder, split) for split in ("train", "test"))
        names = catsdogs.CLASSES
    train, validation = parted(first_of_each_class(training, MOST), held_out)
    data = LabelledSplits(train, validation, test, names)
    return data.first_of_each_class(per_class)


def parted(examples: Sequence[Example], held_out: int) -> tuple[list[Example], list[Example]]:
    """(the others, the last `held_out` of each class), each in their order."""
    left = Counter(example.label for example in examples)
    if held_out >= (least := min(left.values())):
        raise OptionError(f"held_out={held_out}", allowed=f"1 to {least - 1}: of {least} photos of the rarer class")
    kept: tuple[list[Example], list[Example]] = ([], [])
    for example in examples:
        kept[left[example.label] <= held_out].append(example)
        left[example.label] -= 1
    return kept
