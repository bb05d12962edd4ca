"""ResNet-50 with weights of ImageNet, all of it trained further on the 1,020 flowers.

Chapter: a08-flores.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.flower_classifiers.result import PooledFineTuned
from cnnlab.results import Run, experiment
from cnnlab.training.recipe import Recipe

MULTIPLIERS = (
    ("network.conv1", 0.1),
    ("network.bn1", 0.1),
    ("network.layer1", 0.15),
    ("network.layer2", 0.3),
    ("network.layer3", 0.6),
    ("network.layer4", 1.0),
    ("head", 4.5),
)
RECIPE = Recipe(
    epochs=30, batch=16, learning_rate=1e-4, learning_rate_multipliers=MULTIPLIERS, weight_decay=0.1, frozen_norms=True
)


@dataclass(frozen=True)
class Options:
    recipe: Recipe = RECIPE
    layers: tuple[str, ...] = ("layer2", "layer3", "layer4")
    dropout: float = 0.5
    side: int = 192  # pixels of a random crop
    eval_size: int = 224  # pixels of a photo that is measured
    min_area: float = 0.25  # of the photo's area in a random crop


@experiment(
    "flowers_resnet50",
    options=Options,
    result=PooledFineTuned,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    smoke=dict(recipe=replace(RECIPE, epochs=2, batch=4, warmup=1.0), side=64, eval_size=64),
    gpu=dict(side=384, eval_size=480),
)
def flowers_resnet50(options: Options, run: Run) -> PooledFineTuned:
    """A new head for 102 species that reads three layers, and lower rates towards the input; batch normalisation keeps
    ImageNet's statistics.

    `cnnlab run flowers_resnet50`: near 0.9 on the 6,149 test photos. Two CPU cores: 65 minutes.
    """
    from torch.utils.data import DataLoader

    from cnnlab.data import flowers
    from cnnlab.data.photos import Augmented
    from cnnlab.models.heads import without_head
    from cnnlab.models.pooled_layers import PooledLayersClassifier
    from cnnlab.models.pretrained import resnet50
    from cnnlab.models.weights_torch import save
    from cnnlab.training.classifier import EVAL_BATCH, fine_tuned
    from cnnlab.training.linear_probe import View

    o = options
    run.seed(o.recipe.seed)
    photos = flowers.load(run.data("flowers102")).train
    crops = View(Augmented(photos, o.side, min_area=o.min_area, seed=o.recipe.seed), 0)
    trunk = without_head(resnet50(run.weights("resnet50_keras")))
    examples = run.progress(DataLoader(crops, batch_size=EVAL_BATCH), "what the layers say before the training")
    network = PooledLayersClassifier(trunk, o.layers, examples, 102, o.dropout)
    told = fine_tuned(network, o.recipe, o.side, o.eval_size, o.min_area, run)
    run.keep("network.safetensors", lambda path: save(network, path))
    return PooledFineTuned(network="ResNet-50", layers=o.layers, **told)
