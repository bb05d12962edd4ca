"""Batch normalisation folded into the convolution before it, for networks that are only evaluated."""

from __future__ import annotations

import copy
from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def folded(network: nn.Module) -> nn.Module:
    """A copy of a network in eval mode that gives the same outputs, but for rounding, with fewer operations.

    A normalisation that a module defines right after a convolution, and thus applies to its output, as torchvision's
    networks do, becomes a part of the convolution's kernel and bias (PyTorch's `fuse_conv_bn_eval`) and an identity.
    """
    network = copy.deepcopy(network).eval()
    for module in list(network.modules()):
        for (name, convolution), (after, norm) in pairwise(list(module.named_children())):
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(module, name, fuse_conv_bn_eval(convolution, norm))
                setattr(module, after, nn.Identity())
    return network
