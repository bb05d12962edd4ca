"""Numbers of `cifar_background` for prose and tables."""

from cnnlab.experiments.cifar_background.compute import Background
from cnnlab.words import Quantity, integer, percent

SKY = (0, 2, 8)  # airplane, bird, ship


def numbers(result: Background) -> dict[str, Quantity]:
    """`hidden_<side>`, `shown_<side>`: accuracies; `area_<side>`; `sky_<side>`: of the airplanes, birds and ships that
    are misclassified without the square, the share that is taken for another of the three.
    """
    out = {"pictures": integer(result.pictures)}
    for place, each in enumerate(result.masked):
        out[f"area_{each.side}"] = percent(each.area, 0)
        out[f"hidden_{each.side}"] = percent(each.hidden, 1)
        out[f"shown_{each.side}"] = percent(each.shown, 1)
        out[f"sky_{each.side}"] = percent(sky_share(result.arrays["hidden_matrix"][place]), 0)
    return out


def sky_share(matrix) -> float:
    """Of the misclassified pictures of SKY in a confusion matrix, the share that is taken for another class of SKY."""
    rows = matrix[list(SKY)]
    right = sum(rows[place, label] for place, label in enumerate(SKY))
    wrong = rows.sum() - right
    return float((rows[:, list(SKY)].sum() - right) / max(wrong, 1))
