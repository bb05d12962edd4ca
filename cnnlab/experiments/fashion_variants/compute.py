"""Steps from the document's recipe for Fashion-MNIST to the better one, compared on pictures that are held out.

Chapter: l2-fashion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cnnlab.data.distortion import NO_DISTORTION, Distortion
from cnnlab.experiments.fashion_better.options import CHANGED, RECIPE, BetterOptions
from cnnlab.experiments.fashion_cnn.compute import RECIPE as DOCUMENT
from cnnlab.results import Result, Run, experiment
from cnnlab.results.schema import Timing
from cnnlab.training.recipe import ConstantRecipe

EPOCHS = 8


@dataclass(frozen=True, kw_only=True)
class Variant(BetterOptions):
    """network: "convolutional" or "normalised", of `cnnlab.models.fashion`. constant: in place of the recipe."""

    network: str
    constant: ConstantRecipe | None = None


ADAGRAD = replace(DOCUMENT, epochs=EPOCHS)
COSINE = replace(RECIPE, epochs=EPOCHS, warmup=1.0, learning_rate=2e-3, smoothing=0.0, averaging=0.0)
FALLING = Variant(recipe=COSINE, network="convolutional", distortion=NO_DISTORTION)
PLAIN = replace(FALLING, constant=ADAGRAD, standardised=False)
NORMALISED = replace(FALLING, network="normalised", recipe=replace(COSINE, learning_rate=4e-3))
MOVED = replace(NORMALISED, distortion=Distortion(shift=2, mirrored=True))
ERASED = replace(NORMALISED, distortion=CHANGED)
WHOLE = replace(ERASED, recipe=replace(NORMALISED.recipe, smoothing=0.1, averaging=0.998))
VARIANTS = (
    ("document", PLAIN),
    ("falling", FALLING),
    ("normalised", NORMALISED),
    ("moved", MOVED),
    ("erased", ERASED),
    ("whole", WHOLE),
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """variants: names and how each trains, each with every seed; of its own options the seeds are not used."""

    variants: tuple[tuple[str, Variant], ...] = VARIANTS
    seeds: tuple[int, ...] = (0, 1)
    held_out: int = 5000
    per_class: int | None = None

    def trainings(self) -> Iterator[tuple[str, int, Variant]]:
        """(name, seed, how) of each training, by seed, then by variant."""
        for seed in self.seeds:
            for name, how in self.variants:
                yield name, seed, replace(how, recipe=how.constant or how.recipe)


@dataclass(frozen=True)
class ShortRun:
    """A training of a variant. validation_…: on the pictures held out, fitted_…: on training pictures, at its end."""

    variant: str
    seed: int
    validation_accuracy: float
    validation_loss: float
    fitted_accuracy: float
    seconds: Timing


@dataclass(frozen=True, kw_only=True)
class FashionVariants(Result):
    """The trainings; epochs, pictures and held_out: what all have alike."""

    epochs: int
    pictures: int
    held_out: int
    trainings: tuple[ShortRun, ...]

    def accuracies(self, variant: str) -> list[float]:
        """On the pictures held out, one a seed."""
        return [each.validation_accuracy for each in self.trainings if each.variant == variant]


@experiment(
    "fashion_variants",
    options=Options,
    result=FashionVariants,
    engine="torch",
    data=("fashion_mnist",),
    smoke=dict(
        variants=(
            ("document", replace(PLAIN, constant=replace(ADAGRAD, epochs=1, batch=8))),
            ("whole", replace(WHOLE, recipe=replace(WHOLE.recipe, epochs=1, batch=8, warmup=0.5))),
        ),
        seeds=(0,),
        held_out=500,
        per_class=2,
    ),
)
def fashion_variants(options: Options, run: Run) -> FashionVariants:
    """Each variant has something more than the one before; no test picture is opened.

    `cnnlab run fashion_variants`. One CPU core: 6 minutes a training of the document's batch, 3 minutes of the others.
    """
    from cnnlab.data import fashion_mnist
    from cnnlab.data.pixel_batches import Scaling
    from cnnlab.experiments.small_classifiers.training import train_seed
    from cnnlab.models.fashion import convolutional, normalised

    splits = fashion_mnist.splits(run.data("fashion_mnist"), options.held_out)
    data, trainings = splits.first_of_each_class(options.per_class), []
    networks = {"convolutional": convolutional, "normalised": normalised}
    data = replace(data, test=data.validation)  # no test picture is opened
    for name, seed, how in run.progress(list(options.trainings()), "trainings"):
        scaling = Scaling.of(data.train, how.standardised)
        _, curve = train_seed(networks[how.network], data, scaling, how, seed, run, name=name)
        last, seconds = curve[-1], sum(row["seconds"] for row in curve)
        measured = (last["validation_accuracy"], last["validation_loss"], last["fitted_accuracy"])
        trainings.append(ShortRun(name, seed, *measured, seconds))
    return FashionVariants(
        epochs=len(curve), pictures=len(data.train), held_out=len(data.validation), trainings=tuple(trainings)
    )
