"""What prose may say of the result of `channels_beyond`."""

from cnnlab.words import decimal, integer, text


def numbers(result) -> dict:
    from cnnlab.experiments._channels import credits, name

    told = {
        "signed_channel": name(result.signed.channel),
        "channel": name(result.channel),
        "credits": credits([{"channels": [result.signed]}]),
        "without_transformations": decimal(result.activation.not_robust / result.activation.with_both, 1),
    }
    for at, each in enumerate(result.classes, 1):
        told |= {f"class_{at}": name(each["class"]), f"class_{at}_name": text(es=each["name"], en=each["name"])}
    return told | {f"step_{at}": integer(each) for at, each in enumerate(result.steps, 1)}
