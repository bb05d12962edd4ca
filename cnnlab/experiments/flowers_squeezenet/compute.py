"""SqueezeNet 1.1, twenty times smaller than ResNet-50, with weights of ImageNet, all of it trained further.

Chapter: a08-flores.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.flower_classifiers.result import FineTuned
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import Recipe

MULTIPLIERS = (("features.0", 0.1), ("features.3", 0.3), ("features.4", 0.3), ("classifier", 10.0))
RECIPE = Recipe(epochs=60, batch=16, learning_rate=2e-4, learning_rate_multipliers=MULTIPLIERS)


@dataclass(frozen=True)
class Options:
    recipe: Recipe = RECIPE
    side: int = 192  # pixels of a random crop
    eval_size: int = 224  # pixels of a photo that is measured
    min_area: float = 0.25  # of the photo's area in a random crop


@experiment(
    "flowers_squeezenet",
    options=Options,
    result=FineTuned,
    engine="torch",
    data=("flowers102",),
    weights=("squeezenet1_1",),
    smoke=dict(recipe=replace(RECIPE, epochs=2, batch=4, warmup=1.0), side=64, eval_size=64),
    gpu=dict(side=384, eval_size=480),
)
def flowers_squeezenet(options: Options, run: Run) -> FineTuned:
    """The same recipe as ResNet-50's, for more epochs: the small network takes an eighth of the time.

    `cnnlab run flowers_squeezenet`: near 0.8 on the 6,149 test photos. Two CPU cores: 15 minutes.
    """
    from cnnlab.models.heads import replace_head
    from cnnlab.models.pretrained import squeezenet1_1
    from cnnlab.training.classifier import fine_tuned

    run.seed(options.recipe.seed)
    network = replace_head(squeezenet1_1(run.weights("squeezenet1_1")), 102)
    told = fine_tuned(network, options.recipe, options.side, options.eval_size, options.min_area, run)
    return FineTuned(network="SqueezeNet 1.1", **told)
