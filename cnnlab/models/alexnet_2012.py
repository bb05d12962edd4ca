"""AlexNet as it was published, for two GPUs: groups of channels, overlapping pooling.

Source: Krizhevsky, Sutskever and Hinton 2012, sections 3.4 and 3.5. Local response normalisation has no parameters and
does not change sizes; it is left out. torchvision's AlexNet is another one, Krizhevsky 2014, with fewer channels.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import nn


def alexnet_2012(classes: int = 1000, padding: int = 2) -> nn.Sequential:
    """The network with random weights: (n, 3, 224, 224) in, logits (n, classes) out.

    padding: of the first convolution, which the paper does not state; 2 gives the map of 55×55 that it prints. conv2,
    conv4 and conv5 read the half of the maps that lies on their GPU: two groups.
    """
    layers: list[tuple[str, nn.Module]] = [
        ("conv1", nn.Conv2d(3, 96, 11, stride=4, padding=padding)),
        ("relu1", nn.ReLU()),
        ("pool1", nn.MaxPool2d(3, 2)),
        ("conv2", nn.Conv2d(96, 256, 5, padding=2, groups=2)),
        ("relu2", nn.ReLU()),
        ("pool2", nn.MaxPool2d(3, 2)),
        ("conv3", nn.Conv2d(256, 384, 3, padding=1)),
        ("relu3", nn.ReLU()),
        ("conv4", nn.Conv2d(384, 384, 3, padding=1, groups=2)),
        ("relu4", nn.ReLU()),
        ("conv5", nn.Conv2d(384, 256, 3, padding=1, groups=2)),
        ("relu5", nn.ReLU()),
        ("pool5", nn.MaxPool2d(3, 2)),
        ("flat", nn.Flatten()),
        ("fc6", nn.Linear(256 * 6 * 6, 4096)),
        ("relu6", nn.ReLU()),
        ("fc7", nn.Linear(4096, 4096)),
        ("relu7", nn.ReLU()),
        ("fc8", nn.Linear(4096, classes)),
    ]
    return nn.Sequential(OrderedDict(layers))
