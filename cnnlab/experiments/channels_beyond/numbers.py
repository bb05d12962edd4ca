"""The numbers of `channels_beyond` in the prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.experiments.channel_sheets import channel_number, photo_credits
from cnnlab.words import Quantity, decimal, integer, text

if TYPE_CHECKING:
    from cnnlab.experiments.channels_beyond.compute import ChannelsBeyond


def numbers(result: ChannelsBeyond) -> dict[str, Quantity]:
    found = {
        "signed_channel": channel_number(result.signed.channel),
        "channel": channel_number(result.channel),
        "credits": photo_credits(result.signed.credits),
        "without_transformations": decimal(result.activation.not_robust / result.activation.with_both, 1),
    }
    for at, each in enumerate(result.classes, 1):
        found |= {f"class_{at}": channel_number(each.label), f"class_{at}_name": text(es=each.name, en=each.name)}
    return found | {f"step_{at}": integer(each) for at, each in enumerate(result.steps, 1)}
