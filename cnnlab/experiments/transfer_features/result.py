"""What `transfer_features` keeps. It imports no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.experiments.transfer.result import Share
from cnnlab.results import Result
from cnnlab.results.schema import Timing


@dataclass(frozen=True)
class Sample:
    """Support vector machines fitted on random samples of `per_class` photos of each class: their accuracies in the
    test photos, 0 to 1, and the costs that cross-validation within the sample chose.
    """

    per_class: int
    accuracies: tuple[float, ...]
    costs: tuple[float, ...]


@dataclass(frozen=True)
class Frozen:
    """A frozen network on a set of photos. features: of a photo.

    imagenet: test photos whose class has the larger sum of probabilities of ImageNet's classes, without any training;
    exact: those whose most probable class among the 1000 is one of their own class's. svm: test photos classified by a
    support vector machine fitted on the training photos, without those held out, and validation: those; cost: what
    cross-validation chose. samples: by size, of all training photos. seconds: to compute the features of all photos.
    """

    set: str
    network: str
    features: int
    imagenet: Share
    exact: Share
    svm: Share
    validation: Share
    cost: float
    samples: tuple[Sample, ...]
    seconds: Timing


@dataclass(frozen=True)
class Prepared:
    """How photos are made an input, in training or in test: see `transfer_features.preparations`; test photos of cats
    and dogs that a support vector machine on ResNet-50 then classifies correctly.
    """

    training: str
    test: str
    svm: Share


@dataclass(frozen=True)
class Counts:
    """Photos of a set: trained with, held out, tested, of each class. classes: their names."""

    set: str
    classes: tuple[str, ...]
    train: tuple[int, ...]
    held_out: tuple[int, ...]
    test: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TransferFeatures(Result):
    """Arrays: `<set>_label` (n,), of the test photos; `<set>_<network>_imagenet`, `<set>_<network>_svm` (n,): predicted
    classes; `<set>_photos` (classes, k, 3, side, side): the first training photos of each class; `<set>_nearest` (n,):
    the greatest cosine of the features of each test photo with those of a training photo (ResNet-50).
    """

    counts: tuple[Counts, ...]
    frozen: tuple[Frozen, ...]
    prepared: tuple[Prepared, ...]

    def one(self, name: str, network: str) -> Frozen:
        """Of a set and a network."""
        return next(each for each in self.frozen if (each.set, each.network) == (name, network))
