"""The numbers of `flowers_channels` in the prose."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING

from cnnlab.experiments.channel_sheets import channel_number
from cnnlab.words import Quantity, decimal, integer, percent, text

if TYPE_CHECKING:
    from cnnlab.experiments.flowers_channels.compute import FlowersChannels

SPANISH = {"sunflower": "girasol", "passion flower": "flor de la pasión", "clematis": "clemátide"}


def numbers(result: FlowersChannels) -> dict[str, Quantity]:
    """Of a channel, what the pictures of the network before and of the other one give, as shares of what those of the
    network itself give with the same seeds (means over them), and the weakest of these as a share of the strongest:
    `_seeds`. `_short`: what it lacks of the whole, in points.
    """
    found = {"steps": integer(result.steps), "species_steps": integer(result.species_steps)}
    for stage in result.stages:
        shares: dict[str, list[float]] = {
            "old": [mean(each.old) / mean(each.new) for each in stage.channels],
            "other": [mean(each.other) / mean(each.new[: len(each.other)]) for each in stage.channels],
            "seeds": [min(each.new) / max(each.new) for each in stage.channels],
        }
        found[f"{stage.stage}_of"] = integer(stage.of)
        for name, values in shares.items():
            found[f"{stage.stage}_{name}_least"] = percent(min(values), 0)
            found[f"{stage.stage}_{name}_most"] = percent(max(values), 0)
            for at, value in enumerate(values, 1):
                found[f"{stage.stage}_{name}_{at}"] = percent(value, 0)
                if name != "seeds":
                    found[f"{stage.stage}_{name}_short_{at}"] = integer(round(100 * (1 - value)))
        for at, each in enumerate(stage.channels, 1):
            found[f"{stage.stage}_{at}"] = channel_number(each.channel)
    for at, species in enumerate(result.species, 1):
        found[f"species_{at}"] = text(es=SPANISH.get(species.name) or species.name, en=species.name)
        for drawn in species.drawings:
            key = f"species_{at}_{drawn.parametrisation}"
            found |= {f"{key}_rank": integer(drawn.rank), f"{key}_probability": percent(drawn.probability, 0)}
            found |= {f"{key}_other_rank": integer(drawn.other_rank)}
            found |= {f"{key}_other_probability": percent(drawn.other_probability, 0)}
    if result.species:
        every = [drawn for species in result.species for drawn in species.drawings]
        found["least_probability"] = decimal(min(drawn.probability for drawn in every), 3)
        found["least_other_probability"] = decimal(min(drawn.other_probability for drawn in every), 2)
        firsts = [drawn.other_probability for drawn in every if drawn.other_rank == 1]
        if firsts:
            found["least_other_first"] = decimal(min(firsts), 2)
    return found
