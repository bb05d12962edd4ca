"""Kernels and strongest patches by epoch.

Chapter: l6-por-dentro.
"""

import numpy as np
from matplotlib.figure import Figure

from cnnlab.experiments.cifar_epochs.compute import CifarEpochs
from cnnlab.plots.picture_grid import named_rows
from cnnlab.words import Words

LEFT = 0.13  # of the width, for the epochs


def kernels(result: CifarEpochs, *, words: Words, theme: str) -> Figure:
    """Kernels of the first layer, a row an epoch; 0 and 255 are a kernel's least and largest value at last."""
    found = result.arrays["kernels"].astype(np.float32)
    least, most = found[-1].min(axis=(1, 2, 3), keepdims=True), found[-1].max(axis=(1, 2, 3), keepdims=True)
    levels = np.clip((found - least) / np.maximum(most - least, 1e-12), 0, 1)
    return named_rows(np.round(255 * levels).astype(np.uint8), names(result, words), theme=theme, left=LEFT)


def first_patches(result: CifarEpochs, *, words: Words, theme: str) -> Figure:
    """What three channels of the first convolution are activated by most, a row an epoch."""
    return patches(result, 0, words, theme)


def last_patches(result: CifarEpochs, *, words: Words, theme: str) -> Figure:
    """The same of the last convolution, which reads the whole picture."""
    return patches(result, 1, words, theme)


def patches(result: CifarEpochs, place: int, words: Words, theme: str) -> Figure:
    """A row an epoch: the strongest patches of one channel after those of another."""
    found = result.arrays[f"patches_{place}"]
    return named_rows(found.reshape(len(found), -1, *found.shape[3:]), names(result, words), theme=theme, left=LEFT)


def names(result: CifarEpochs, words: Words) -> list[str]:
    """The names of the rows."""
    return [f"{words('epoch')} {epoch}" for epoch in result.epochs]
