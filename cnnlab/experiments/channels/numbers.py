"""The numbers of `channels` in the prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.experiments.channel_sheets import channel_number, photo_credits
from cnnlab.words import Quantity, decimal, integer

if TYPE_CHECKING:
    from cnnlab.experiments.channels.compute import Channels


def numbers(result: Channels) -> dict[str, Quantity]:
    """The credits of the photos shown, and how many times a photo's mean activation a rendered image has."""
    credits = photo_credits(credit for stage in result.stages for each in stage.channels for credit in each.credits)
    found = {"photos": integer(result.photos), "steps": integer(result.steps), "credits": credits}
    for stage in result.stages:
        ratios = [each.drawn / each.photos for each in stage.channels]
        found |= {f"{stage.stage}_least": decimal(min(ratios), 0), f"{stage.stage}_most": decimal(max(ratios), 0)}
        found |= {f"{stage.stage}_{at}": channel_number(each.channel) for at, each in enumerate(stage.channels, 1)}
    return found
