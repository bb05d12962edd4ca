"""Cats and dogs: networks from scratch and fine-tuned, with fewer training photos.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnlab.errors import OptionError, check_whole
from cnnlab.experiments.transfer.options import (
    FINE,
    HELD_OUT,
    SCRATCH,
    SIDES,
    Alternative,
    alternatives,
    check_names,
    smaller,
)
from cnnlab.experiments.transfer.result import Share, share
from cnnlab.results import Result, Run, experiment
from cnnlab.results.schema import Timing

Ways = tuple[tuple[str, Alternative], ...]
EPOCHS = {50: (16, 60), 100: (10, 50), 250: (6, 36)}  # by photos of a class: of fine-tuning, from scratch


def ways(fine: int, scratch: int) -> Ways:
    """From scratch and fine-tuned with augmentation, for so many epochs; else as with all photos."""
    found = dict(alternatives(replace(FINE, epochs=fine), replace(SCRATCH, epochs=scratch), SIDES["pets"]))
    return tuple((name, found[name]) for name in ("scratch", "augmented"))


TRAINED = tuple((size, ways(*epochs)) for size, epochs in EPOCHS.items())


@dataclass(frozen=True, kw_only=True)
class Options:
    """trained: photos of each class, the first ones, and how each alternative trains with them. The others: as in
    `transfer_pets`. Raises: OptionError for none, or one twice.
    """

    trained: tuple[tuple[int, Ways], ...] = TRAINED
    held_out: int = HELD_OUT["pets"]
    seeds: tuple[int, ...] = (0, 1, 2)
    per_class: int | None = None

    def __post_init__(self):
        sizes = [size for size, _ in self.trained]
        if not sizes or len(set(sizes)) < len(sizes):
            raise OptionError(f"trained with {sizes} photos", allowed="one number or more, each once")
        for size, every in self.trained:
            check_whole(1, trained=size)
            check_names([name for name, _ in every])


@dataclass(frozen=True)
class Sized:
    """A training with `per_class` photos of each class: what it reaches after its last epoch."""

    per_class: int
    alternative: str
    seed: int
    epochs: int
    validation: Share
    test: Share
    seconds: Timing


@dataclass(frozen=True, kw_only=True)
class TransferSizes(Result):
    """The trainings, by seed and size."""

    trainings: tuple[Sized, ...]

    @property
    def sizes(self) -> list[int]:
        """Photos of each class, ascending."""
        return sorted({each.per_class for each in self.trainings})

    def accuracies(self, alternative: str, per_class: int) -> list[float]:
        """In the test photos, a number for each seed."""
        wanted = (alternative, per_class)
        return [each.test.accuracy for each in self.trainings if (each.alternative, each.per_class) == wanted]


@experiment(
    "transfer_sizes",
    options=Options,
    result=TransferSizes,
    engine="torch",
    data=("catsdogs",),
    weights=("resnet50_keras",),
    smoke=dict(
        trained=tuple((size, smaller(each)) for size, (_, each) in zip((2, 3), TRAINED, strict=False)),
        held_out=2,
        seeds=(0,),
        per_class=4,
    ),
)
def transfer_sizes(options: Options, run: Run) -> TransferSizes:
    """The fewer photos, the more epochs, and yet fewer steps. Interrupted, it goes on where it was.

    `cnnlab run transfer_sizes`: fine-tuned above 0.95 with 50 photos of each. Two CPU cores: 35 minutes.
    """
    from cnnlab.data.augment import centre_crop
    from cnnlab.data.labelled import first_of_each_class
    from cnnlab.experiments.transfer.photos import splits
    from cnnlab.experiments.transfer.training import trained
    from cnnlab.training.classifier import evaluated_batches
    from cnnlab.training.classifier_metrics import labels_of, predict_logits

    data = splits("pets", run.data("catsdogs"), options.held_out, options.per_class)
    found = []
    for seed in options.seeds:
        for size, alternative in ((size, each) for size, every in options.trained for each in every):
            name, how = alternative
            fewer = replace(data, train=first_of_each_class(data.train, size))
            network, curve = trained(f"{name}-{size}", seed, how, fewer, run)
            reached = {}
            for split in ("validation", "test"):
                photos = getattr(data, split)
                batches = evaluated_batches(photos, centre_crop(how.eval_size), how.recipe)
                reached[split] = share(predict_logits(network, batches).argmax(axis=1), labels_of(photos))
            seconds = sum(row["seconds"] for row in curve)
            found.append(Sized(size, name, seed, how.recipe.epochs, reached["validation"], reached["test"], seconds))
    return TransferSizes(trainings=tuple(found))
