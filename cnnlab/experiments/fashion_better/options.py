"""Options of the better recipe for Fashion-MNIST. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.data.distortion import Distortion
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.training.recipe import Recipe

RECIPE = Recipe(
    epochs=30, batch=128, learning_rate=4e-3, warmup=2.0, weight_decay=0.05, smoothing=0.1, averaging=0.998, workers=0
)
CHANGED = Distortion(shift=2, mirrored=True, erased=8)


@dataclass(frozen=True, kw_only=True)
class BetterOptions(SmallOptions):
    """Those of the better recipe."""

    recipe: Recipe = RECIPE
    distortion: Distortion = CHANGED
    standardised: bool = True
