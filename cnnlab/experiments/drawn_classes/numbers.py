"""The numbers of `drawn_classes` in the prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.experiments.channel_sheets import channel_number
from cnnlab.words import Quantity, integer, percent, text

if TYPE_CHECKING:
    from cnnlab.experiments.drawn_classes.compute import DrawnClasses

SPANISH = {"miniature schnauzer": "schnauzer miniatura", "daisy": "margarita"}


def numbers(result: DrawnClasses) -> dict[str, Quantity]:
    """Of each class, from 1: its number and name, and the probability and rank of it in each image drawn for it."""
    found = {name: integer(getattr(result, name)) for name in ("photos", "steps", "crops")}
    for at, each in enumerate(result.classes, 1):
        found[f"class_{at}"] = channel_number(each.label)
        found[f"class_{at}_name"] = text(es=SPANISH.get(each.name) or each.name, en=each.name)
        for drawing in each.drawings:
            found[f"class_{at}_{drawing.parametrisation}"] = percent(drawing.probability, 1)
            found[f"class_{at}_{drawing.parametrisation}_rank"] = integer(drawing.rank)
    return found
