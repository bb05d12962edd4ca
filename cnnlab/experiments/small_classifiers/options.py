"""Options that the experiments which train a small network share. They import no framework."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.data.distortion import NO_DISTORTION, Distortion
from cnnlab.errors import check_whole
from cnnlab.training.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class SmallOptions:
    """recipe: its seed is not used. seeds: of the weights, the order and the distortion. held_out: training pictures
    that are held out for choices, the last ones. per_class: pictures of each class in each split; None: all.
    standardised: pictures to mean 0 and deviation 1, else to 0–1. fitted: training pictures, the first ones, on which
    the network is evaluated after each epoch; None: all. misread: test pictures that are kept.

    Raises: OptionError for numbers of pictures that are not whole or too small.
    """

    recipe: Recipe
    seeds: tuple[int, ...] = (0, 1, 2)
    held_out: int = 5000
    per_class: int | None = None
    distortion: Distortion = NO_DISTORTION
    standardised: bool = False
    fitted: int | None = 10_000
    misread: int = 20

    def __post_init__(self):
        check_whole(0, misread=self.misread)
        counts = {"per_class": self.per_class, "fitted": self.fitted}
        check_whole(1, **{name: count for name, count in counts.items() if count is not None})
