"""A residual network for CIFAR-10 that does no more multiply-adds than the document's AlexNet.

The blocks are those of He et al. 2016, section 4.2 (`cnnlab.models.small_resnet`). All but the first convolution work
at a quarter of the picture's pixels or fewer.

Chapter: l4-cifar.
"""

from __future__ import annotations

from torch import nn

from cnnlab.errors import check_whole
from cnnlab.models.small_resnet import Block, normalised


def residual_cifar(width: int = 32, blocks: int = 2, classes: int = 10) -> nn.Sequential:
    """Pictures (n, 3, 32, 32) in, logits (n, classes) out; random weights.

    width: channels of the first of three stages (16×16, 8×8, 4×4), doubled in the two others. blocks: of each stage.
    The first convolution has half as many channels, and the stride 2 of each stage is in its first block.

    Raises: OptionError for sizes that are no whole numbers from 1, a width below 2.
    """
    check_whole(2, width=width)
    check_whole(1, blocks=blocks, classes=classes)
    width = int(width)  # twice a small integer of numpy overflows
    layers: list[nn.Module] = [*normalised(3, width // 2, 1), nn.ReLU()]
    entering = width // 2
    for leaving in (width, 2 * width, 4 * width):
        for block in range(blocks):
            layers.append(Block(entering, leaving, stride=1 if block else 2, shortcut=True))
            entering = leaving
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(entering, classes))
