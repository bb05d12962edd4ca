"""What prose may say of the result of `zeroshot`."""

from cnnlab.experiments.zeroshot.compute import CLASSES
from cnnlab.words import integer, percent


def numbers(result) -> dict:
    told = {}
    for network in ("resnet50", "squeezenet"):
        for insect in CLASSES:
            row = result[network][insect]
            told[f"{network}_{insect}"] = percent(row["accuracy"], 0)
            told[f"{network}_{insect}_right"] = integer(row["right"])
            told[f"{insect}"] = integer(row["count"])
    return told
