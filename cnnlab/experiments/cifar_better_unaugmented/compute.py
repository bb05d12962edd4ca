"""AlexNet on CIFAR-10 with the better recipe, and the pictures as they are.

Chapter: l4-cifar.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.cifar_alexnet_better.compute import RECIPE
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import SgdRecipe


@dataclass(frozen=True, kw_only=True)
class Options(SmallOptions):
    recipe: SgdRecipe = RECIPE
    seeds: tuple[int, ...] = (0, 1)
    standardised: bool = True


@experiment(
    "cifar_better_unaugmented",
    options=Options,
    result=SmallClassifier,
    engine="torch",
    data=("cifar10",),
    smoke=dict(recipe=replace(RECIPE, epochs=1, batch=8, warmup=0.5), seeds=(0,), held_out=40, per_class=2, misread=4),
)
def cifar_better_unaugmented(options: Options, run: Run) -> SmallClassifier:
    """It differs from `cifar_alexnet_better` in nothing but that pictures are not moved and mirrored.

    `cnnlab run cifar_better_unaugmented`: near 0.76 on the test pictures. One CPU core: 40 minutes a seed.
    """
    from cnnlab.data import cifar10
    from cnnlab.experiments.small_classifiers.laboratory import trained
    from cnnlab.models.alexnet_cifar import started_as_he

    data = cifar10.splits(run.data("cifar10"), options.held_out)
    return trained(SmallClassifier, "AlexNet", started_as_he, data, options, run)
