"""A linear probe: SqueezeNet 1.1 frozen as ImageNet left it, and a linear head on pooled features of three layers.

Chapter: a08-flores.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.flower_classifiers.options import ProbeOptions
from cnnlab.experiments.flower_classifiers.result import LinearProbe
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import Recipe

RECIPE = Recipe(epochs=100, batch=64, learning_rate=1e-3, weight_decay=0.5)


@dataclass(frozen=True, kw_only=True)
class Options(ProbeOptions):
    recipe: Recipe = RECIPE
    layers: tuple[str, ...] = ("features.7", "features.10", "features.12")


@experiment(
    "flowers_squeezenet_head",
    options=Options,
    result=LinearProbe,
    engine="torch",
    data=("flowers102",),
    weights=("squeezenet1_1",),
    smoke=dict(
        recipe=replace(RECIPE, epochs=4, batch=16, learning_rate=1e-4),
        side=64,
        views=2,
        per_class=1,
        confused_pairs=102,
    ),
    gpu=dict(side=384),
)
def flowers_squeezenet_head(options: Options, run: Run) -> LinearProbe:
    """The network runs forward only; its features are stored once, and the head is trained on them in a minute.

    `cnnlab run flowers_squeezenet_head`: near 0.8 on the 6,149 test photos. Two CPU cores: 3 minutes.
    """
    from cnnlab.experiments.flower_classifiers.training import trained_probe
    from cnnlab.models.pretrained import squeezenet1_1

    run.seed(options.recipe.seed)
    network = squeezenet1_1(run.weights("squeezenet1_1"))
    return LinearProbe(network="SqueezeNet 1.1", **trained_probe(network, options, run))
