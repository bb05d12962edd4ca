"""Tables of chapter a12: what the training changes of torchvision, errors by kind, and all networks side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.experiments.raccoons import outcomes
from cnnlab.experiments.raccoons.compute import Interval, Precisions, RaccoonsResult
from cnnlab.words import Words

if TYPE_CHECKING:
    from cnnlab.experiments.raccoons_choices.compute import RaccoonsChoices
    from cnnlab.experiments.raccoons_seeds.compute import Again, RaccoonsSeeds
    from cnnlab.experiments.raccoons_yolox.compute import Measured, RaccoonsYolox

TORCHVISION = {  # defaults of torchvision's FasterRCNN, by the name of the argument
    "min_size": 800,
    "max_size": 1333,
    "box_batch_size_per_image": 512,
    "rpn_pre_nms_top_n_train": 2000,
    "rpn_post_nms_top_n_train": 2000,
    "rpn_pre_nms_top_n_test": 1000,
    "rpn_post_nms_top_n_test": 1000,
}
KINDS = ("location", "repeated", "background", "missed")  # of errors, of a detector of one class


def changed(result: RaccoonsResult) -> list[list[str]]:
    """Arguments of FasterRCNN, their defaults and what `raccoons` gives."""
    ours = result.options.torchvision_options
    return [[f"`{name}`", str(usual), str(ours[name])] for name, usual in TORCHVISION.items()]


def kinds(result: RaccoonsResult, words: Words) -> list[list[str]]:
    """Errors by kind of the last epoch: their number at the score threshold, and what AP50 gains without them."""
    found, truth = outcomes.found_after(result, result.curve[-1].epoch), outcomes.truth_of(result)
    counted, every = outcomes.kinds(found, truth), outcomes.kinds(found, truth, 0.0)
    return [
        [words(f"kind_{kind}"), words.integer(counted.counts[kind]), words.decimal(every.gains[kind], 3)]
        for kind in KINDS
    ]


def choices(result: RaccoonsChoices, words: Words) -> list[list[str]]:
    """The recipes compared on training photos that are set aside."""
    return [
        [
            words(f"recipe_{each.variant}"),
            words(f"weights_{each.weights}"),
            words(f"look_{each.look}"),
            *(words.decimal(value, 3) for value in (each.ap50, each.ap75, each.ap)),
        ]
        for each in result.choices
    ]


def ensembles(result: RaccoonsResult, yolox: RaccoonsYolox) -> dict[str, Precisions]:
    """The last epoch's boxes averaged with those of COCO's YOLOX-nano: with one look, and with several."""
    truth, others = outcomes.truth_of(result), yolox.arrays["zero_shot"]
    looks = {
        "look_one": outcomes.found_after(result, result.curve[-1].epoch),
        "several": result.arrays["several_looks"],
    }
    samples = result.options.bootstrap_samples
    return {
        name: outcomes.precisions(outcomes.averaged(found, others), truth, samples) for name, found in looks.items()
    }


def ensemble_gain(result: RaccoonsResult, yolox: RaccoonsYolox) -> Interval:
    """By how much the AP of the first of the `ensembles` is higher than that of the last epoch."""
    truth, found = outcomes.truth_of(result), outcomes.found_after(result, result.curve[-1].epoch)
    mean = outcomes.averaged(found, yolox.arrays["zero_shot"])
    return outcomes.gain(mean, found, truth, result.options.bootstrap_samples)


def networks(
    result: RaccoonsResult,
    seeds: RaccoonsSeeds,
    yolox: RaccoonsYolox,
    ensemble: dict[str, Precisions],
    gain: Interval,
    words: Words,
) -> list[list[str]]:
    """All networks: which, split, seed, looks, then AP50, AP75 and AP, the first and the last with intervals; and what
    the ensemble gains."""
    split, seed = result.options.split, result.options.recipe.seed
    kept: list[tuple[str, int, RaccoonsResult | Again]] = [(split, seed, result)]
    rows = []
    for one, number, each in kept + [(each.split, each.seed, each) for each in seeds.trainings]:
        for look, precisions in (("look_one", each.one_look), ("several", each.several_looks)):
            rows.append(row("network_faster_rcnn", one, number, look, precisions, words))
    rows.append(row("network_yolox_zero", split, None, "look_one", yolox.zero_shot, words))
    for trained in yolox.trained:
        rows.append(row("network_yolox", split, trained.seed, "look_one", trained.measured, words))
    for look, precisions in ensemble.items():
        rows.append(row("ensemble_yolox", split, seed, look, precisions, words))
    labels = [words("ensemble_gain"), words(split), words.integer(seed), words("look_one")]
    return [*rows, [*labels, "", "", with_interval(gain, words)]]


def row(
    network: str, split: str, seed: int | None, look: str, precisions: Precisions | Measured, words: Words
) -> list[str]:
    """A network of the table; seed: None where nothing was drawn."""
    return [
        words(network),
        words(split),
        "–" if seed is None else words.integer(seed),
        words(look),
        with_interval(precisions.ap50, words),
        words.decimal(precisions.ap75.value, 3),
        with_interval(precisions.ap, words),
    ]


def with_interval(each: Interval, words: Words) -> str:
    """ "0,560 (0,447–0,639)"."""
    low, high = (words.decimal(end, 3) for end in (each.low, each.high))
    return f"{words.decimal(each.value, 3)} ({low}–{high})"
