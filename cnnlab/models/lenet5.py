"""LeNet-5 as it was published: trainable subsampling, and a third layer that does not read all maps.

Source: LeCun et al. 1998, section II.B and table I. Their last layer compares with fixed drawings of the digits; here
it is a dense one.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

READ_BY_C3 = (  # which maps of S2 each map of C3 reads
    *((k, (k + 1) % 6, (k + 2) % 6) for k in range(6)),
    *((k, (k + 1) % 6, (k + 2) % 6, (k + 3) % 6) for k in range(6)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5)),
)


class Subsampling(nn.Module):
    """The sum of each 2×2 window times a coefficient, plus a bias: one of each a map. (n, c, h, w), halved."""

    def __init__(self, channels: int):
        super().__init__()
        self.coefficient = nn.Parameter(torch.full((channels, 1, 1), 0.25))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, c, h, w) to (n, c, h / 2, w / 2)."""
        return self.coefficient * 4 * nn.functional.avg_pool2d(x, 2) + self.bias


class PartialConvolution(nn.Module):
    """A 5×5 convolution each of whose output maps reads the input maps that `READ_BY_C3` names."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.ModuleList([nn.Conv2d(len(read), 1, 5) for read in READ_BY_C3])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, 6, h, w) to (n, 16, h − 4, w − 4)."""
        return torch.cat([layer(x[:, list(read)]) for layer, read in zip(self.maps, READ_BY_C3, strict=True)], dim=1)


def lenet5() -> nn.Sequential:
    """The network with random weights: (n, 1, 32, 32) in, (n, 10) out; its layers bear the paper's names."""
    layers: list[tuple[str, nn.Module]] = [
        ("c1", nn.Conv2d(1, 6, 5)),
        ("s2", Subsampling(6)),
        ("tanh2", nn.Tanh()),
        ("c3", PartialConvolution()),
        ("s4", Subsampling(16)),
        ("tanh4", nn.Tanh()),
        ("c5", nn.Conv2d(16, 120, 5)),
        ("tanh5", nn.Tanh()),
        ("flat", nn.Flatten()),
        ("f6", nn.Linear(120, 84)),
        ("tanh6", nn.Tanh()),
        ("output", nn.Linear(84, 10)),
    ]
    return nn.Sequential(OrderedDict(layers))
