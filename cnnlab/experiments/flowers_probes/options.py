"""Options of `flowers_probes`, and what is kept of a trained head. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.results.schema import Timing
from cnnlab.training.recipe import Recipe
from cnnlab.training.ridge_settings import FeatureSet, Grid

THREE = ("layer2", "layer3", "layer4")
SETS = (
    FeatureSet(("layer4",), maxima=False, root=False),  # what the network's own head reads
    FeatureSet(("layer4",), maxima=False),
    FeatureSet(("layer4",)),
    FeatureSet(("layer3", "layer4")),
    FeatureSet(THREE, maxima=False),
    FeatureSet(THREE, balanced=False),
    FeatureSet(THREE, root=False),
    FeatureSet(THREE),
)
GRID = Grid(SETS, ((224,), (256,), (288,), (224, 256, 288)), (0.03, 0.1, 0.3, 1.0))
HEAD = Recipe(epochs=100, batch=64, learning_rate=1e-3, weight_decay=0.5)  # that of flowers_resnet50_head


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is tried on validation, and how the heads beside it are trained."""

    grid: Grid = GRID
    head: Recipe = HEAD  # of the head that is trained by descent on the same features
    head_seeds: tuple[int, ...] = (0, 1, 2)
    dropout: float = 0.5
    per_class: int | None = None  # photos of each species in each split; None: all
    workers: int = 1  # processes that load photos


@dataclass(frozen=True)
class TrainedHead:
    """A head trained by AdamW. root: on square roots of the features; accuracy: on validation, after the last epoch."""

    root: bool
    seed: int
    accuracy: float
    seconds: Timing
