"""Accuracy against a cost: points, their Pareto front, pairs of weights of one network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cnnlab.experiments.architecture_times.groups import ASKED
from cnnlab.experiments.architectures.compute import Architectures, Network, Weights


@dataclass(frozen=True)
class Point:
    """A set of weights with the costs of its network for a photo of `side` pixels.

    parameters: those that take part in classifying a photo, without auxiliary classifiers.
    """

    network: str
    weights: str
    group: str
    extra: bool
    side: int
    accuracy: float
    accuracy_5: float
    multiply_adds: int
    parameters: int


def counts(result: Architectures, name: str, side: int = 224) -> Network:
    """What was counted of a network for photos of `side` pixels."""
    return next(each for each in result.networks if (each.name, each.side) == (name, side))


def published(result: Architectures, network: str, weights: str = "IMAGENET1K_V1") -> Weights:
    """What torchvision says of a set of weights of a network."""
    return next(each for each in result.weights if (each.network, each.name) == (network, weights))


def points(result: Architectures) -> list[Point]:
    """All sets of weights with an accuracy, by increasing multiply-adds."""
    found = []
    for each in result.weights:
        network = counts(result, each.network, each.side)
        kept = network.parameters - network.auxiliary
        said = (each.extra, each.side, each.accuracy, each.accuracy_5)
        found.append(Point(each.network, each.name, network.group, *said, network.multiply_adds, kept))
    return sorted(found, key=lambda point: (point.multiply_adds, point.network, point.weights))


def pareto_front(given: Iterable[Point], cost: Callable[[Point], float]) -> list[Point]:
    """The points, by increasing cost, than which no other costs as little or less and is more accurate."""
    front: list[Point] = []
    for point in sorted(given, key=lambda each: (cost(each), -each.accuracy)):
        if not front or point.accuracy > front[-1].accuracy:
            front.append(point)
    return front


def better_and_cheaper(point: Point, given: Iterable[Point]) -> list[Point]:
    """Those of the given points that are more accurate with fewer multiply-adds."""
    return [each for each in given if each.accuracy > point.accuracy and each.multiply_adds < point.multiply_adds]


def above_front(point: Point, given: Iterable[Point]) -> bool:
    """Whether a point is more accurate than all given ones with as many multiply-adds or fewer."""
    return all(each.accuracy < point.accuracy for each in given if each.multiply_adds <= point.multiply_adds)


def named_first(given: Iterable[Point], front: list[Point]) -> list[Point]:
    """One point of each network, in the order in which names are to find a place: those on the front, then those that
    the laboratory asks for, then the others. Of several sets of weights, that on the front, or the last given."""
    chosen = {point.network: point for point in [*given, *front]}
    order = dict.fromkeys([*(point.network for point in front), *(name for name in ASKED if name in chosen), *chosen])
    return [chosen[name] for name in order]


def from_imagenet_alone(given: Iterable[Point]) -> list[Point]:
    """The points of weights that were trained with no other photos than ImageNet's."""
    return [point for point in given if not point.extra]


def recipes(given: Iterable[Point]) -> list[tuple[Point, Point]]:
    """(first, second) weights, V1 and V2, of each network that has both: one network, two ways of training it."""
    named = {(point.network, point.weights): point for point in given}
    first, second = "IMAGENET1K_V1", "IMAGENET1K_V2"
    return [(named[name, first], point) for (name, weights), point in named.items() if weights == second]
