"""The residual network on CIFAR-10, of whose training pictures a square is erased, too.

Chapter: l4-cifar.
"""

from dataclasses import dataclass, replace

from cnnlab.data.distortion import Distortion
from cnnlab.experiments.cifar_alexnet_augmented.compute import MOVED
from cnnlab.experiments.cifar_residual.compute import RECIPE
from cnnlab.experiments.cifar_residual.compute import Options as ResidualOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment

ERASED = replace(MOVED, erased=8)


@dataclass(frozen=True, kw_only=True)
class Options(ResidualOptions):
    distortion: Distortion = ERASED


@experiment(
    "cifar_residual_erased",
    options=Options,
    result=SmallClassifier,
    engine="torch",
    data=("cifar10",),
    smoke=dict(recipe=replace(RECIPE, epochs=1, batch=8, warmup=0.5), seeds=(0,), held_out=40, per_class=2, misread=4),
)
def cifar_residual_erased(options: Options, run: Run) -> SmallClassifier:
    """It differs from `cifar_residual` in nothing but that a square is erased: Cutout (DeVries and Taylor 2017).

    `cnnlab run cifar_residual_erased`: near 0.90 on the test pictures. One CPU core: 45 minutes a seed.
    """
    from cnnlab.data import cifar10
    from cnnlab.experiments.small_classifiers.laboratory import trained
    from cnnlab.models.residual_cifar import residual_cifar

    data = cifar10.splits(run.data("cifar10"), options.held_out)
    return trained(SmallClassifier, "ResNet", residual_cifar, data, options, run)
