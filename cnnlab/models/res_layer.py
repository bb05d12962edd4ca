"""The residual layer of a course document, as printed, and one whose padding suits every odd kernel.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.errors import OptionError


class ResLayer(nn.Module):
    """ReLU(conv(x)) + x, as it is printed: its padding, kernel_size − 2,
    keeps the size only for a kernel of 3."""

    def __init__(self, ni, no, kernel_size, stride=1):
        super().__init__()
        padding = kernel_size - 2
        self.conv = nn.Sequential(
            nn.Conv2d(ni, no, kernel_size, stride, padding=padding),
            nn.ReLU(),
        )

    def forward(self, x):
        """(n, ni, h, w) to (n, no, h, w)."""
        x = self.conv(x) + x
        return x


class SameSizeResLayer(nn.Module):
    """ReLU(conv(x)) + x for every odd kernel; x through a 1×1
    convolution where channels or stride change its shape."""

    def __init__(self, ni, no, kernel_size, stride=1):
        super().__init__()
        if kernel_size < 1 or kernel_size % 2 == 0:
            raise OptionError(f"kernel_size={kernel_size!r}", allowed="1, 3, 5, …")
        padding = (kernel_size - 1) // 2
        self.conv = nn.Sequential(
            nn.Conv2d(ni, no, kernel_size, stride, padding=padding),
            nn.ReLU(),
        )
        same = ni == no and stride == 1
        self.shortcut = nn.Identity() if same else nn.Conv2d(ni, no, 1, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, ni, h, w) to (n, no, ⌈h / stride⌉, ⌈w / stride⌉)."""
        return self.conv(x) + self.shortcut(x)
