"""The multilayer perceptron 512-128-64-10 on Fashion-MNIST, with the recipe of the convolutional network.

Chapter: l2-fashion.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.fashion_cnn.compute import RECIPE
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import ConstantRecipe


@dataclass(frozen=True, kw_only=True)
class Options(SmallOptions):
    recipe: ConstantRecipe = RECIPE


@dataclass(frozen=True, kw_only=True)
class FashionPerceptron(SmallClassifier):
    """The perceptron, which sees a picture as 784 numbers."""


@experiment(
    "fashion_mlp",
    options=Options,
    result=FashionPerceptron,
    engine="torch",
    data=("fashion_mnist",),
    smoke=dict(recipe=replace(RECIPE, epochs=1, batch=8), seeds=(0,), per_class=2, held_out=500, misread=4),
)
def fashion_mlp(options: Options, run: Run) -> FashionPerceptron:
    """The same batches, loss, optimiser, epochs and seeds as `fashion_cnn`.

    `cnnlab run fashion_mlp`: near 0.89 on the 10,000 test pictures. One CPU core: 2 minutes a seed.
    """
    from cnnlab.data import fashion_mnist
    from cnnlab.experiments.small_classifiers.training import train_seeds
    from cnnlab.models.fashion import perceptron

    splits = fashion_mnist.splits(run.data("fashion_mnist"), options.held_out)
    fields, _ = train_seeds(perceptron, splits.first_of_each_class(options.per_class), options, run)
    return FashionPerceptron(network="MLP 512-128-64-10", **fields)
