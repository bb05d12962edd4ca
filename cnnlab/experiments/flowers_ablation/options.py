"""Options of `flowers_ablation`. They import no framework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cnnlab.experiments.flowers_finetuned.options import RECIPE, STAGES
from cnnlab.experiments.flowers_finetuned.options import Options as FineTuning
from cnnlab.training.recipe import Recipe

THREE = ("layer2", "layer3", "layer4")
SHORT = replace(RECIPE, epochs=6)
BASE = FineTuning(recipe=SHORT, side=160, eval_size=192)


def with_rate(factor: float) -> FineTuning:
    """The base with another learning rate."""
    return replace(BASE, recipe=replace(SHORT, learning_rate=factor * SHORT.learning_rate))


def with_multipliers(*changed: str, to: float) -> tuple[tuple[str, float], ...]:
    """The multipliers of the stages, some of them changed."""
    return tuple((name, to if name in changed else factor) for name, factor in STAGES)


def with_adam() -> FineTuning:
    """The base with AdamW, at the rate of `flowers_resnet50`."""
    values = {name: value for name, value in vars(SHORT).items() if name != "momentum"}
    return replace(BASE, recipe=Recipe(**values | {"learning_rate": 1e-4, "weight_decay": 0.05}))


VARIANTS = (
    ("base", BASE),
    ("rate_half", with_rate(0.5)),
    ("rate_double", with_rate(2)),
    ("three_layers", replace(BASE, head_layers=THREE, stages=with_multipliers("head", to=0.2))),
    ("three_layers_slow", replace(BASE, head_layers=THREE, stages=with_multipliers("head", to=0.02))),
    ("smoothing", replace(BASE, recipe=replace(SHORT, smoothing=0.1))),
    ("all_stages", replace(BASE, stages=with_multipliers("conv1", "bn1", "layer1", "layer2", to=0.1))),
    ("adam", with_adam()),
    ("wide_crops", replace(BASE, min_area=0.6)),
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
