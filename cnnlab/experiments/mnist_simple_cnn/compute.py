"""Simple CNN on MNIST with the document's recipe.

Chapter: l3-mnist.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import ConstantRecipe

RECIPE = ConstantRecipe(
    epochs=20, batch=64, learning_rate=0.01, weight_decay=0.0, smoothing=0.0, optimiser="SGD", momentum=0.9, workers=0
)


@dataclass(frozen=True, kw_only=True)
class Options(SmallOptions):
    recipe: ConstantRecipe = RECIPE
    standardised: bool = True


@experiment(
    "mnist_simple_cnn",
    options=Options,
    result=SmallClassifier,
    engine="torch",
    data=("mnist",),
    smoke=dict(recipe=replace(RECIPE, epochs=1, batch=8), seeds=(0,), held_out=20, per_class=2, misread=4),
)
def mnist_simple_cnn(options: Options, run: Run) -> SmallClassifier:
    """The document trains 10 epochs, then 10 more; its optimiser, learning rate and batch are not printed.

    `cnnlab run mnist_simple_cnn`: near 0.991 on the test digits. One CPU core: 12 minutes a seed.
    """
    from cnnlab.data import mnist
    from cnnlab.experiments.small_classifiers.laboratory import trained
    from cnnlab.models.simple_cnn import SimpleCNN

    data = mnist.splits(run.data("mnist"), options.held_out)
    return trained(SmallClassifier, "Simple CNN", SimpleCNN, data, options, run)
