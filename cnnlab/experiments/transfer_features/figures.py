"""The first photos of both sets.

Chapter: l5-transferencia.
"""

import numpy as np
from matplotlib.figure import Figure

from cnnlab.experiments.small_classifiers.names import class_label
from cnnlab.experiments.transfer_features.result import TransferFeatures
from cnnlab.plots.picture_grid import named_rows
from cnnlab.words import Words


def photos(result: TransferFeatures, *, words: Words, theme: str) -> Figure:
    """The first training photos of each class of both sets, the largest centred square of each."""
    rows = np.concatenate([result.arrays[f"{each.set}_photos"] for each in result.counts])
    names = [class_label(name, words) for each in result.counts for name in each.classes]
    return named_rows(rows, names, theme=theme)
