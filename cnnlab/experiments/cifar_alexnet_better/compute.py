"""AlexNet on CIFAR-10 with a better recipe.

Chapter: l4-cifar.
"""

from dataclasses import dataclass, replace

from cnnlab.data.distortion import Distortion
from cnnlab.experiments.cifar_alexnet_augmented.compute import MOVED
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import SgdRecipe

RECIPE = SgdRecipe(
    epochs=40, batch=128, learning_rate=0.02, warmup=2.0, weight_decay=5e-4, smoothing=0.1, averaging=0.995, workers=0
)


@dataclass(frozen=True, kw_only=True)
class Options(SmallOptions):
    recipe: SgdRecipe = RECIPE
    seeds: tuple[int, ...] = (0, 1)
    standardised: bool = True
    distortion: Distortion = MOVED


@experiment(
    "cifar_alexnet_better",
    options=Options,
    result=SmallClassifier,
    engine="torch",
    data=("cifar10",),
    smoke=dict(recipe=replace(RECIPE, epochs=1, batch=8, warmup=0.5), seeds=(0,), held_out=40, per_class=2, misread=4),
)
def cifar_alexnet_better(options: Options, run: Run) -> SmallClassifier:
    """The network starts as He et al. 2015 propose, the learning rate falls as half a cosine, the weights are averaged.

    `cnnlab run cifar_alexnet_better`: near 0.82 on the test pictures. One CPU core: 50 minutes a seed.
    """
    from cnnlab.data import cifar10
    from cnnlab.experiments.small_classifiers.laboratory import trained
    from cnnlab.models.alexnet_cifar import started_as_he

    data = cifar10.splits(run.data("cifar10"), options.held_out)
    return trained(SmallClassifier, "AlexNet", started_as_he, data, options, run)
