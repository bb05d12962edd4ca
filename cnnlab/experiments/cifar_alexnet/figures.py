"""AlexNet's epochs on CIFAR-10 beside the log that the document prints.

Chapter: l4-cifar.
"""

from matplotlib.figure import Figure

from cnnlab.experiments.cifar_alexnet.compute import CifarAlexnet
from cnnlab.experiments.cifar_optimisers.printed import PRINTED
from cnnlab.look import inks
from cnnlab.plots.learning_curves import learning_curves
from cnnlab.plots.style import DASHED
from cnnlab.words import Words

CURVES = {  # by panel: name of ours among the words, quantity
    "loss": (("test", "test_loss"), ("while_training", "train_loss")),
    "accuracy": (("test", "test_accuracy"),),
}


def beside_log(result: CifarAlexnet, *, words: Words, theme: str) -> Figure:
    """Loss while training and on test pictures, and test accuracy: mean and range of the seeds; printed ones dashed."""
    _, categories = inks(theme)
    ours = {panel: {name: result.curves(quantity) for name, quantity in each} for panel, each in CURVES.items()}
    figure = learning_curves(ours, words=words, theme=theme)
    for axes, each in zip(figure.axes, CURVES.values(), strict=True):
        low, high = axes.get_ylim()
        for colour, (_, quantity) in zip(categories, each, strict=False):
            values = [getattr(row, quantity) for row in PRINTED]
            axes.plot([row.epoch for row in PRINTED], values, color=colour, linestyle=DASHED)
            low, high = min(low, *values), max(high, *values)
        axes.set_ylim(low, high)
    return figure
