"""Options of `transfer_features`. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.errors import OptionError, check_whole
from cnnlab.experiments.transfer.options import HELD_OUT, SIDES
from cnnlab.training.linear_svm import COSTS

LEAST = 17  # pixels of a side: of less SqueezeNet makes nothing


@dataclass(frozen=True, kw_only=True)
class Options:
    """sets: names, photos of each class that are held out, pixels: as in the trainings. sizes: training photos of each
    class, of which `draws` random samples are taken; those that a set does not have are left out. seed: by which they
    are drawn.

    Raises: OptionError for other sets, for none of the pets, for sides below LEAST, samples of one photo, and no draw.
    """

    sets: tuple[tuple[str, int, int], ...] = tuple((name, HELD_OUT[name], SIDES[name]) for name in SIDES)
    costs: tuple[float, ...] = COSTS
    folds: int = 5
    sizes: tuple[int, ...] = (10, 25, 50, 100, 250, 500)
    draws: int = 20
    seed: int = 0
    per_class: int | None = None

    def __post_init__(self):
        names = [name for name, _, _ in self.sets]
        if "pets" not in names or not set(names) <= set(SIDES) or len(set(names)) < len(names):
            raise OptionError(f"sets of {names}", allowed=f"{', '.join(SIDES)}, each once; pets must be among them")
        for _, _, side in self.sets:
            check_whole(LEAST, side=side)
        for size in self.sizes:
            check_whole(2, sizes=size)
        check_whole(1, draws=self.draws)
