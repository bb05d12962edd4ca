"""The first epochs of AlexNet on CIFAR-10 with several optimisers, beside the log that the document prints.

Chapter: l4-cifar.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from cnnlab.errors import OptionError
from cnnlab.experiments.cifar_optimisers.printed import PRINTED
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallEpoch
from cnnlab.results import Result, Run, experiment
from cnnlab.training.recipe import ConstantRecipe

RECIPE = ConstantRecipe(
    epochs=5, batch=64, learning_rate=0.01, weight_decay=0.0, smoothing=0.0, optimiser="SGD", momentum=0.9, workers=0
)
RECIPES = (
    RECIPE,
    replace(RECIPE, batch=128),
    replace(RECIPE, batch=256),
    replace(RECIPE, learning_rate=0.001),
    replace(RECIPE, optimiser="Adam", learning_rate=0.001, momentum=0.0),
    replace(RECIPE, optimiser="Adagrad", momentum=0.0),
)
NEAREST = replace(RECIPES[2], epochs=15)  # to the document's log, with its epochs


@dataclass(frozen=True, kw_only=True)
class Options(SmallOptions):
    """recipes: that are tried; `recipe` and `seeds` but for the first are not used.

    Raises: OptionError for no recipe and for one without epochs, which leaves nothing to compare; as SmallOptions does.
    """

    recipe: ConstantRecipe = RECIPE
    recipes: tuple[ConstantRecipe, ...] = RECIPES
    standardised: bool = True

    def __post_init__(self):
        super().__post_init__()
        epochs = [each.epochs for each in self.recipes]
        if not epochs or not all(epochs):
            raise OptionError(f"recipes of {epochs} epochs", allowed="one recipe or more, each of one epoch or more")


@dataclass(frozen=True)
class Start:
    """The first epochs of an optimiser. distance: mean of |log(training loss / the printed one)| over the epochs."""

    optimiser: str
    learning_rate: float
    momentum: float
    batch: int
    curve: tuple[SmallEpoch, ...]
    distance: float


@dataclass(frozen=True)
class Optimisers(Result):
    """starts: in the order of the options. nearest: the place of the one nearest to the printed log."""

    starts: tuple[Start, ...]
    nearest: int


@experiment(
    "cifar_optimisers",
    options=Options,
    result=Optimisers,
    engine="torch",
    data=("cifar10",),
    smoke=dict(recipes=(replace(RECIPE, epochs=1, batch=8),), seeds=(0,), held_out=40, per_class=2),
)
def cifar_optimisers(options: Options, run: Run) -> Optimisers:
    """The document prints neither optimiser nor learning rate nor batch: which of some usual ones give such a log?

    Training losses are compared, not accuracies on test pictures.

    `cnnlab run cifar_optimisers`: of the losses, the nearest are those of SGD with batches of 256. One CPU core: half
    an hour.
    """
    from cnnlab.data import cifar10
    from cnnlab.data.pixel_batches import Scaling
    from cnnlab.experiments.small_classifiers.training import train_seed
    from cnnlab.models.alexnet_cifar import AlexNetCifar

    data = cifar10.splits(run.data("cifar10"), options.held_out).first_of_each_class(options.per_class)
    scaling = Scaling.of(data.train, options.standardised)
    starts = []
    for place, recipe in enumerate(options.recipes):
        one = replace(options, recipe=recipe)
        _, curve = train_seed(AlexNetCifar, data, scaling, one, options.seeds[0], run, name=f"recipe-{place}")
        pairs = zip(curve, PRINTED, strict=False)
        distances = [abs(math.log(row["train_loss"] / printed.train_loss)) for row, printed in pairs]
        epochs = tuple(SmallEpoch(**row) for row in curve)
        settings = (recipe.optimiser, recipe.learning_rate, recipe.momentum, recipe.batch)
        starts.append(Start(*settings, epochs, sum(distances) / len(distances)))
    return Optimisers(tuple(starts), min(range(len(starts)), key=lambda place: starts[place].distance))
