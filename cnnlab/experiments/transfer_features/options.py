"""Options of `transfer_features`. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.experiments.transfer.options import HELD_OUT, SIDES
from cnnlab.training.linear_svm import COSTS


@dataclass(frozen=True, kw_only=True)
class Options:
    """sets: names, photos of each class that are held out, pixels: as in the trainings. sizes: training photos of each
    class, of which `draws` random samples are taken; those that a set does not have are left out. seed: by which they
    are drawn.
    """

    sets: tuple[tuple[str, int, int], ...] = tuple((name, HELD_OUT[name], SIDES[name]) for name in SIDES)
    costs: tuple[float, ...] = COSTS
    folds: int = 5
    sizes: tuple[int, ...] = (10, 25, 50, 100, 250, 500)
    draws: int = 20
    seed: int = 0
    per_class: int | None = None
