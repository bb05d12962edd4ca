"""The numbers of `flowers_moved` in the prose."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING

from cnnlab.words import Quantity, decimal, integer, percent

if TYPE_CHECKING:
    from cnnlab.experiments.flowers_moved.compute import FlowersMoved


def numbers(result: FlowersMoved) -> dict[str, Quantity]:
    """Of each layer, the means over the seeds and over the pairs of seeds; of its channels, quantiles.

    `_independent`: how many times as far from each other as from ImageNet's network two trainings end, by 1 − CKA: 2 is
    expected where the two moved independently of each other, less where they moved in common.
    """
    steps = result.steps
    found = {
        "photos": integer(result.photos),
        "side": integer(result.side),
        "seeds": integer(len(result.seeds)),
        "steps": integer(steps.count),
        "straight": decimal(steps.straight, 0),
        "wandering": decimal(steps.wandering, 1),
        "decay": percent(steps.decay, 2),
        "rates_least": decimal(min(mean(each.change_in_rates) for each in result.layers), 1),
        "rates_most": decimal(max(mean(each.change_in_rates) for each in result.layers), 1),
        "change_least": percent(min(mean(each.change) for each in result.layers), 1),
        "change_most": percent(max(mean(each.change) for each in result.layers), 1),
    }
    for each in result.layers:
        key, cka = each.layer.replace(".", "_"), mean(each.cka)
        found[f"{key}_cka"] = decimal(cka, 3)
        found[f"{key}_change"] = percent(mean(each.change), 1)
        found[f"{key}_rates"] = decimal(mean(each.change_in_rates), 1)
        if each.cka_seeds:
            found[f"{key}_cka_seeds"] = decimal(mean(each.cka_seeds), 3)
            found[f"{key}_agreement"] = decimal(mean(each.agreement), 2)
            if cka < 1:
                found[f"{key}_independent"] = decimal((1 - mean(each.cka_seeds)) / (1 - cka), 1)
    for layer in result.channels:
        key = layer.layer.replace(".", "_")
        found[f"{key}_channels"], found[f"{key}_constant"] = integer(layer.channels), integer(layer.constant)
        for name, quantiles in (("moved", layer.moved), ("seeds", layer.seeds)):
            for part, value in zip(("5", "25", "median", "75", "95"), quantiles, strict=False):
                found[f"{key}_{name}_{part}"] = decimal(value, 2)
    return found
