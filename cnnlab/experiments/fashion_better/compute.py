"""A network of no more parameters on Fashion-MNIST, with a recipe chosen on pictures that are held out.

Chapter: l2-fashion.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.fashion_better.options import RECIPE, BetterOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment


@dataclass(frozen=True, kw_only=True)
class FashionBetter(SmallClassifier):
    """The network with batch normalisation."""


@experiment(
    "fashion_better",
    options=BetterOptions,
    result=FashionBetter,
    engine="torch",
    data=("fashion_mnist",),
    smoke=dict(recipe=replace(RECIPE, epochs=1, batch=8), seeds=(0,), per_class=2, held_out=500, misread=4),
)
def fashion_better(options: BetterOptions, run: Run) -> FashionBetter:
    """AdamW, a rate that falls to 0, pictures moved, mirrored and partly erased, averaged weights.

    `cnnlab run fashion_better`: near 0.94 on the 10,000 test pictures. One CPU core: 16 minutes a seed.
    """
    from cnnlab.data import fashion_mnist
    from cnnlab.experiments.small_classifiers.training import train_seeds
    from cnnlab.models.fashion import normalised

    splits = fashion_mnist.splits(run.data("fashion_mnist"), options.held_out)
    fields, _ = train_seeds(normalised, splits.first_of_each_class(options.per_class), options, run)
    return FashionBetter(network="CNN 16-32-64-128, BN", **fields)
