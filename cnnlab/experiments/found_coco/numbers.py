"""What prose may say of the result of `found_coco`."""

from cnnlab.detection.names import class_name
from cnnlab.experiments.found_coco.compute import FoundCoco
from cnnlab.words import Quantity, decimal, integer, percent, text


def numbers(result: FoundCoco) -> dict[str, Quantity]:
    """COCO's numbers with their intervals; of each kind of error its count and gain; of each size what is missed."""
    shown = (*result.chosen.false_negatives, *result.chosen.false_positives)
    out = {name: decimal(value, 3) for name, value in result.coco.items()}
    for kind in result.kinds:
        out |= {f"{kind.kind}_count": integer(kind.count), f"{kind.kind}_of_all": integer(kind.of_all)}
        out[f"{kind.kind}_gain"] = decimal(kind.gain, 3)
    for size in result.sizes:
        out |= {
            f"{size.size}_boxes": integer(size.boxes),
            f"{size.size}_missed": integer(size.missed),
            f"{size.size}_of_missed": percent(size.missed / max(result.false_negatives, 1), 0),
        }
    return out | {
        "ap_low": decimal(result.ap_low, 3),
        "ap_high": decimal(result.ap_high, 3),
        "ap50_low": decimal(result.ap50_low, 3),
        "ap50_high": decimal(result.ap50_high, 3),
        "ap_above": percent(result.ap_above, 0),
        "credits": credits(shown),
        "kinds_credits": credits(result.examples),
        "photos": integer(result.photos),
        "boxes": integer(result.boxes),
        "crowds": integer(result.crowds),
        "categories": integer(result.categories),
        "categories_of_one": integer(result.categories_of_one),
        "right": integer(result.true_positives),
        "wrong": integer(result.false_positives),
        "missed": integer(result.false_negatives),
        "found": integer(result.true_positives + result.false_positives),
        "precision": decimal(result.true_positives / max(result.true_positives + result.false_positives, 1), 2),
        "recall": decimal(result.true_positives / max(result.boxes, 1), 2),
        "false_positives_gain": decimal(result.false_positives_gain, 3),
        "false_negatives_gain": decimal(result.false_negatives_gain, 3),
        "shown": integer(result.shown),
        "missed_side": decimal(result.missed_side, 0),
        "missed_classes": text(**{lang: missed_classes(result, lang) for lang in ("es", "en")}),
        "threshold": decimal(result.threshold, 1),
    }


def credits(photos) -> Quantity:
    """COCO's numbers of photos, each once, with their licences."""
    listed = "; ".join(dict.fromkeys(f"{each.number}, {each.licence}" for each in photos))
    return text(es=listed, en=listed)


def missed_classes(result: FoundCoco, lang: str) -> str:
    """The classes of which most objects are missed: "person (31 of 104), cup (20 of 34)"."""
    between = {"es": "de", "en": "of"}[lang]
    names = [f"{class_name(each.name, lang)} ({each.missed} {between} {each.boxes})" for each in result.missed_classes]
    return ", ".join(names)
