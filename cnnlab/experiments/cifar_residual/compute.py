"""A residual network on CIFAR-10 that does no more multiply-adds than AlexNet.

Chapter: l4-cifar.
"""

from dataclasses import dataclass, replace

from cnnlab.data.distortion import Distortion
from cnnlab.experiments.cifar_alexnet_augmented.compute import MOVED
from cnnlab.experiments.cifar_alexnet_better.compute import RECIPE as ALEXNET_RECIPE
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import SgdRecipe

RECIPE = replace(ALEXNET_RECIPE, learning_rate=0.2)


@dataclass(frozen=True, kw_only=True)
class Options(SmallOptions):
    recipe: SgdRecipe = RECIPE
    seeds: tuple[int, ...] = (0, 1)
    standardised: bool = True
    distortion: Distortion = MOVED


@experiment(
    "cifar_residual",
    options=Options,
    result=SmallClassifier,
    engine="torch",
    data=("cifar10",),
    smoke=dict(recipe=replace(RECIPE, epochs=1, batch=8, warmup=0.5), seeds=(0,), held_out=40, per_class=2, misread=4),
)
def cifar_residual(options: Options, run: Run) -> SmallClassifier:
    """The recipe is that of `cifar_alexnet_better` with a higher learning rate, which batch normalisation allows (Ioffe
    and Szegedy 2015, section 3.3).

    `cnnlab run cifar_residual`: near 0.90 on the test pictures. One CPU core: 45 minutes a seed.
    """
    from cnnlab.data import cifar10
    from cnnlab.experiments.small_classifiers.laboratory import trained
    from cnnlab.models.residual_cifar import residual_cifar

    data = cifar10.splits(run.data("cifar10"), options.held_out)
    return trained(SmallClassifier, "ResNet", residual_cifar, data, options, run)
