"""Heads of classifiers: a torchvision network's last layer found, replaced, removed; a linear head on features."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.errors import OptionError, check_whole


def head_of(network: nn.Module) -> tuple[nn.Module, str, nn.Linear | nn.Conv2d]:
    """The last layer with weights of a torchvision classifier: (the module that holds it, its name there, the layer).

    The layer is a Linear (ResNet, AlexNet, GoogLeNet) or a 1×1 Conv2d (SqueezeNet).

    Raises: OptionError where the network has neither a linear `fc` nor a `classifier` with such a layer.
    """
    fc, classifier = (getattr(network, name, None) for name in ("fc", "classifier"))
    if isinstance(fc, nn.Linear):
        return network, "fc", fc
    if isinstance(classifier, nn.Module):
        for name, layer in reversed(list(classifier.named_children())):
            if isinstance(layer, (nn.Linear, nn.Conv2d)):
                return classifier, name, layer
    raise OptionError(
        f"{type(network).__name__} has no last layer that can be replaced", allowed="a linear `fc` or a `classifier`"
    )


def replace_head(network: nn.Module, classes: int) -> nn.Module:
    """Replace a classifier's last layer, in place, by a randomly initialised one for `classes` classes.

    The other layers keep their weights. The new layer lies on the CPU.

    Raises: OptionError for fewer than two classes, and for a network whose last layer `head_of` does not find.
    """
    check_whole(2, classes=classes)
    parent, name, old = head_of(network)
    new: nn.Linear | nn.Conv2d
    if isinstance(old, nn.Linear):
        new = nn.Linear(old.in_features, classes)
    else:
        new = nn.Conv2d(old.in_channels, classes, kernel_size=1)
        nn.init.normal_(new.weight, std=0.01)  # as torchvision initialises SqueezeNet's last convolution
        nn.init.zeros_(new.get_parameter("bias"))
    setattr(parent, name, new)
    return network


def without_head(network: nn.Module) -> nn.Module:
    """Replace a classifier's last layer, in place, by the identity: its weights are neither trained nor saved.

    Raises: OptionError for a network whose last layer `head_of` does not find.
    """
    parent, name, _ = head_of(network)
    setattr(parent, name, nn.Identity())
    return network


class Standardised(nn.Module):
    """Features (n, d) scaled to mean 0 and variance 1 over the features with which it is built."""

    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(self, features: torch.Tensor):
        super().__init__()
        self.register_buffer("mean", features.mean(dim=0))
        self.register_buffer("scale", 1 / features.std(dim=0).clamp(min=1e-6))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return (features - self.mean) * self.scale


def linear_head(features: torch.Tensor, classes: int, dropout: float) -> nn.Sequential:
    """A linear classifier of standardised features: (n, d) to logits (n, classes).

    features: those of the training examples (n, d), whose mean and deviation standardise all others. dropout: share of
    the features that a training step sets to zero. The linear layer's weights and bias are zero-initialised.
    """
    linear = nn.Linear(features.shape[1], classes)
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    return nn.Sequential(Standardised(features), nn.Dropout(dropout), linear)
