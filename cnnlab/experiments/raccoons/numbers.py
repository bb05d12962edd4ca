"""What prose may say of the result of `raccoons`."""

from cnnlab.evaluation.classification import wilson
from cnnlab.experiments.raccoons import outcomes
from cnnlab.experiments.raccoons.compute import Interval, Precisions, RaccoonsResult
from cnnlab.words import Quantity, decimal, integer, percent, text

PRECISIONS = ("ap50", "ap75", "ap")
ALARM_THRESHOLDS = {"50": 0.5, "90": 0.9}  # of the score


def numbers(result: RaccoonsResult) -> dict[str, Quantity]:
    left_out = [str(number) for number in result.left_out]
    recipe = result.options.recipe
    return {
        "photos": integer(result.photos),
        "boxes": integer(result.boxes),
        "left_out_numbers": text(es=listed(left_out, "y"), en=listed(left_out, "and")),
        "test_photos": integer(len(result.test)),
        "epochs": integer(len(result.curve)),
        "batch": integer(recipe.batch),
        "learning_rate": Quantity(lambda words: words.exact(recipe.learning_rate)),
        "samples": integer(result.options.bootstrap_samples),
        "parameters": integer(result.parameters),
        "trained_parameters": integer(result.trained_parameters),
        "minutes": decimal(result.training_seconds / 60, 0),
        "memory": decimal(result.provenance.peak_memory_mb / 1000, 1),
        **by_epoch(result),
        **of_precisions("", result.one_look),
        **of_precisions("several_", result.several_looks),
        **of_boxes(result),
        **of_alarms(result),
    }


def by_epoch(result: RaccoonsResult) -> dict[str, Quantity]:
    """Counts after the first and the last epoch, the range of the true positives, and the best epoch."""
    truth, last = outcomes.truth_of(result), result.curve[-1]
    first_kinds, last_kinds = (
        outcomes.kinds(outcomes.found_after(result, row.epoch), truth).counts for row in (result.curve[0], last)
    )
    counts = outcomes.Counts(last.true_positives, last.false_positives, last.false_negatives)
    best = max(result.curve, key=lambda row: row.ap)
    overlap = {
        f"{name}_overlap": decimal(outcomes.median_overlap(outcomes.found_after(result, row.epoch), truth), 2)
        for name, row in (("first", result.curve[0]), ("last", last))
    }
    return {
        **overlap,
        "test_boxes": integer(len(truth.boxes)),
        "one_box": percent(1 / len(truth.boxes), 1),
        "right_first": integer(result.curve[0].true_positives),
        "wrong_first": integer(result.curve[0].false_positives),
        **{f"first_{kind}": integer(first_kinds[kind]) for kind in ("location", "repeated", "background")},
        **{f"last_{kind}": integer(last_kinds[kind]) for kind in ("location", "repeated", "background")},
        "right": integer(last.true_positives),
        "wrong": integer(last.false_positives),
        "missed": integer(last.false_negatives),
        "precision": decimal(counts.precision, 2),
        "recall": decimal(counts.recall, 2),
        **of_recall(last.true_positives, len(truth.boxes)),
        "clean_recall": decimal(outcomes.clean_recall(result), 2),
        "right_least": integer(min(row.true_positives for row in result.curve)),
        "right_most": integer(max(row.true_positives for row in result.curve)),
        "best_ap": decimal(best.ap, 3),
        "best_epoch": integer(best.epoch),
    }


def of_recall(right: int, boxes: int) -> dict[str, Quantity]:
    """The ends of the interval of a recall."""
    return {
        f"recall_{end}": decimal(value, 2) for end, value in zip(("low", "high"), wilson(right, boxes), strict=True)
    }


def of_precisions(name: str, precisions: Precisions) -> dict[str, Quantity]:
    """The three average precisions with the ends of their intervals."""
    out: dict[str, Quantity] = {}
    for key in PRECISIONS:
        out |= of_interval(f"{name}{key}", getattr(precisions, key))
    return out


