"""Numbers of `cifar_background` for prose and tables."""

from cnnlab.experiments.cifar_background.compute import Background
from cnnlab.words import Quantity, integer, percent

SKY = (0, 2, 8)  # airplane, bird, ship
REST = (1, 3, 4, 5, 6, 7, 9)


def numbers(result: Background) -> dict[str, Quantity]:
    """`hidden_<side>`, `shown_<side>`: accuracies; `area_<side>`; `sky_<side>`: of the airplanes, birds and ships that
    are misclassified without the square, the share that is taken for another of the three; `others_<side>`: of the
    misclassified pictures of the other classes, the share that is taken for one of the three.
    """
    out = {"pictures": integer(result.pictures)}
    for place, each in enumerate(result.masked):
        out[f"area_{each.side}"] = percent(each.area, 0)
        out[f"hidden_{each.side}"] = percent(each.hidden, 1)
        out[f"shown_{each.side}"] = percent(each.shown, 1)
        out[f"sky_{each.side}"] = percent(sky_share(result.arrays["hidden_matrix"][place]), 0)
        out[f"others_{each.side}"] = percent(sky_share(result.arrays["hidden_matrix"][place], REST), 0)
    return out


def sky_share(matrix, actual=SKY) -> float:
    """Of the misclassified pictures of some classes in a confusion matrix, the share taken for a class of SKY."""
    rows = matrix[list(actual)]  # a copy
    rows[range(len(actual)), list(actual)] = 0  # those classified correctly
    return float(rows[:, list(SKY)].sum() / max(rows.sum(), 1))
