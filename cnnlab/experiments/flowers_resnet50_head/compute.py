"""ResNet-50 as ImageNet left it, and a linear head on what three of its layers say of the flowers.

Chapter: a08-flores.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.flower_classifiers.result import LinearProbe
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import Recipe

RECIPE = Recipe(epochs=100, batch=64, learning_rate=1e-3, weight_decay=0.5)


@dataclass(frozen=True)
class Options:
    recipe: Recipe = RECIPE
    layers: tuple[str, ...] = ("layer2", "layer3", "layer4")
    side: int = 256  # pixels of a random crop, and of a photo that is measured
    min_area: float = 0.4  # of the photo's area in a random crop
    views: int = 6  # random crops stored of each training photo
    dropout: float = 0.5


@experiment(
    "flowers_resnet50_head",
    options=Options,
    result=LinearProbe,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    smoke=dict(recipe=replace(RECIPE, epochs=30, batch=4, learning_rate=1e-4), side=64, views=2),
    gpu=dict(side=384),
)
def flowers_resnet50_head(options: Options, run: Run) -> LinearProbe:
    """The network runs forward only; its features are stored once, and the head learns from them in a minute.

    `cnnlab run flowers_resnet50_head`: near 0.87 on the 6,149 test photos. Two CPU cores: 10 minutes.
    """
    from cnnlab.models.pretrained import resnet50
    from cnnlab.training.linear_probe import head_trained

    run.seed(options.recipe.seed)
    network = resnet50(run.weights("resnet50_keras"))
    o = options
    told = head_trained(network, o.layers, o.recipe, o.side, o.min_area, o.views, o.dropout, 102, run)
    return LinearProbe(network="ResNet-50", **told)
