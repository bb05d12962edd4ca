"""What prose may say of the result of `raccoons_choices`."""

from cnnlab.experiments.raccoons_choices.compute import RaccoonsChoices
from cnnlab.words import Quantity, decimal, integer


def numbers(result: RaccoonsChoices) -> dict[str, Quantity]:
    return {
        "photos": integer(result.photos),
        "held_out": integer(result.held_out),
        "boxes": integer(result.boxes),
        "epochs": integer(result.epochs),
        "minutes": decimal(result.training_seconds / 60, 0),
    }
