"""Settings of a ridge probe, and what each of them reached on validation. It imports no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.errors import OptionError
from cnnlab.results.schema import Timing


@dataclass(frozen=True)
class FeatureSet:
    """Which pooled features a ridge probe reads.

    layers: of the network. maxima: the maximum of each channel beside its mean. root: the square roots of the features,
    which are not negative after a ReLU (a power transform: large ones weigh less; Perronnin et al. 2010, §3.2).
    balanced: the means of a layer, and its maxima, are each scaled to a total variance of 1 over the training photos:
    otherwise the layer of the largest numbers has nearly all the weight.
    """

    layers: tuple[str, ...]
    maxima: bool = True
    root: bool = True
    balanced: bool = True


@dataclass(frozen=True)
class Setting:
    """A feature set; the sizes of a photo in pixels, over which logits are averaged; the penalty of the ridge."""

    features: FeatureSet
    sizes: tuple[int, ...]
    penalty: float


@dataclass(frozen=True)
class Grid:
    """Settings that are tried, each with each. sizes: groups of sizes, over each of which logits are averaged."""

    sets: tuple[FeatureSet, ...]
    sizes: tuple[tuple[int, ...], ...]
    penalties: tuple[float, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """All layers that a feature set reads."""
        return tuple(dict.fromkeys(layer for each in self.sets for layer in each.layers))

    @property
    def all_sizes(self) -> tuple[int, ...]:
        """All sizes, ascending."""
        return tuple(sorted({size for group in self.sizes for size in group}))


@dataclass(frozen=True)
class Trial:
    """A setting, the number of features in all sizes together, and its accuracy on validation, 0 to 1."""

    setting: Setting
    features: int
    accuracy: float


@dataclass(frozen=True)
class Extraction:
    """The features of a split at a size: photos and mirror images in all, and the seconds that they took."""

    split: str
    size: int
    images: int
    seconds: Timing


def best(trials: tuple[Trial, ...]) -> Trial:
    """The trial of the highest accuracy on validation.

    Among equals that of fewest pixels, then of fewest features, then of the highest penalty.

    Raises: OptionError for no trial, or one whose accuracy is no number.
    """
    if not trials or any(each.accuracy != each.accuracy for each in trials):
        raise OptionError(f"{len(trials)} trials", allowed="one or more, whose accuracies are numbers")
    return max(
        trials,
        key=lambda each: (
            each.accuracy,
            -sum(size * size for size in each.setting.sizes),
            -each.features,
            each.setting.penalty,
        ),
    )
