"""Simple CNN with one dense layer of 10 outputs, the document's proposal of a cheaper network.

Chapter: l3-mnist.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.mnist_simple_cnn.compute import RECIPE
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import ConstantRecipe


@dataclass(frozen=True, kw_only=True)
class Options(SmallOptions):
    recipe: ConstantRecipe = RECIPE
    standardised: bool = True


@experiment(
    "mnist_one_dense",
    options=Options,
    result=SmallClassifier,
    engine="torch",
    data=("mnist",),
    smoke=dict(recipe=replace(RECIPE, epochs=1, batch=8), seeds=(0,), held_out=20, per_class=2, misread=4),
)
def mnist_one_dense(options: Options, run: Run) -> SmallClassifier:
    """The recipe is that of `mnist_simple_cnn`.

    `cnnlab run mnist_one_dense`: near 0.989 on the test digits. One CPU core: 11 minutes a seed.
    """
    from cnnlab.data import mnist
    from cnnlab.experiments.small_classifiers.laboratory import trained
    from cnnlab.models.simple_cnn import SimpleCNN

    data = mnist.splits(run.data("mnist"), options.held_out)
    return trained(SmallClassifier, "Simple CNN", lambda: SimpleCNN(hidden=0), data, options, run)
