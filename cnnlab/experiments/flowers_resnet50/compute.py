"""ResNet-50 with weights of ImageNet, all of it fine-tuned on the 1,020 flowers.

Chapter: a08-flores.
"""

from dataclasses import dataclass, replace

from cnnlab.experiments.flower_classifiers.options import NetworkOptions
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


@dataclass(frozen=True, kw_only=True)
class Options(NetworkOptions):
    recipe: Recipe = RECIPE
    layers: tuple[str, ...] = ("layer2", "layer3", "layer4")  # whose pooled features the head reads
    dropout: float = 0.5


@experiment(
    "flowers_resnet50",
    options=Options,
    result=PooledFineTuned,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    smoke=dict(recipe=replace(RECIPE, epochs=2, warmup=1.0), side=64, eval_size=64, per_class=1, confused_pairs=102),
    gpu=dict(side=384, eval_size=480),
)
def flowers_resnet50(options: Options, run: Run) -> PooledFineTuned:
    """A new head for 102 species that reads three layers, and lower learning rates towards the input; batch
    normalisation keeps ImageNet's statistics.

    `cnnlab run flowers_resnet50`: near 0.9 on the 6,149 test photos. Two CPU cores: 65 minutes.
    """
    from torch.utils.data import DataLoader

    from cnnlab.data.augment import AugmentedEpoch
    from cnnlab.experiments.flower_classifiers.training import load_flowers, random_crops, trained_network
    from cnnlab.models.heads import without_head
    from cnnlab.models.pooled_layers import PooledLayersClassifier
    from cnnlab.models.pretrained import resnet50
    from cnnlab.models.weights_torch import save
    from cnnlab.training.classifier import EVAL_BATCH

    run.seed(options.recipe.seed)
    data = load_flowers(options, run)
    examples = random_crops(data, options)
    backbone = without_head(resnet50(run.weights("resnet50_keras")))
    crops = run.progress(DataLoader(AugmentedEpoch(examples, 0), batch_size=EVAL_BATCH), "features before training")
    network = PooledLayersClassifier(backbone, options.layers, crops, len(data.class_names), options.dropout)
    fields = trained_network(network, data, options, run, examples)
    run.keep("network.safetensors", lambda path: save(network, path))
    return PooledFineTuned(network="ResNet-50", layers=options.layers, **fields)
