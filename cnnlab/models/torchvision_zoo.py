"""torchvision's networks for the classification of photos: which there are, to which group each belongs, their layers.

Chapter: l7-arquitecturas.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torchvision import models

from cnnlab.errors import OptionError, nearest

GROUPS = {  # how the layers are joined, or what they are made of; the names that begin so
    "plain": ("alexnet", "vgg", "squeezenet", "googlenet", "inception"),
    "residual": ("resnet", "resnext", "wide_resnet", "densenet"),
    "regnet": ("regnet",),
    "separable": ("mobilenet", "mnasnet", "shufflenet", "efficientnet"),
    "convnext": ("convnext",),
    "attention": ("vit", "swin", "maxvit"),
}
WITH_AUXILIARY = ("googlenet", "inception_v3")  # they have classifiers on inner layers, called in training alone


def names() -> list[str]:
    """torchvision's names of all its networks for the classification of photos, in order; quantised copies apart."""
    return models.list_models(module=models)


def check_name(name: str) -> None:
    """Raise OptionError for a name that torchvision does not have."""
    if name not in names():
        raise OptionError(f"network {name!r}", allowed="names of torchvision", remedy=nearest(name, names()))


def group(name: str) -> str:
    """The group of a network, a key of GROUPS: plain (no shortcuts), residual (with; DenseNet joins instead of adding),
    regnet, separable (depthwise 3×3 or 5×5 and 1×1), convnext (depthwise 7×7 and 1×1), attention.

    Raises: OptionError for a name that fits none.
    """
    found = next((key for key, beginnings in GROUPS.items() if name.startswith(beginnings)), None)
    if found is None:
        raise OptionError(f"network {name!r}", allowed="names of torchvision", remedy=nearest(name, names()))
    return found


def build(name: str, side: int = 224, device: str = "meta") -> nn.Module:
    """A network for photos of `side` pixels with random weights, in eval mode; on `meta` it has shapes alone.

    Raises: OptionError for a name that torchvision does not have.
    """
    check_name(name)
    options: dict[str, Any] = {"weights": None}
    if name.startswith("vit"):
        options["image_size"] = side  # it has an embedding for each place of a patch
    if name in WITH_AUXILIARY:
        options["init_weights"] = False  # its own takes a minute
    with EmptyOn(device):
        return models.get_model(name, **options).to(device).eval()


class EmptyOn(TorchFunctionMode):
    """Context in which `torch.empty`, which makes the weights of layers, does so on a device. Other tensors do not: the
    widths of a RegNet are computed with tensors, which must have numbers."""

    def __init__(self, device: str):
        super().__init__()
        self.device = device

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Call a function of torch."""
        kwargs = kwargs or {}
        if func is torch.empty and kwargs.get("device") is None:
            kwargs["device"] = self.device
        return func(*args, **kwargs)


def auxiliary_parameters(network: nn.Module) -> int:
    """The parameters of the classifiers on inner layers, which serve training alone; 0 where there are none."""
    return sum(value.numel() for name, value in network.named_parameters() if name.lower().startswith("aux"))
