"""Numbers of `flowers_resnet50` for prose and tables."""

from dataclasses import dataclass

from cnnlab.experiments.flower_classifiers import numbers as classifiers
from cnnlab.experiments.flower_classifiers.result import FlowerClassifier
from cnnlab.words import Quantity, decimal, integer, percent, text


@dataclass(frozen=True)
class Earlier:
    """The network that this one replaced, with a plain head, as the result kept in that version of the code has it."""

    version: str = "186c0d8"
    epochs: int = 50
    seconds: float = 2717.6
    validation: float = 0.93235
    test: float = 0.90063


def numbers(result: FlowerClassifier) -> dict[str, Quantity]:
    """Those of every classifier; `earlier_`: of the network that this one replaced."""
    earlier = Earlier()
    return classifiers.numbers(result) | {
        "earlier_version": text(es=f"`{earlier.version}`", en=f"`{earlier.version}`"),
        "earlier_epochs": integer(earlier.epochs),
        "earlier_minutes": decimal(earlier.seconds / 60, 0),
        "earlier_validation": percent(earlier.validation, 1),
        "earlier_test": percent(earlier.test, 1),
    }