def of_interval(name: str, interval: Interval) -> dict[str, Quantity]:
    """A value with the ends of its interval."""
    parts = {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
    return {key: decimal(value, 3) for key, value in parts.items()}


def of_boxes(result: RaccoonsResult) -> dict[str, Quantity]:
    """What the boxes of the last epoch would be worth elsewhere, how wide they are, and raccoons alone and in pairs."""
    found, truth = outcomes.found_after(result, result.curve[-1].epoch), outcomes.truth_of(result)
    oracle = float(outcomes.by_iou(outcomes.on_true_boxes(found, truth), truth).mean())
    wider, higher = outcomes.side_ratios(found, truth)
    alone = truth.counts[truth.photo] == 1
    hit, small = outcomes.hit(found, truth), outcomes.upscaled(result)
    right, _ = outcomes.true_positives(found, truth)
    lowest = float(right[:, 1].min(initial=1))  # score of a true positive
    sure, counted = (outcomes.counts(found, truth, score) for score in (lowest, outcomes.SCORE_THRESHOLD))
    narrowed = {
        f"narrowed_{percents}": outcomes.by_iou(outcomes.widened(found, 1 - percents / 100), truth).mean()
        for percents in (5, 10)
    }
    return {
        "lowest_right": decimal(lowest, 3),
        "sure_wrong": integer(sure.false_positives),
        "unsure_wrong": integer(counted.false_positives - sure.false_positives),
        **{name: decimal(float(ap) - result.one_look.ap.value, 2) for name, ap in narrowed.items()},
        "upscaled": integer(int(small.sum())),
        "upscaled_ap": decimal(outcomes.ap_of(found, truth, small), 2),
        "others_ap": decimal(outcomes.ap_of(found, truth, ~small), 2),
        "large_boxes": integer(outcomes.larger_than_square(result)),
        "oracle": decimal(oracle, 2),
        "localisation": decimal(oracle - result.one_look.ap.value, 2),
        "lacking": decimal(1 - result.one_look.ap.value, 2),
        "wider": percent(wider - 1, 0),
        "higher": percent(higher - 1, 0),
        "alone": integer(int(alone.sum())),
        "alone_right": integer(int((alone & hit).sum())),
        "together": integer(int((~alone).sum())),
        "together_right": integer(int((~alone & hit).sum())),
    }


def of_alarms(result: RaccoonsResult) -> dict[str, Quantity]:
    """How many photos of cats and of dogs have a detection, with the ends of the share's interval; in what share of the
    pairs of a test photo and one of them the test photo's highest score is higher."""
    best, label = result.arrays["alarm"], result.arrays["alarm_label"]
    found = outcomes.found_after(result, result.curve[-1].epoch)
    highest = outcomes.highest_scores(found, len(result.test))
    out: dict[str, Quantity] = {
        "alarms_50": integer(int((best >= ALARM_THRESHOLDS["50"]).sum())),
        "in_order": percent(float((highest[:, None] > best).mean()), 0),
        "least_highest": decimal(float(highest.min()), 3),
        "alarms_least": integer(int((best >= highest.min()).sum())),
        "others": integer(len(best)),
    }
    for number, animal in enumerate(outcomes.ANIMALS):
        scores = best[label == number]
        out[f"{animal}_photos"] = integer(len(scores))
        for key, threshold in ALARM_THRESHOLDS.items():
            count = int((scores >= threshold).sum())
            out[f"{animal}_{key}"] = integer(count)
            low, high = wilson(count, len(scores))
            out[f"{animal}_{key}_low"], out[f"{animal}_{key}_high"] = percent(low, 0), percent(high, 0)
    return out


def listed(items: list[str], conjunction: str) -> str:
    """ "52, 65, 74 y 85"; "52" alone; "" for none."""
    return f" {conjunction} ".join(filter(None, (", ".join(items[:-1]), "".join(items[-1:]))))
