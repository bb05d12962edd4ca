"""The numbers of `alexnet_layers` in the prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.words import Quantity, integer, text

if TYPE_CHECKING:
    from cnnlab.experiments.alexnet_layers.compute import AlexnetLayers


def numbers(result: AlexnetLayers) -> dict[str, Quantity]:
    wrong = [each.name for each in result.layers if each.name != each.printed]
    names = ", ".join(f"`{each}`" for each in wrong)
    return {"features": integer(result.features), "misprinted": text(es=names, en=names)}
