"""What prose may say of the result of `anchor_targets`."""

from cnnlab.detection.names import class_name
from cnnlab.experiments.anchor_targets.compute import AnchorTargets
from cnnlab.words import Quantity, decimal, integer, text


def numbers(result: AnchorTargets) -> dict[str, Quantity]:
    worst = min(result.targets, key=lambda each: each.best)
    return {
        "agreeing": integer(result.agreeing),
        "anchors": integer(result.anchors),
        "credit": text(es=result.credit, en=result.credit),
        "negative": integer(result.negative),
        "positive": integer(result.positive),
        "sampled_negative": integer(result.sampled[1]),
        "worst": decimal(worst.best, 2),
        "worst_name": text(es=class_name(worst.name, "es"), en=class_name(worst.name, "en")),
    }
