"""What prose may say of the result of `suppression`."""

from cnnlab.words import integer, text


def numbers(result) -> dict:
    from cnnlab.experiments.suppression.outcome import THRESHOLDS, outcome

    told = {"credit": text(es=result.credit, en=result.credit)}
    told["agreeing"] = integer(result.agreeing)
    told |= {
        "candidates": integer(len(result.arrays["scores"])),
        "annotated": integer(len(result.arrays["true_boxes"])),
    }
    for threshold in THRESHOLDS:
        each = outcome(result, threshold)
        key = f"{round(100 * threshold)}"
        told |= {f"kept_{key}": integer(len(each.kept)), f"right_{key}": integer(int(each.right.sum()))}
    return told
