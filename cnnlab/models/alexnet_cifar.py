"""AlexNet for the 32×32 pictures of CIFAR-10, as the document prints it.

Kernels of 5×5 with stride 2 instead of 11×11 with stride 4, half of AlexNet's channels, 2×2 max pooling before the
ReLU, dense layers of 2048. Its tensors have the names of torchvision's AlexNet, of which the document prints the table.

Chapter: l4-cifar.
"""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.errors import check_whole

MIDDLE, LAST = "features", "classifier"  # the layers whose outputs are embedded: maps (n, 128, 2, 2), logits


class AlexNetCifar(nn.Module):
    """6,199,498 parameters with 10 classes: (n, 3, 32, 32) in, logits
    (n, classes) out.
    """

    def __init__(self, classes: int = 10):
        super().__init__()
        check_whole(1, classes=classes)
        self.features = nn.Sequential(
            nn.Conv2d(3, 48, 5, 2, 2),  # in, out, kernel, stride, padding
            nn.MaxPool2d(2),
            nn.ReLU(inplace=True),
            nn.Conv2d(48, 128, 5, 1, 2),
            nn.MaxPool2d(2),
            nn.ReLU(inplace=True),
            nn.Conv2d(128, 192, 3, 1, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(192, 192, 3, 1, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(192, 128, 3, 1, 1),
            nn.MaxPool2d(2),
            nn.ReLU(inplace=True),
        )
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(128 * 2 * 2, 2048),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(2048, 2048),
            nn.ReLU(inplace=True),
            nn.Linear(2048, classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, 3, 32, 32) to (n, classes)."""
        return self.classifier(self.features(x).flatten(1))


def started_as_he(classes: int = 10) -> AlexNetCifar:
    """The network with weights drawn as in He et al. 2015, for ReLUs, and biases of 0.

    torch's own start draws them with a sixth of that variance.
    """
    network = AlexNetCifar(classes)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear) and layer.bias is not None:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return network
