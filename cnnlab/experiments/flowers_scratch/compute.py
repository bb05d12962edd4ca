"""ResNet-18 trained on the 1,020 flowers from random weights.

Chapter: a08-flores.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.flower_classifiers.options import NetworkOptions
from cnnlab.experiments.flower_classifiers.result import FineTuned
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import Recipe

RECIPE = Recipe(epochs=64, batch=32, learning_rate=1e-3, warmup=5.0, weight_decay=0.1)


@dataclass(frozen=True, kw_only=True)
class Options(NetworkOptions):
    recipe: Recipe = RECIPE
    side: int = 96
    eval_size: int = 128


@experiment(
    "flowers_scratch",
    options=Options,
    result=FineTuned,
    engine="torch",
    data=("flowers102",),
    smoke=dict(
        recipe=replace(RECIPE, epochs=2, batch=16, warmup=1.0), side=64, eval_size=64, per_class=1, confused_pairs=102
    ),
    gpu=dict(recipe=replace(RECIPE, epochs=600), side=224, eval_size=288),
)
def flowers_scratch(options: Options, run: Run) -> FineTuned:
    """Small photos and many epochs; batch normalisation learns its own statistics.

    `cnnlab run flowers_scratch`: near 0.48 on the 6,149 test photos. Two CPU cores: 20 minutes.
    """
    from torchvision.models import resnet18

    from cnnlab.experiments.flower_classifiers.training import load_flowers, trained_network

    run.seed(options.recipe.seed)
    data = load_flowers(options, run)
    network = resnet18(weights=None, num_classes=len(data.class_names))
    return FineTuned(network="ResNet-18", **trained_network(network, data, options, run))
