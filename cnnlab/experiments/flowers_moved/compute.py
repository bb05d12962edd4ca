"""How far fine-tuning on the flowers moved each block of ResNet-50: its weights, and its features.

Chapter: a09-dentro.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.results import Result, Run, experiment

COUNTS = {"layer1": 3, "layer2": 4, "layer3": 6, "layer4": 3}  # blocks of each stage
BLOCKS = (("conv1",), *(tuple(f"{stage}.{block}" for block in range(count)) for stage, count in COUNTS.items()))


@dataclass(frozen=True)
class Options:
    side: int = 224  # pixels of a photo that is compared
    photos: int | None = None  # of validation; None: all 1,020
    layers: tuple[tuple[str, ...], ...] = BLOCKS  # the features of those of a tuple are extracted in one pass


@dataclass(frozen=True)
class Layer:
    """weights: relative change ‖w′ − w‖ / ‖w‖; cka: linear CKA, 0 to 1, of its features before and after."""

    layer: str
    weights: float
    cka: float


@dataclass(frozen=True)
class FlowersMoved(Result):
    """photos: of the validation set, whose features were compared. layers: the first convolution and each block."""

    photos: int
    layers: tuple[Layer, ...]


@experiment(
    "flowers_moved",
    options=Options,
    result=FlowersMoved,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    depends_on=("flowers_resnet50",),
    smoke=dict(side=64, photos=8, layers=(("conv1",), ("layer4.1", "layer4.2"))),
)
def flowers_moved(options: Options, run: Run) -> FlowersMoved:
    """For the first convolution and each block: change of the weights, and CKA of the features before and after.

    `cnnlab run flowers_moved`: seven minutes on two CPU cores.
    """
    from torch.utils.data import DataLoader

    from cnnlab.data import flowers
    from cnnlab.data.augment import Transformed, centre_crop
    from cnnlab.experiments.flowers_resnet50.trained import load_classifier
    from cnnlab.interpret.similarity import cka, extract_features, weight_change
    from cnnlab.models.pretrained import resnet50
    from cnnlab.training.classifier import EVAL_BATCH

    o = options
    before = resnet50(run.weights("resnet50_keras")).to(run.device)
    after = load_classifier(run.needed("flowers_resnet50", "network.safetensors")).network.to(run.device)
    photos = flowers.load(run.data("flowers102")).validation[: o.photos]
    layers = []
    for names in o.layers:
        loader = DataLoader(Transformed(photos, centre_crop(o.side)), batch_size=EVAL_BATCH)
        old, new = (extract_features(network, names, run.progress(loader, names[0])) for network in (before, after))
        layers += [Layer(name, weight_change(before, after, name), cka(old[name], new[name])) for name in names]
    return FlowersMoved(len(photos), tuple(layers))
