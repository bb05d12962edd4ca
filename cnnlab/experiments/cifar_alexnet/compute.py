"""AlexNet on CIFAR-10 with the document's recipe.

Chapter: l4-cifar.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.cifar_optimisers.compute import NEAREST
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import ConstantRecipe


@dataclass(frozen=True, kw_only=True)
class Options(SmallOptions):
    recipe: ConstantRecipe = NEAREST
    standardised: bool = True


@dataclass(frozen=True, kw_only=True)
class CifarAlexnet(SmallClassifier):
    """The network and recipe of the document."""


@experiment(
    "cifar_alexnet",
    options=Options,
    result=CifarAlexnet,
    engine="torch",
    data=("cifar10",),
    smoke=dict(recipe=replace(NEAREST, epochs=1, batch=8), seeds=(0,), held_out=40, per_class=2, misread=4),
)
def cifar_alexnet(options: Options, run: Run) -> CifarAlexnet:
    """The document trains 15 epochs; its optimiser, learning rate and batch are not printed.

    Those of `cifar_optimisers` whose first epochs are nearest to its log are taken.

    `cnnlab run cifar_alexnet`: near 0.69 on the test pictures. One CPU core: 12 minutes a seed.
    """
    from cnnlab.data import cifar10
    from cnnlab.experiments.small_classifiers.laboratory import trained
    from cnnlab.models.alexnet_cifar import AlexNetCifar

    data = cifar10.splits(run.data("cifar10"), options.held_out)
    return trained(CifarAlexnet, "AlexNet", AlexNetCifar, data, options, run)
