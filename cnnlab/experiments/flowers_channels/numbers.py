"""The numbers of `flowers_channels` in the prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.words import Quantity, integer, percent, text

if TYPE_CHECKING:
    from cnnlab.experiments.flowers_channels.compute import FlowersChannels

SPANISH = {"sunflower": "girasol", "passion flower": "flor de la pasión", "clematis": "clemátide"}


def numbers(result: FlowersChannels) -> dict[str, Quantity]:
    found = {"steps": integer(result.steps)}
    for stage in result.stages:  # a channel's activation by its old image, as a share of that by its new one
        shares = [each.old_picture / each.new_picture for each in stage.channels]
        found |= {f"{stage.stage}_least": percent(min(shares), 0), f"{stage.stage}_most": percent(max(shares), 0)}
        for each, share in zip(stage.channels, shares, strict=True):
            found[f"{stage.stage}_{each.channel}"] = percent(share, 0)
    for at, species in enumerate(result.species, 1):
        found[f"species_{at}"] = text(es=SPANISH.get(species.name) or species.name, en=species.name)
    return found
