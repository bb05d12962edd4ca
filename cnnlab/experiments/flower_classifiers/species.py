"""Errors of a classifier of flowers by species and by pair of species, counted on the test photos."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cnnlab.data.flowers import names
from cnnlab.evaluation.classification import wilson
from cnnlab.experiments.flower_classifiers.result import FlowerClassifier


@dataclass(frozen=True)
class SpeciesErrors:
    """errors of so many photos of a species; low, high: the 95 % interval of their rate, 0 to 1 (Wilson 1927).

    taken_for: the species that was answered most often instead, and how often; "" and 0 where there is no error.
    """

    name: str
    photos: int
    errors: int
    low: float
    high: float
    taken_for: str
    times: int

    @property
    def rate(self) -> float:
        return self.errors / self.photos


def by_species(result: FlowerClassifier) -> list[SpeciesErrors]:
    """The errors of each species that has test photos, in the order of the classes."""
    photos, pairs = Counter(result.arrays["test_label"].tolist()), wrong_pairs(result)
    found = []
    for label in sorted(photos):
        taken = {name: count for (actual, name), count in pairs.items() if actual == label}
        errors, most = sum(taken.values()), max(taken, key=lambda each: (taken[each], -each), default=None)
        low, high = wilson(errors, photos[label])
        answer, times = ("", 0) if most is None else (names()[most], taken[most])
        found.append(SpeciesErrors(names()[label], photos[label], errors, low, high, answer, times))
    return found


def wrong_pairs(result: FlowerClassifier) -> Counter[tuple[int, int]]:
    """How often each pair (species, answer) occurs among the errors."""
    answers = zip(result.arrays["test_label"].tolist(), result.arrays["test_predicted"].tolist(), strict=True)
    return Counter(pair for pair in answers if pair[0] != pair[1])
