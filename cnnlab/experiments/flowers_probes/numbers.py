"""Numbers of `flowers_probes` for prose and tables."""

from statistics import median

from cnnlab.experiments.flower_classifiers.numbers import interval
from cnnlab.experiments.flowers_probes.compute import FlowersProbes
from cnnlab.training.ridge_settings import Trial, best
from cnnlab.words import Quantity, decimal, integer, percent, text


def numbers(result: FlowersProbes) -> dict[str, Quantity]:
    """Accuracies with their 95 % intervals, what was chosen, the ablations on validation, minutes."""
    setting = result.chosen.setting
    sizes = ", ".join(map(str, setting.sizes))
    several = [each for each in result.trials if each.setting.features == setting.features]
    heads = {root: [each.accuracy for each in result.heads if each.root == root] for root in (False, True)}
    tested = sum(each.seconds for each in result.extractions if each.split == "test")
    chosen_with = sum(each.seconds for each in result.extractions if each.split != "test")
    out = {
        "test": percent(result.test.accuracy, 1),
        "test_interval": interval(result.test),
        "test_class": percent(result.test.mean_class_accuracy, 1),
        "test_ece": percent(result.test.ece, 1),
        "validation": percent(result.validation.accuracy, 1),
        "validation_interval": interval(result.validation),
        "photos": integer(result.photos),
        "sizes": text(es=sizes, en=sizes),
        "penalty": decimal(setting.penalty, 2),
        "features": integer(result.chosen.features),
        "trials": integer(len(result.trials)),
        "temperature": decimal(result.temperature, 2),
        "head_plain_low": percent(min(heads[False]), 1),
        "head_plain_high": percent(max(heads[False]), 1),
        "head_root_low": percent(min(heads[True]), 1),
        "head_root_high": percent(max(heads[True]), 1),
        "head_seconds": decimal(median(head.seconds for head in result.heads), 0),
        "minutes_choice": decimal(chosen_with / 60, 1),
        "minutes_test": decimal(tested / 60, 1),
        "test_photos": integer(len(result.arrays["test_label"])),
        "parameters": integer(result.parameters),
        "minutes": decimal((chosen_with + tested + result.fitting_seconds) / 60, 0),
        "fitting_seconds": decimal(result.fitting_seconds, 0),
        "minutes_all": decimal(result.provenance.seconds / 60, 0),
    }
    for group in {each.setting.sizes for each in result.trials}:
        at = [each for each in several if each.setting.sizes == group]
        name = str(group[0]) if len(group) == 1 else "several"
        out[f"size_{name}"] = percent(best(tuple(at)).accuracy, 1)
    for each in dict.fromkeys(trial.setting.features for trial in result.trials):
        kind = "_".join([*each.layers, *["max"] * each.maxima, *["root"] * each.root, *["balanced"] * each.balanced])
        out[f"set_{kind}"] = percent(best(same_sizes(result, each)).accuracy, 1)
    return out


def same_sizes(result: FlowersProbes, features: object) -> tuple[Trial, ...]:
    """The trials of a feature set at the chosen sizes: one for each penalty."""
    sizes = result.chosen.setting.sizes
    return tuple(each for each in result.trials if each.setting.features == features and each.setting.sizes == sizes)
