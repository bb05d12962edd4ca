"""The numbers of `flowers_moved` in the prose."""

from __future__ import annotations

from itertools import combinations
from statistics import mean, median
from typing import TYPE_CHECKING

from cnnlab.words import Quantity, decimal, integer, percent

if TYPE_CHECKING:
    from cnnlab.experiments.flowers_moved.compute import FlowersMoved, Layer


def numbers(result: FlowersMoved) -> dict[str, Quantity]:
    """Of each layer, the means over the seeds and over the pairs of seeds; of its channels, quantiles.

    `_apart`: the distance of two trainings, 1 − CKA, as a multiple of theirs from ImageNet's network. `_unrelated`: the
    similarity of two trainings that is expected where their changes have nothing to do with each other.
    """
    steps = result.steps
    rates = [mean(each.change_in_rates) for each in result.layers]
    found = {
        "photos": integer(result.photos),
        "side": integer(result.side),
        "seeds": integer(len(result.seeds)),
        "steps": integer(steps.count),
        "straight": decimal(steps.straight, 0),
        "wandering": decimal(steps.wandering, 1),
        "decay": percent(steps.decay, 2),
        "rates_least": decimal(min(rates), 1),
        "rates_most": decimal(max(rates), 1),
        "rates_share_least": percent(min(rates) / steps.wandering, 0),
        "rates_share_most": percent(max(rates) / steps.wandering, 0),
        "change_least": percent(min(mean(each.change) for each in result.layers), 2),
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
            found[f"{key}_unrelated"] = decimal(mean(unrelated(each)), 3)
            if cka < 1:
                found[f"{key}_apart"] = decimal((1 - mean(each.cka_seeds)) / (1 - cka), 2)
    for layer in result.channels:
        key = layer.layer.replace(".", "_")
        found[f"{key}_channels"], found[f"{key}_constant"] = integer(layer.channels), integer(layer.constant)
        for name, quantiles in (("moved", layer.moved), ("seeds", layer.seeds)):
            for part, value in zip(("5", "25", "median", "75", "95"), quantiles, strict=False):
                found[f"{key}_{name}_{part}"] = decimal(value, 2)
        if layer.seeds:
            found[f"{key}_unrelated_median"] = decimal(median(unrelated_channels(result, layer.layer)), 2)
    return found


def unrelated(layer: Layer) -> tuple[float, ...]:
    """The CKA of two trainings if their changes have nothing to do with each other, for each pair of seeds.

    CKA is the cosine of two Gram matrices. Where what the two trainings add to the first network's is orthogonal, that
    of the two is the product of each one's with the first network.
    """
    return tuple(one * other for one, other in combinations(layer.cka, 2))


def unrelated_channels(result: FlowersMoved, layer: str) -> list[float]:
    """The same for the correlations of all channels of a layer that are not constant, and all pairs of seeds."""
    moved = result.arrays[f"moved_{layer.replace('.', '_')}"].astype(float)
    moved = moved[:, (moved != 0).all(0)]
    return [float(product) for one, other in combinations(moved, 2) for product in one * other]
