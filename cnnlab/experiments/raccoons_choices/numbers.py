"""What prose may say of the result of `raccoons_choices`."""

from cnnlab.experiments.raccoons_choices.compute import RaccoonsChoices
from cnnlab.words import Quantity, decimal, integer


def numbers(result: RaccoonsChoices) -> dict[str, Quantity]:
    aps = [each.ap for each in result.choices]
    return {
        "photos": integer(result.photos),
        "held_out": integer(result.held_out),
        "boxes": integer(result.boxes),
        "epochs": integer(result.epochs),
        "rows": integer(len(result.choices)),
        "ap_least": decimal(min(aps), 3),
        "ap_most": decimal(max(aps), 3),
        "minutes": decimal(result.training_seconds / 60, 0),
    }
