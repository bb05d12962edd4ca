"""The head that document 002 puts on VGG16: dense layers of 128 and of 1, whose sigmoid is the probability of a dog.

Chapter: l5-transferencia.
"""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.errors import check_whole


def printed_head(features: int) -> nn.Sequential:
    """The head as printed: (n, features) or (n, features, 1, 1) to
    probabilities (n, 1)."""
    check_whole(1, features=features)
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(features, 128),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(128, 1),
        nn.Sigmoid(),
    )


class TwoClassHead(nn.Module):
    """The same head, for a loss of two classes: features (n, features) to logits (n, 2).

    Where the printed head gives sigmoid(z), this one gives the logits (0, z). Their softmax is (1 − sigmoid(z),
    sigmoid(z)): the cross-entropy of the two classes is the binary cross-entropy of the document, without a logarithm
    of a number that rounds to 0.
    """

    def __init__(self, features: int):
        super().__init__()
        self.layers = printed_head(features)[:-1]

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(n, features) to (n, 2)."""
        z = self.layers(features)
        return torch.cat([torch.zeros_like(z), z], dim=1)
