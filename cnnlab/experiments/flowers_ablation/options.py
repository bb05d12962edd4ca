"""Options of `flowers_ablation`. They import no framework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cnnlab.experiments.flowers_finetuned.options import RECIPE, STAGES
from cnnlab.experiments.flowers_finetuned.options import Options as FineTuning
from cnnlab.training.recipe import SgdRecipe

THREE = ("layer2", "layer3", "layer4")
SHORT = replace(RECIPE, epochs=5)
BASE = FineTuning(recipe=SHORT, side=128, eval_size=160)


def with_rate(factor: float) -> FineTuning:
    """The base with another learning rate."""
    return replace(BASE, recipe=replace(SHORT, learning_rate=factor * SHORT.learning_rate))


def with_multipliers(*changed: str, to: float) -> tuple[tuple[str, float], ...]:
    """The multipliers of the stages, some of them changed."""
    return tuple((name, to if name in changed else factor) for name, factor in STAGES)


def with_sgd(rate: float) -> FineTuning:
    """The base with SGD."""
    recipe = SgdRecipe(**vars(SHORT) | {"learning_rate": rate, "weight_decay": 1e-4})
    return replace(BASE, recipe=recipe, stages=with_multipliers("head", to=1.0))


VARIANTS = (
    ("base", BASE),
    ("rate_half", with_rate(0.5)),
    ("rate_double", with_rate(2)),
    ("sgd", with_sgd(1e-3)),
    ("sgd_half", with_sgd(5e-4)),
    ("three_layers", replace(BASE, head_layers=THREE)),
    ("smoothing", replace(BASE, recipe=replace(SHORT, smoothing=0.1))),
    ("all_stages", replace(BASE, stages=with_multipliers("conv1", "bn1", "layer1", "layer2", to=0.2))),
    ("whole_crops", replace(BASE, min_area=0.6)),
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """variants: names and how each trains. Each is trained with every seed; the order is by seed, then by variant.

    kept: names of variants whose trained networks are kept, for other experiments.
    """

    variants: tuple[tuple[str, FineTuning], ...] = VARIANTS
    seeds: tuple[int, ...] = (0, 1, 2)
    kept: tuple[str, ...] = ("all_stages",)
    per_class: int | None = None  # photos of each species in each split; None: all

    def trainings(self) -> Iterator[tuple[str, int, FineTuning]]:
        """(name, seed, how) of each training, in their order."""
        for seed in self.seeds:
            for name, how in self.variants:
                yield name, seed, replace(how, recipe=replace(how.recipe, seed=seed))
