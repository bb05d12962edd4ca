"""Options of `flowers_finetuned`. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.experiments.flower_classifiers.options import NetworkOptions
from cnnlab.training.recipe import Recipe
from cnnlab.training.ridge_settings import FeatureSet, Grid

STAGES = (
    ("conv1", 0.0),
    ("bn1", 0.0),
    ("layer1", 0.0),
    ("layer2", 0.0),
    ("layer3", 0.5),
    ("layer4", 1.0),
    ("head", 5.0),
)
RECIPE = Recipe(epochs=12, batch=16, learning_rate=1e-4, warmup=1.0, smoothing=0.0, frozen_norms=True)
GRID = Grid(
    (FeatureSet(("layer4",)), FeatureSet(("layer2", "layer3", "layer4"))),
    ((256,), (288,), (320,), (256, 288)),
    (0.1, 0.3, 1.0),
)


@dataclass(frozen=True, kw_only=True)
class Options(NetworkOptions):
    """How the network is fine-tuned, and what is tried on validation afterwards."""

    recipe: Recipe = RECIPE
    stages: tuple[tuple[str, float], ...] = STAGES  # multipliers of the learning rate; 0 freezes
    head_layers: tuple[str, ...] = ()  # whose pooled features the head reads; (): the mean of the last, as ResNet's own
    dropout: float = 0.5  # of the head that reads several layers
    side: int = 256
    eval_size: int = 256  # in training, after each epoch; afterwards the sizes of the grid are tried
    grid: Grid = GRID  # of the refitted probe
    steps: int = 4  # weights of the sum are multiples of 1 / steps
