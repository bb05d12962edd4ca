"""Numbers of `flowers_resnet50` for prose and tables."""

from cnnlab.experiments.flower_classifiers import numbers as classifiers
from cnnlab.experiments.flower_classifiers.result import FlowerClassifier
from cnnlab.words import Quantity, decimal, integer, percent, text

EARLIER = {"version": "186c0d8", "epochs": 50, "minutes": 2717.6 / 60, "validation": 0.93235, "test": 0.90063}


def numbers(result: FlowerClassifier) -> dict[str, Quantity]:
    """Those of every classifier; `earlier_`: of the network that this one replaced, with a plain head.

    The earlier ones were read from the result that is kept in that version of the repository.
    """
    version = str(EARLIER["version"])
    return classifiers.numbers(result) | {
        "earlier_version": text(es=f"`{version}`", en=f"`{version}`"),
        "earlier_epochs": integer(int(EARLIER["epochs"])),
        "earlier_minutes": decimal(float(EARLIER["minutes"]), 0),
        "earlier_validation": percent(float(EARLIER["validation"]), 1),
        "earlier_test": percent(float(EARLIER["test"]), 1),
    }
