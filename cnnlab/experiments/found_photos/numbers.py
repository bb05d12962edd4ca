"""What prose may say of the result of `found_photos`."""

from cnnlab.experiments.found_photos.compute import FoundPhotos
from cnnlab.words import Quantity, decimal, integer


def numbers(result: FoundPhotos) -> dict[str, Quantity]:
    out = {"threshold": decimal(result.threshold, 1)}
    for each in result.photos:
        out[f"{each.photo}_count"] = integer(len(each.scores))
        for place, score in enumerate(each.scores, 1):
            out[f"{each.photo}_{place}"] = decimal(score, 2)
    return out
