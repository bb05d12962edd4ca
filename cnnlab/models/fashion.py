"""Three networks for pictures of 28 × 28 of ten classes: a convolutional one, a multilayer perceptron, a variant.

All take pictures (n, 1, 28, 28) to logits (n, 10).

Chapter: l2-fashion.
"""

from __future__ import annotations

from torch import nn

CHANNELS = (1, 16, 32, 64, 128)  # of the picture and each convolution
UNITS = (512, 128, 64, 10)  # of the layers of the perceptron


def convolutional() -> nn.Sequential:
    """The course's network: 360,714 parameters.

    Twice two convolutions without padding and a maximum, 128 values
    at 4 × 4 places, two dense layers; LeakyReLU between them.
    """
    layers: list[nn.Module] = []
    for place, leaving in enumerate(CHANNELS[1:]):
        layers.append(nn.Conv2d(CHANNELS[place], leaving, 3))
        layers.append(nn.LeakyReLU())
        if place % 2 == 1:
            layers.append(nn.MaxPool2d(2))
    dense = (nn.Linear(4 * 4 * 128, 128), nn.LeakyReLU())
    return nn.Sequential(*layers, nn.Flatten(), *dense, nn.Linear(128, 10))


def perceptron() -> nn.Sequential:
    """The multilayer perceptron 512-128-64-10: 476,490 parameters."""
    layers: list[nn.Module] = [nn.Flatten()]
    entering = 28 * 28
    for units in UNITS:
        layers += [nn.Linear(entering, units), nn.LeakyReLU()]
        entering = units
    return nn.Sequential(*layers[:-1])


def normalised() -> nn.Sequential:
    """The convolutional network with batch normalisation in place of
    biases, dropout and 127 hidden units: 358,895 parameters.
    """
    layers: list[nn.Module] = []
    for place, leaving in enumerate(CHANNELS[1:]):
        layers.append(nn.Conv2d(CHANNELS[place], leaving, 3, bias=False))
        layers += [nn.BatchNorm2d(leaving), nn.LeakyReLU()]
        if place % 2 == 1:
            layers.append(nn.MaxPool2d(2))
    dense = (nn.Linear(4 * 4 * 128, 127), nn.LeakyReLU(), nn.Dropout(0.3))
    return nn.Sequential(*layers, nn.Flatten(), *dense, nn.Linear(127, 10))
