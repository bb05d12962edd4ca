"""ResNet-18 trained on the 1,020 flowers from random weights: what the same photos teach on their own.

Chapter: a08-flores.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.flower_classifiers.result import FineTuned
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import Recipe

RECIPE = Recipe(epochs=64, batch=32, learning_rate=1e-3, warmup=5.0, weight_decay=0.1)


@dataclass(frozen=True)
class Options:
    recipe: Recipe = RECIPE
    side: int = 96  # pixels of a random crop
    eval_size: int = 128  # pixels of a photo that is measured
    min_area: float = 0.25  # of the photo's area in a random crop


@experiment(
    "flowers_scratch",
    options=Options,
    result=FineTuned,
    engine="torch",
    data=("flowers102",),
    smoke=dict(recipe=replace(RECIPE, epochs=2, batch=4, warmup=1.0), side=64, eval_size=64),
    gpu=dict(recipe=replace(RECIPE, epochs=600), side=224, eval_size=288),
)
def flowers_scratch(options: Options, run: Run) -> FineTuned:
    """Small photos and many epochs; batch normalisation learns its own statistics.

    `cnnlab run flowers_scratch`: near 0.48 on the 6,149 test photos. Two CPU cores: 20 minutes.
    """
    from torchvision.models import resnet18

    from cnnlab.training.classifier import fine_tuned

    run.seed(options.recipe.seed)
    network = resnet18(weights=None, num_classes=102)
    told = fine_tuned(network, options.recipe, options.side, options.eval_size, options.min_area, run)
    return FineTuned(network="ResNet-18", **told)
