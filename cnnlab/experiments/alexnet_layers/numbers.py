"""What prose may say of the result of `alexnet_layers`."""

from cnnlab.words import integer, text


def numbers(result) -> dict:
    wrong = [each["name"] for each in result.layers if each["name"] != each["printed"]]
    names = ", ".join(f"`{each}`" for each in wrong)
    return {"features": integer(result.features), "misprinted": text(es=names, en=names)}
