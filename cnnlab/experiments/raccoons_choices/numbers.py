"""What prose may say of the result of `raccoons_choices`."""

from cnnlab.experiments.raccoons_choices.compute import RaccoonsChoices
from cnnlab.experiments.raccoons_choices.differences import name_of
from cnnlab.words import Quantity, decimal, integer


def numbers(result: RaccoonsChoices) -> dict[str, Quantity]:
    """Of base and pairs, with the last weights and one look; what the average of the base's weights changes in AP."""
    rows = {name_of(each): each for each in result.choices}
    last = {variant: rows[variant, "last", "one"] for variant in ("base", "pairs")}
    difference = rows["base", "average", "one"].ap - last["base"].ap
    return {
        **{f"{variant}_ap50": decimal(row.ap50, 3) for variant, row in last.items()},
        "average_difference": decimal(difference, 3),
        "photos": integer(result.photos),
        "held_out": integer(result.held_out),
        "boxes": integer(result.boxes),
        "epochs": integer(result.epochs),
        "minutes": decimal(result.training_seconds / 60, 0),
    }
