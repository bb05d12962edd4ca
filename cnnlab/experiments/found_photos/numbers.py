"""What prose may say of the result of `found_photos`."""

from cnnlab.experiments.found_photos.compute import FoundPhotos
from cnnlab.words import Quantity, decimal, integer, text


def numbers(result: FoundPhotos) -> dict[str, Quantity]:
    """Of each photo, in their order a, b, c, the number of its detections and the score of each: b_count, b_1."""
    credits = "; ".join(f"{each.number}, {each.licence}" for each in result.photos)
    out = {
        "threshold": decimal(result.threshold, 1),
        "among": integer(result.among),
        "credits": text(es=credits, en=credits),
    }
    for letter, each in zip("abcdefgh", result.photos, strict=False):
        out[f"{letter}_count"] = integer(len(each.scores))
        for place, score in enumerate(each.scores, 1):
            out[f"{letter}_{place}"] = decimal(score, 2)
    return out
