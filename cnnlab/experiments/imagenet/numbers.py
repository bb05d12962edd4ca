"""Numbers of `imagenet` for prose and tables."""

from cnnlab.experiments.imagenet.compute import ImageNet
from cnnlab.words import Quantity, percent, power, text


def numbers(result: ImageNet) -> dict[str, Quantity]:
    """For each photo the two most probable classes with their probabilities; the largest difference from Keras."""
    difference = result.keras_difference
    out = {"keras_difference": power(difference, 1) if difference else text(es="0", en="0")}
    for photo in result.photos:
        for place, key in enumerate(("", "_second")):
            best = photo.top[place]
            out[f"{photo.name}{key}_label"] = text(es=best.label, en=best.label)
            out[f"{photo.name}{key}"] = percent(best.probability, 1)
    return out
