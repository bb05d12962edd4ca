"""What prose may say of the result of `found_photos`."""

from cnnlab.words import decimal, integer


def numbers(result) -> dict:
    told = {"threshold": decimal(result.threshold, 1)}
    for each in result.photos:
        told[f"{each['photo']}_count"] = integer(len(each["scores"]))
        for place, score in enumerate(each["scores"], 1):
            told[f"{each['photo']}_{place}"] = decimal(score, 2)
    return told
