"""What prose may say of the result of `raccoons_seeds`."""

from cnnlab.experiments.raccoons_seeds.compute import RaccoonsSeeds
from cnnlab.words import Quantity, decimal, integer


def numbers(result: RaccoonsSeeds) -> dict[str, Quantity]:
    """Of the trainings with other seeds, and of the last with the author's split."""
    (author,) = [each for each in result.trainings if each.split == "author"]
    return {
        "author_photos": integer(author.photos),
        "author_test_boxes": integer(author.test_boxes),
        "author_ap50": decimal(author.one_look.ap50.value, 3),
        "author_ap": decimal(author.one_look.ap.value, 3),
        "minutes": decimal(sum(each.seconds for each in result.trainings) / 60, 0),
    }
