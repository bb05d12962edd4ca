"""Numbers of `cifar_alexnet` for prose and tables."""

from cnnlab.experiments.cifar_alexnet.compute import CifarAlexnet
from cnnlab.experiments.cifar_optimisers.printed import PRINTED
from cnnlab.experiments.small_classifiers.laboratory_numbers import laboratory_numbers
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.words import Quantity, decimal, percent

DOCUMENT_EPOCHS = len(PRINTED)
TURN = 10  # the epoch after which the document sees overfitting


def numbers(result: CifarAlexnet) -> dict[str, Quantity]:
    """Those of every network of a laboratory; `<split>_10`, `<split>_loss_10`: of the curves, after epoch TURN."""
    out, place = {}, min(TURN, result.epochs) - 1
    for split in ("train", "fitted", "test"):
        out[f"{split}_10"] = percent(float(result.curves(f"{split}_accuracy")[:, place].mean()), 2)
        out[f"{split}_loss_10"] = decimal(float(result.curves(f"{split}_loss")[:, place].mean()), 3)
    return network_numbers(result) | out


def network_numbers(result: SmallClassifier) -> dict[str, Quantity]:
    """Those of every network of a laboratory: of each that is trained on CIFAR-10."""
    return laboratory_numbers(result, DOCUMENT_EPOCHS)
