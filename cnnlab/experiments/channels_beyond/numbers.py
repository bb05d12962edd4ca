"""The numbers of `channels_beyond` in the prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.experiments.channel_sheets import channel_number, photo_credits
from cnnlab.words import Quantity, decimal, integer

if TYPE_CHECKING:
    from cnnlab.experiments.channels_beyond.compute import ChannelsBeyond


def numbers(result: ChannelsBeyond) -> dict[str, Quantity]:
    """The channels, the levels of the spectrum from the lowest, credits of its photos, and the steps."""
    spectrum = result.spectrum
    found = {
        "photos": integer(result.photos),
        "spectrum_channel": channel_number(spectrum.channel),
        "spectrum_selectivity": decimal(spectrum.selectivity, 2),
        "credits": photo_credits(credit for each in spectrum.levels for credit in each.credits),
        "channel": channel_number(result.channel),
        "without_transformations": decimal(result.activation.not_robust / result.activation.with_both, 1),
    }
    found |= {f"level_{at}": decimal(each.level, 1) for at, each in enumerate(spectrum.levels, 1)}
    return found | {f"step_{at}": integer(each) for at, each in enumerate(result.steps, 1)}
