"""What prose may say of the result of `suppression`."""

import numpy as np

from cnnlab.evaluation.boxes import iou
from cnnlab.experiments.suppression.compute import Suppression
from cnnlab.experiments.suppression.survivors import PRINTED
from cnnlab.words import Quantity, decimal, integer, text


def numbers(result: Suppression) -> dict[str, Quantity]:
    suitcases = result.arrays["true_boxes"]
    out = {
        "closest": decimal(float(np.triu(iou(suitcases, suitcases), 1).max()), 2),
        "credit": text(es=result.credit, en=result.credit),
        "agreeing": integer(result.agreeing),
        "candidates": integer(len(result.arrays["scores"])),
        "annotated": integer(len(result.arrays["true_boxes"])),
    }
    for threshold in PRINTED:
        left, percent = result.survivors(threshold), f"{round(100 * threshold)}"
        out[f"kept_{percent}"] = integer(len(left.kept))
        out[f"right_{percent}"] = integer(int(left.true_positive.sum()))
    return out
