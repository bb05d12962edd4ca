"""What prose may say of the result of `flowers_channels`."""

from cnnlab.words import integer, percent, text


def numbers(result) -> dict:
    told = {"steps": integer(result.steps)}
    for stage in result.stages:  # of what a channel answers to its own new picture, the share that the old one gets
        shares = [each["old_picture"] / each["new_picture"] for each in stage["channels"]]
        told |= {f"{stage['stage']}_least": percent(min(shares), 0), f"{stage['stage']}_most": percent(max(shares), 0)}
    for at, each in enumerate(result.species, 1):
        told[f"species_{at}"] = text(es=each["name"], en=each["name"])
    return told
