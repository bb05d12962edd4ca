"""Numbers of `flowers_finetuned` for prose and tables."""

from cnnlab.experiments.flower_classifiers import numbers as classifiers
from cnnlab.experiments.flowers_finetuned.compute import FlowersFineTuned
from cnnlab.words import Quantity, decimal, integer, percent, text


def numbers(result: FlowersFineTuned) -> dict[str, Quantity]:
    """Those of every classifier, of the sum; of each part its weight and accuracies; the setting of the probe.

    `refitted_<layers>_<sizes>`: the validation accuracy of the probe on them, with the best penalty.
    """
    setting = result.chosen.setting
    sizes = ", ".join(map(str, setting.sizes))
    out = classifiers.numbers(result) | {
        "probe_sizes": text(es=sizes, en=sizes),
        "own_size": integer(result.own_size),
        "probe_penalty": decimal(setting.penalty, 2),
        "minutes_measuring": decimal(result.measuring_seconds / 60, 0),
        "minutes_epoch": decimal(result.training_seconds / 60 / result.epochs, 1),
    }
    for each in sorted(result.trials, key=lambda trial: trial.accuracy):  # the best penalty is the last
        read = (*each.setting.features.layers, *map(str, each.setting.sizes))
        out["_".join(("refitted", *read))] = percent(each.accuracy, 1)
    for part in result.parts:
        out[f"{part.name}_weight"] = decimal(part.weight, 2)
        for split, metrics in (("validation", part.validation), ("test", part.test)):
            out[f"{part.name}_{split}"] = percent(metrics.accuracy, 1)
            out[f"{part.name}_{split}_interval"] = classifiers.interval(metrics)
            out[f"{part.name}_{split}_class"] = percent(metrics.mean_class_accuracy, 1)
            out[f"{part.name}_{split}_ece"] = percent(metrics.ece, 1)
        out[f"{part.name}_temperature"] = decimal(part.temperature, 2)
    return out
