"""Numbers of `flowers_finetuned` for prose and tables."""

from cnnlab.experiments.flower_classifiers import numbers as classifiers
from cnnlab.experiments.flowers_finetuned.compute import FlowersFineTuned
from cnnlab.words import Quantity, decimal, percent, text


def numbers(result: FlowersFineTuned) -> dict[str, Quantity]:
    """Those of every classifier, of the sum; of each part its weight and accuracies; the setting of the probe."""
    setting = result.chosen.setting
    sizes = ", ".join(map(str, setting.sizes))
    out = classifiers.numbers(result) | {
        "probe_sizes": text(es=sizes, en=sizes),
        "probe_penalty": decimal(setting.penalty, 2),
        "minutes_measuring": decimal(result.measuring_seconds / 60, 0),
        "minutes_epoch": decimal(result.training_seconds / 60 / result.epochs, 1),
    }
    for part in result.parts:
        out[f"{part.name}_weight"] = decimal(part.weight, 2)
        out[f"{part.name}_validation"] = percent(part.validation, 1)
        out[f"{part.name}_test"] = percent(part.test, 1)
    return out
