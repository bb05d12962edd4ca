"""Simple CNN on MNIST with a better recipe.

Chapter: l3-mnist.
"""

from dataclasses import dataclass, replace

from cnnlab.data.distortion import Distortion
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import Recipe

RECIPE = Recipe(epochs=20, batch=128, learning_rate=2e-3, warmup=1.0, weight_decay=0.05, smoothing=0.0, workers=0)
CHANGED = Distortion(shift=2, rotation=10.0, scale=0.1)


@dataclass(frozen=True, kw_only=True)
class Options(SmallOptions):
    recipe: Recipe = RECIPE
    standardised: bool = True
    distortion: Distortion = CHANGED


@experiment(
    "mnist_augmented",
    options=Options,
    result=SmallClassifier,
    engine="torch",
    data=("mnist",),
    smoke=dict(recipe=replace(RECIPE, epochs=1, batch=8, warmup=0.5), seeds=(0,), held_out=20, per_class=2, misread=4),
)
def mnist_augmented(options: Options, run: Run) -> SmallClassifier:
    """AdamW, half a cosine, digits that are moved, turned and scaled.

    `cnnlab run mnist_augmented`: near 0.995 on the test digits. One CPU core: 12 minutes a seed.
    """
    from cnnlab.data import mnist
    from cnnlab.experiments.small_classifiers.laboratory import trained
    from cnnlab.models.simple_cnn import SimpleCNN

    data = mnist.splits(run.data("mnist"), options.held_out)
    return trained(SmallClassifier, "Simple CNN", SimpleCNN, data, options, run)
