"""The numbers of `flowers_moved` in the prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.words import Quantity, decimal, integer, percent

if TYPE_CHECKING:
    from cnnlab.experiments.flowers_moved.compute import FlowersMoved


def numbers(result: FlowersMoved) -> dict[str, Quantity]:
    found = {"photos": integer(result.photos)}
    for each in result.layers:
        key = each.layer.replace(".", "_")
        found |= {f"{key}_weights": percent(each.weights, 1), f"{key}_cka": decimal(each.cka, 2)}
    return found
