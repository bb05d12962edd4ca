"""What prose may say of the result of `raccoons`."""

from cnnlab.experiments.raccoons.compute import RaccoonsResult
from cnnlab.words import Quantity, decimal, integer, percent, text


def numbers(result: RaccoonsResult) -> dict[str, Quantity]:
    first, last = result.curve[0], result.curve[-1]
    boxes = last.true_positives + last.false_negatives
    left_out = [str(number) for number in result.left_out]
    out = {
        "photos": integer(result.photos),
        "boxes": integer(result.boxes),
        "left_out": integer(len(left_out)),
        "left_out_numbers": text(es=listed(left_out, "y"), en=listed(left_out, "and")),
        "test_photos": integer(len(result.test)),
        "test_boxes": integer(boxes),
        "one_box": percent(1 / boxes, 1),
        "epochs": integer(len(result.curve)),
        "parameters": integer(result.parameters),
        "trained_parameters": integer(result.trained_parameters),
        "minutes": decimal(result.training_seconds / 60, 0),
        "memory": decimal(result.provenance.peak_memory_mb / 1000, 1),
        "wrong_first": integer(first.false_positives),
        "right": integer(last.true_positives),
        "wrong": integer(last.false_positives),
        "missed": integer(last.false_negatives),
    }
    for name, each in (("ap50", result.ap50), ("ap75", result.ap75), ("ap", result.ap)):
        out[name] = decimal(each.value, 3)
        out[f"{name}_low"], out[f"{name}_high"] = decimal(each.low, 3), decimal(each.high, 3)
    return out


def listed(items: list[str], conjunction: str) -> str:
    """ "52, 65, 74 y 85"; "52" alone; "" for none."""
    return f" {conjunction} ".join(filter(None, (", ".join(items[:-1]), "".join(items[-1:]))))
