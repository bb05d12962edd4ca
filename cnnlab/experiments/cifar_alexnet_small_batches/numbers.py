"""Numbers of `cifar_alexnet_small_batches` for prose and tables."""

from cnnlab.experiments.cifar_alexnet.numbers import DOCUMENT_EPOCHS
from cnnlab.experiments.small_classifiers.laboratory_numbers import laboratory_numbers
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.words import Quantity


def numbers(result: SmallClassifier) -> dict[str, Quantity]:
    """Those of every network of a laboratory."""
    return laboratory_numbers(result, DOCUMENT_EPOCHS)
