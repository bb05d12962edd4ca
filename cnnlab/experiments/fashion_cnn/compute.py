"""The convolutional network of the course, 360,714 parameters, trained on Fashion-MNIST as its document says.

Chapter: l2-fashion.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import ConstantRecipe

RECIPE = ConstantRecipe(  # learning rate and decay are torch's defaults of Adagrad
    epochs=20, batch=32, learning_rate=0.01, warmup=0.0, weight_decay=0.0, smoothing=0.0, workers=0, optimiser="Adagrad"
)


@dataclass(frozen=True, kw_only=True)
class Options(SmallOptions):
    recipe: ConstantRecipe = RECIPE


@dataclass(frozen=True, kw_only=True)
class FashionNetwork(SmallClassifier):
    """Array `kernels` (16, 3, 3): the first layer's, of the first seed's network."""


@experiment(
    "fashion_cnn",
    options=Options,
    result=FashionNetwork,
    engine="torch",
    data=("fashion_mnist",),
    smoke=dict(recipe=replace(RECIPE, epochs=1, batch=8), seeds=(0,), per_class=2, held_out=500, misread=4),
)
def fashion_cnn(options: Options, run: Run) -> FashionNetwork:
    """Batches of 32, cross-entropy, Adagrad at torch's learning rate, 20 epochs; pictures as they are, in 0–1.

    `cnnlab run fashion_cnn`: near 0.92 on the 10,000 test pictures. One CPU core: 16 minutes a seed.
    """
    from cnnlab.data import fashion_mnist
    from cnnlab.experiments.small_classifiers.training import train_seeds
    from cnnlab.models.fashion import convolutional

    splits = fashion_mnist.splits(run.data("fashion_mnist"), options.held_out)
    fields, networks = train_seeds(convolutional, splits.first_of_each_class(options.per_class), options, run)
    run.array("kernels", networks[0].get_parameter("0.weight").detach().cpu().numpy()[:, 0])
    return FashionNetwork(network="CNN 16-32-64-128", **fields)
