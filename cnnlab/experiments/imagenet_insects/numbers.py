"""Numbers of `imagenet_insects` for prose and tables."""

from cnnlab.experiments.imagenet_insects.compute import IMAGENET_CLASSES, ImagenetInsects
from cnnlab.words import Quantity, integer, percent


def numbers(result: ImagenetInsects) -> dict[str, Quantity]:
    """By network and insect the accuracy, its interval and the photos classified correctly; the photos of an insect."""
    out = {}
    for network in ("resnet50", "squeezenet"):
        for insect in IMAGENET_CLASSES:
            row = getattr(result, network)[insect]
            out[f"{network}_{insect}"] = percent(row.accuracy, 0)
            out[f"{network}_{insect}_right"] = integer(row.correct)
            out[f"{network}_{insect}_low"], out[f"{network}_{insect}_high"] = percent(row.low, 0), percent(row.high, 0)
            out[insect] = integer(row.count)
    return out
