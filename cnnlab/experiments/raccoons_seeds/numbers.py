"""What prose may say of the result of `raccoons_seeds`."""

from cnnlab.experiments.raccoons_seeds.compute import RaccoonsSeeds
from cnnlab.words import Quantity, decimal, integer


def numbers(result: RaccoonsSeeds) -> dict[str, Quantity]:
    """Of the trainings with other seeds, by seed, and of the one with the author's split; all with one look."""
    (author,) = [each for each in result.trainings if each.split == "author"]
    out = {
        "author_photos": integer(author.photos),
        "author_ap50": decimal(author.one_look.ap50.value, 3),
        "author_ap": decimal(author.one_look.ap.value, 3),
        "author_wrong": integer(author.false_positives),
    }
    for each in result.trainings:
        if each.split != "author":
            out |= {
                f"ap50_{each.seed}": decimal(each.one_look.ap50.value, 3),
                f"ap_{each.seed}": decimal(each.one_look.ap.value, 3),
                f"wrong_{each.seed}": integer(each.false_positives),
            }
    return out
