"""Tables of chapter a12: what the training changes of torchvision, errors by kind, and all networks side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.experiments.raccoons import outcomes
from cnnlab.experiments.raccoons.compute import Interval, Precisions, RaccoonsResult
from cnnlab.words import NBSP, Words

if TYPE_CHECKING:
    import numpy as np

    from cnnlab.experiments.raccoons_seeds.compute import Again, RaccoonsSeeds
    from cnnlab.experiments.raccoons_yolox.compute import RaccoonsYolox

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


def ensembles(result: RaccoonsResult, yolox: RaccoonsYolox) -> dict[str, tuple[Precisions, Precisions]]:
    """The last epoch's boxes averaged with YOLOX-nano's, as it comes and fine-tuned: with one look, with several."""
    truth, samples = outcomes.truth_of(result), result.options.bootstrap_samples
    one_look = outcomes.found_after(result, result.curve[-1].epoch)
    out = {}
    for name, others in partners(yolox).items():
        one, several = (outcomes.averaged(each, others) for each in (one_look, result.arrays["several_looks"]))
        out[name] = outcomes.precisions(one, truth, samples), outcomes.precisions(several, truth, samples)
    return out


def partners(yolox: RaccoonsYolox) -> dict[str, np.ndarray]:
    """The detections of YOLOX-nano as it comes, and of the first that was fine-tuned."""
    return {"zero_shot": yolox.arrays["zero_shot"], "fine_tuned": yolox.arrays[f"found-{yolox.trained[0].seed}"]}


def gains(result: RaccoonsResult, yolox: RaccoonsYolox) -> dict[str, Interval]:
    """By how much the AP of the last epoch is exceeded with several looks, by YOLOX-nano fine-tuned, by ensembles."""
    truth, found = outcomes.truth_of(result), outcomes.found_after(result, result.curve[-1].epoch)
    both = partners(yolox)
    others = {"looks": result.arrays["several_looks"], "yolox": both["fine_tuned"]}
    others |= {name: outcomes.averaged(found, each) for name, each in both.items()}
    samples = result.options.bootstrap_samples
    return {name: outcomes.gain(each, found, truth, samples) for name, each in others.items()}


def networks(
    result: RaccoonsResult,
    seeds: RaccoonsSeeds,
    yolox: RaccoonsYolox,
    ensembles: dict[str, tuple[Precisions, Precisions]],
    gains: dict[str, Interval],
    words: Words,
) -> list[list[str]]:
    """All networks: which, split and seed, AP50, AP75, AP with one look, and AP with several; then what is gained."""
    split, seed = result.options.split, result.options.recipe.seed
    kept: list[tuple[str, int, RaccoonsResult | Again]] = [(split, seed, result)]
    kept += [(each.split, each.seed, each) for each in seeds.trainings]
    rows = [
        row("network_faster_rcnn", one, number, each.one_look, each.several_looks, words) for one, number, each in kept
    ]
    rows.append(row("network_yolox_zero", split, None, yolox.zero_shot.precisions, None, words))
    rows += [row("network_yolox", split, each.seed, each.measured.precisions, None, words) for each in yolox.trained]
    rows += [row(f"ensemble_{name}", split, seed, *both, words) for name, both in ensembles.items()]
    for name, gain in gains.items():
        rows.append([words(f"gain_{name}"), named(split, seed, words), "", "", with_interval(gain, words), ""])
    return rows


def row(
    network: str,
    split: str,
    seed: int | None,
    one_look: Precisions,
    several_looks: Precisions | None,
    words: Words,
) -> list[str]:
    """A network of the table."""
    return [
        words(network),
        named(split, seed, words),
        with_interval(one_look.ap50, words),
        words.decimal(one_look.ap75.value, 2),
        with_interval(one_look.ap, words),
        words.decimal(several_looks.ap.value, 3) if several_looks else "–",
    ]


def named(split: str, seed: int | None, words: Words) -> str:
    """A split and a seed, if there is one."""
    return words(split) if seed is None else f"{words(split)}, {words.integer(seed)}"


def with_interval(each: Interval, words: Words) -> str:
    """ "0,560 (0,45 a 0,64)", which does not break."""
    low, high = (words.decimal(end, 2) for end in (each.low, each.high))
    return f"{words.decimal(each.value, 3)} ({low} {words('to')} {high})".replace(" ", NBSP)
