"""Numbers of `ascent_images` for prose and tables."""

from cnnlab.experiments.ascent_images.compute import AscentImages
from cnnlab.experiments.channel_sheets import channel_number
from cnnlab.words import Quantity, decimal, integer, text

CLASSES = "labels"  # the layer of classes


def numbers(result: AscentImages) -> dict[str, Quantity]:
    """`class_<place>_label`, `_plain`, `_blur`, `_photo`; `channel_<place>`; roughness: means over all pictures."""
    plain, blur = ([getattr(each, f"roughness_{way}") for each in result.ascended] for way in ("plain", "blur"))
    out = {
        "credit": text(es=result.credit, en=result.credit),
        "steps": integer(result.options.steps),
        "roughness_photo": decimal(result.roughness_photo, 1),
        "roughness_plain": decimal(sum(plain) / len(plain), 1),
        "roughness_blur": decimal(sum(blur) / len(blur), 1),
    }
    classes = [each for each in result.ascended if each.layer == CLASSES]
    for place, (each, photo) in enumerate(zip(classes, result.photo_scores, strict=True)):
        out[f"class_{place}_label"] = text(es=each.label, en=each.label)
        out[f"class_{place}_plain"], out[f"class_{place}_blur"] = decimal(each.plain, 0), decimal(each.blur, 0)
        out[f"class_{place}_photo"] = decimal(photo, 0)
    channels = [each for each in result.ascended if each.layer != CLASSES]
    for place, each in enumerate(channels):
        out[f"channel_{place}"] = channel_number(each.channel)
    return out
