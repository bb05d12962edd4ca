"""Numbers of `mnist_simple_cnn` for prose and tables."""

from cnnlab.experiments.small_classifiers.laboratory_numbers import laboratory_numbers
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.words import Quantity

DOCUMENT_EPOCHS = 10  # that the document trains


def numbers(result: SmallClassifier) -> dict[str, Quantity]:
    """Those of every network of a laboratory."""
    return laboratory_numbers(result, DOCUMENT_EPOCHS)
