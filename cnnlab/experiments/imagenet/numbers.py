"""Numbers of `imagenet` for prose and tables."""

from cnnlab.experiments.imagenet.compute import ImageNet
from cnnlab.words import Quantity, decimal, percent, power, text


def numbers(result: ImageNet) -> dict[str, Quantity]:
    """For each photo the two most probable classes with their probabilities and logits, the three largest values and
    the least of the class's map; the fifth class; the largest differences from Keras, and between a logit and its
    map's mean plus the bias.
    """
    out = {
        name: power(difference, 1) if difference else text(es="0", en="0")
        for name, difference in (
            ("keras_difference", result.keras_difference),
            ("map_difference", result.map_difference),
        )
    }
    maps = result.arrays["maps"]
    for photo, mapped in zip(result.photos, maps, strict=True):
        for place, key in enumerate(("", "_second")):
            best = photo.top[place]
            out[f"{photo.name}{key}_label"] = text(es=best.label, en=best.label)
            out[f"{photo.name}{key}"] = percent(best.probability, 1)
            out[f"{photo.name}{key}_logit"] = decimal(photo.logits[place], 1)
            out[f"{photo.name}{key}_map_most"] = decimal(float(mapped[place].max()), 0)
            for rank in (2, 3):
                out[f"{photo.name}{key}_map_most_{rank}"] = decimal(float(sorted(mapped[place].ravel())[-rank]), 0)
            out[f"{photo.name}{key}_map_least"] = decimal(float(mapped[place].min()), 0)
        fifth = photo.top[4]
        out[f"{photo.name}_fifth_label"] = text(es=fifth.label, en=fifth.label)
        out[f"{photo.name}_fifth"] = percent(fifth.probability, 1)
    return out
