"""Options of `flowers_ablation`. They import no framework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cnnlab.experiments.flowers_finetuned.options import RECIPE, STAGES
from cnnlab.experiments.flowers_finetuned.options import Options as FineTuning

SHORT = replace(RECIPE, epochs=5)
BASE = FineTuning(recipe=SHORT, side=128, eval_size=160)


def with_recipe(**changes: float) -> FineTuning:
    """The base with another recipe."""
    return replace(BASE, recipe=replace(SHORT, **changes))  # type: ignore[arg-type]


def with_all_stages(factor: float) -> FineTuning:
    """The base with one learning rate for all stages but the head, `factor` times the recipe's; nothing is frozen."""
    stages = tuple((name, multiplier if name == "head" else factor) for name, multiplier in STAGES)
    return replace(BASE, stages=stages)


VARIANTS = (
    ("base", BASE),
    ("rate_half", with_recipe(learning_rate=SHORT.learning_rate / 2)),
    ("rate_double", with_recipe(learning_rate=SHORT.learning_rate * 2)),
    ("three_layers", replace(BASE, head_layers=("layer2", "layer3", "layer4"))),
    ("smoothing", with_recipe(smoothing=0.1)),
    ("all_stages", with_all_stages(1.0)),
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """variants: names and how each trains. Each is trained with every seed; the order is by seed, then by variant.

    kept: names of variants whose trained networks are kept, for other experiments.
    """

    variants: tuple[tuple[str, FineTuning], ...] = VARIANTS
    seeds: tuple[int, ...] = (0, 1)
    kept: tuple[str, ...] = ("all_stages",)
    per_class: int | None = None  # photos of each species in each split; None: all

    def trainings(self) -> Iterator[tuple[str, int, FineTuning]]:
        """(name, seed, how) of each training, in their order."""
        for seed in self.seeds:
            for name, how in self.variants:
                yield name, seed, replace(how, recipe=replace(how.recipe, seed=seed))
