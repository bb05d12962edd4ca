"""Numbers of `map_truth_digits` for prose and tables."""

from cnnlab.experiments.map_truth.numbers import of_layers
from cnnlab.experiments.map_truth_digits.compute import DigitTruth
from cnnlab.words import Quantity, integer


def numbers(result: DigitTruth) -> dict[str, Quantity]:
    """As `map_truth`'s of layers, and how many digits were mapped."""
    return {"digits": integer(result.digits), **of_layers(result.arrays, result.methods, result.layers)}
