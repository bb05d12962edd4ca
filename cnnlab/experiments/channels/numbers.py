"""What prose may say of the result of `channels`."""

from cnnlab.words import decimal, integer


def numbers(result) -> dict:
    """The credits of the photos that are shown, and how much more than a photo a drawn picture holds."""
    from cnnlab.experiments._channels import credits, name

    told = {"photos": integer(result.photos), "steps": integer(result.steps), "credits": credits(result.stages)}
    for stage in result.stages:
        ratios = [each["drawn"] / each["photos"] for each in stage["channels"]]
        told |= {f"{stage['stage']}_least": decimal(min(ratios), 0), f"{stage['stage']}_most": decimal(max(ratios), 0)}
        told |= {f"{stage['stage']}_{at}": name(each["channel"]) for at, each in enumerate(stage["channels"], 1)}
    return told
