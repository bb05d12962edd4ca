"""ResNet-50 with weights of ImageNet, all of it trained further on the 1,020 flowers (row A8)."""

from dataclasses import dataclass, replace

from cnnlab.results import Run, experiment
from cnnlab.training.recipe import Recipe

RATES = (
    ("conv1", 0.1),
    ("bn1", 0.1),
    ("layer1", 0.15),
    ("layer2", 0.3),
    ("layer3", 0.6),
    ("layer4", 1.0),
    ("fc", 10.0),
)
RECIPE = Recipe(epochs=50, batch=16, rate=1.5e-4, factors=RATES, frozen_norms=True)


@dataclass(frozen=True)
class Options:
    recipe: Recipe = RECIPE
    side: int = 192  # pixels of a random crop
    shown_side: int = 224  # pixels of a photo that is measured
    least: float = 0.25  # of the photo's area in a random crop


@experiment(
    "flowers_resnet50",
    options=Options,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    smoke=dict(recipe=replace(RECIPE, epochs=2, batch=4, warmup=1.0), side=64, shown_side=64),
    gpu=dict(side=384, shown_side=480),
)
def flowers_resnet50(options: Options, run: Run) -> dict:
    """A new head for 102 species and lower rates towards the input; batch normalisation keeps ImageNet's statistics.

    `cnnlab run flowers_resnet50`: near 0.9 on the 6,149 test photos. Two CPU cores: 45 minutes.
    """
    from cnnlab.nets.pretrained import replace_head, resnet50, save
    from cnnlab.training.classifier import fine_tuned

    run.seed(options.recipe.seed)
    network = replace_head(resnet50(run.weights("resnet50_keras")), 102)
    told = fine_tuned(network, options.recipe, options.side, options.shown_side, options.least, run)
    run.keep("network.safetensors", lambda path: save(network, path))
    return {"network": "ResNet-50", **told}


def numbers(result) -> dict:
    from cnnlab.experiments._flowers import numbers_of

    return numbers_of(result)
