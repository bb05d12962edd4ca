"""What prose may say of the result of `anchor_targets`."""

from cnnlab.detection.names import class_name
from cnnlab.experiments.anchor_targets.compute import AnchorTargets
from cnnlab.words import Quantity, decimal, integer, percent, text


def numbers(result: AnchorTargets) -> dict[str, Quantity]:
    worst = min(result.targets, key=lambda each: each.best)
    positive, negative = result.sampled
    return {
        "agreeing": integer(result.agreeing),
        "anchors": integer(result.anchors),
        "credit": text(es=result.credit, en=result.credit),
        "fitting": integer(result.fitting),
        "ignored": integer(result.ignored),
        "negative": integer(result.negative),
        "objects": integer(len(result.targets)),
        "positive": integer(result.positive),
        "positive_share": percent(result.positive / result.anchors, 3),
        "sampled": integer(positive + negative),
        "sampled_negative": integer(negative),
        "sampled_positive": integer(positive),
        "worst": decimal(worst.best, 2),
        "worst_name": text(es=class_name(worst.name, "es"), en=class_name(worst.name, "en")),
    }
