"""A linear probe: ResNet-50 frozen as ImageNet left it, and a linear head on pooled features of three of its layers.

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
    layers: tuple[str, ...] = ("layer2", "layer3", "layer4")


@experiment(
    "flowers_resnet50_head",
    options=Options,
    result=LinearProbe,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    smoke=dict(
        recipe=replace(RECIPE, epochs=4, batch=16, learning_rate=1e-4),
        side=64,
        views=2,
        per_class=1,
        confused_pairs=102,
    ),
    gpu=dict(side=384),
)
def flowers_resnet50_head(options: Options, run: Run) -> LinearProbe:
    """The network runs forward only; its features are stored once, and the head is trained on them in a minute.

    `cnnlab run flowers_resnet50_head`: near 0.87 on the 6,149 test photos. Two CPU cores: 10 minutes.
    """
    from cnnlab.experiments.flower_classifiers.training import trained_probe
    from cnnlab.models.pretrained import resnet50

    run.seed(options.recipe.seed)
    network = resnet50(run.weights("resnet50_keras"))
    return LinearProbe(network="ResNet-50", **trained_probe(network, options, run))
