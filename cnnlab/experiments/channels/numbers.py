"""The numbers of `channels` in the prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.experiments.channel_sheets import channel_number, photo_credits
from cnnlab.words import Quantity, decimal, integer, percent, text

if TYPE_CHECKING:
    from cnnlab.experiments.channels.compute import Channels


def numbers(result: Channels) -> dict[str, Quantity]:
    """Counts and credits; for each stage the numbers of all channels drawn at random, and the least and most times that
    their rendered images have the highest mean activation over a photo, where it is not 0; of those shown, numbers and
    selectivity.

    Of the photos beside those shown: `patches`, how many; `flower_patches`, those of flowers; `best_patches`, those
    among the three of their channel's highest mean; `farthest_rank`, the last place by mean activation.
    """
    shown = [each for stage in result.stages for each in stage.shown]
    ranks, sources = [rank for each in shown for rank in each.ranks], [name for each in shown for name in each.sources]
    found = {
        "patches": integer(len(ranks)),
        "flower_patches": integer(sources.count("flowers")),
        "best_patches": integer(sum(rank <= 3 for rank in ranks)),
        "photos": integer(result.photos),
        "flowers": integer(result.flowers),
        "flowers_share": percent(result.flowers / result.photos, 0),
        "steps": integer(result.steps),
        "drawn": integer(len(result.stages[0].channels)),
        "farthest_rank": integer(max(ranks)),
        "credits": photo_credits(credit for each in shown for credit in each.credits),
    }
    for stage in result.stages:
        ratios = [each.drawn / each.photos for each in stage.channels if each.photos]
        found |= {f"{stage.stage}_least": decimal(min(ratios), 1), f"{stage.stage}_most": decimal(max(ratios), 1)}
        found[f"{stage.stage}_of"] = integer(stage.of)
        every = ", ".join(str(each.channel) for each in stage.channels)
        found[f"{stage.stage}_all"] = text(es=every, en=every)
        for at, each in enumerate(stage.shown, 1):
            found[f"{stage.stage}_{at}"] = channel_number(each.channel)
            found[f"{stage.stage}_{at}_selectivity"] = decimal(each.selectivity, 2)
    return found
