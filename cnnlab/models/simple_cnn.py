"""The Simple CNN for MNIST: two convolutions, a pooling, two dense layers; and smaller networks for the same digits.

The document prints no code. Its layers follow from its table of parameters by tensor (the first dense layer has 6272 =
32·14·14 inputs: 3×3 kernels with padding, and one halving) and from its text (both convolutions come before the
pooling). That there is dropout it says, and not how much: 0.25 before the first dense layer and 0.5 before the second,
as in PyTorch's own example for MNIST.

Chapter: l3-mnist.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

from cnnlab.errors import check_whole

MIDDLE, LAST = "fc1", "fc2"  # the layers whose outputs are embedded; after the middle one comes a ReLU
CLASSES = 10


class SimpleCNN(nn.Module):
    """813,802 parameters: (n, 1, 28, 28) in, logits (n, 10) out.

    hidden: units of the dense layer between convolutions and output;
    0 leaves it out, and `fc1` gives the logits: the cheaper network
    that the document proposes.
    """

    def __init__(self, hidden: int = 128):
        super().__init__()
        check_whole(0, hidden=hidden)
        self.conv1 = nn.Conv2d(1, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 32, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.dropout1 = nn.Dropout(0.25)
        self.fc1 = nn.Linear(32 * 14 * 14, hidden or CLASSES)
        self.dropout2 = nn.Dropout(0.5)
        self.fc2 = nn.Linear(hidden, CLASSES) if hidden else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, 1, 28, 28) to (n, 10)."""
        x = self.conv1(x).relu()  # (n, 32, 28, 28)
        x = self.pool(self.conv2(x).relu())  # (n, 32, 14, 14)
        x = self.fc1(self.dropout1(x).flatten(1))
        if self.fc2 is None:
            return x
        return self.fc2(self.dropout2(x.relu()))


def pooled_cnn(width: int = 16) -> nn.Sequential:
    """Three 3×3 convolutions, each followed by a pooling, and one dense
    layer of 10 outputs.

    width: channels of the first convolution; the others have twice as
    many. Pooling after the first convolution spares multiply-adds;
    pooling after each, parameters of the dense layer.
    """
    check_whole(1, width=width)
    layers: list[nn.Module] = []
    channels = (1, width, 2 * width, 2 * width)
    for entering, leaving in pairwise(channels):
        convolution = nn.Conv2d(entering, leaving, 3, padding=1)
        layers += [convolution, nn.ReLU(), nn.MaxPool2d(2)]
    head = nn.Linear(2 * width * 3 * 3, CLASSES)
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.25), head)
