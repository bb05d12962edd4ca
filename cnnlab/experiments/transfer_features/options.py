"""Options of `transfer_features`. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.experiments.transfer.options import SIDE
from cnnlab.training.linear_svm import COSTS


@dataclass(frozen=True, kw_only=True)
class Options:
    """held_out: of each class by set, as in the trainings. sizes: training photos of each class, of which `draws`
    random samples are taken; those that a set does not have are left out. seed: by which they are drawn.
    """

    held_out: tuple[tuple[str, int], ...] = (("insects", 24), ("pets", 100))
    side: int = SIDE  # pixels
    costs: tuple[float, ...] = COSTS
    folds: int = 5
    sizes: tuple[int, ...] = (10, 25, 50, 100, 250, 500)
    draws: int = 20
    seed: int = 0
    per_class: int | None = None
