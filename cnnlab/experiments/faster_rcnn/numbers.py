"""What prose may say of the result of `faster_rcnn`."""

from cnnlab.words import integer


def numbers(result) -> dict:
    told = {
        "parameters": integer(result.parameters),
        "anchors": integer(sum(each["anchors"] for each in result.levels)),
    }
    for part in result.tree:
        if part["path"]:
            told[part["path"].replace(".", "_")] = integer(part["parameters"])
    return told
