"""The small residual networks of the paper for pictures of about 30 pixels, with and without their shortcuts.

Source: He et al. 2016, section 4.2: 6n + 2 layers, three stages of n basic blocks, shortcuts without parameters (option
A), so that a plain network and its residual twin have the same weights.

Chapter: a02-bloques-residuales.
"""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.errors import OptionError, check_whole


class Block(nn.Module):
    """ReLU(F(x) + x), or ReLU(F(x)) without shortcut; F is two 3×3 convolutions with batch normalisation.

    (n, entering, h, w) in, (n, channels, h / stride, w / stride) out, rounded up. Where the shape changes, the shortcut
    takes every second pixel and adds channels of zeros.
    """

    def __init__(self, entering: int, channels: int, stride: int, shortcut: bool):
        super().__init__()
        self.branch = nn.Sequential(
            *normalised(entering, channels, stride), nn.ReLU(), *normalised(channels, channels, 1)
        )
        self.stride, self.added, self.shortcut = stride, channels - entering, shortcut

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, entering, h, w) to (n, channels, h / stride, w / stride)."""
        out = self.branch(x)
        if self.shortcut:
            kept = x[:, :, :: self.stride, :: self.stride]
            out = out + nn.functional.pad(kept, (0, 0, 0, 0, 0, self.added))
        return out.relu()


def normalised(entering: int, channels: int, stride: int) -> tuple[nn.Module, nn.Module]:
    """A 3×3 convolution without bias that starts as in He et al. 2015, and its batch normalisation."""
    convolution = nn.Conv2d(entering, channels, 3, stride, padding=1, bias=False)
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    return convolution, nn.BatchNorm2d(channels)


def small_resnet(
    depth: int, *, shortcuts: bool = True, width: int = 16, channels: int = 1, classes: int = 10
) -> nn.Sequential:
    """The network of `depth` layers with random weights: pictures (n, channels, h, w) in, logits (n, classes) out.

    depth: 6n + 2, with n blocks a stage. width: channels of the first stage, doubled in the two others; the paper has
    16. The first convolution has stride 2, since only small networks are trained here; the paper's has 1.

    Raises OptionError for a depth that is not 8, 14, 20, …, and for sizes that are no whole numbers from 1.
    """
    check_whole(1, depth=depth, width=width, channels=channels, classes=classes)
    if depth < 8 or depth % 6 != 2:
        raise OptionError(f"depth={depth!r}", allowed="6n + 2 with n of 1 or more: 8, 14, 20, …")
    layers: list[nn.Module] = [*normalised(channels, width, 2), nn.ReLU()]
    entering = width
    for stage in range(3):
        for block in range((depth - 2) // 6):
            leaving = width * 2**stage
            layers.append(Block(entering, leaving, 2 if stage > 0 and block == 0 else 1, shortcuts))
            entering = leaving
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(entering, classes))
