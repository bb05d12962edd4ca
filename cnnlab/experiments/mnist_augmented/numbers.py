"""Numbers of `mnist_augmented` for prose and tables."""

from cnnlab.experiments.mnist_simple_cnn.numbers import DOCUMENT_EPOCHS
from cnnlab.experiments.small_classifiers.laboratory_numbers import exact, laboratory_numbers
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.words import Quantity, integer, percent


def numbers(result: SmallClassifier) -> dict[str, Quantity]:
    """Those of every network of a laboratory, and how its pictures are changed: shift (pixels), rotation (degrees),
    scale.
    """
    changed = result.options.distortion
    out = {"shift": integer(changed.shift), "rotation": exact(changed.rotation), "scale": percent(changed.scale, 0)}
    return laboratory_numbers(result, DOCUMENT_EPOCHS) | out
