"""What prose may say of the result of `found_coco`."""

from cnnlab.experiments.found_coco.compute import FoundCoco
from cnnlab.words import Quantity, decimal, integer, text


def numbers(result: FoundCoco) -> dict[str, Quantity]:
    shown = (*result.chosen.false_negatives, *result.chosen.false_positives)
    credits = "; ".join(f"{each.number}, {each.licence}" for each in shown)
    return {
        "ap": decimal(result.ap, 3),
        "ap_low": decimal(result.ap_low, 3),
        "ap_high": decimal(result.ap_high, 3),
        "ap50": decimal(result.ap50, 3),
        "ap50_low": decimal(result.ap50_low, 3),
        "ap50_high": decimal(result.ap50_high, 3),
        "credits": text(es=credits, en=credits),
        "photos": integer(result.photos),
        "boxes": integer(result.boxes),
        "crowds": integer(result.crowds),
        "categories": integer(result.categories),
        "right": integer(result.true_positives),
        "wrong": integer(result.false_positives),
        "missed": integer(result.false_negatives),
        "threshold": decimal(result.threshold, 1),
    }
