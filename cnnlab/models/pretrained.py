"""Classifiers of torchvision with ImageNet weights: ResNet-50 (v1, from Keras), SqueezeNet 1.1 and any other by name.

Layers keep torchvision's names (`layer1.0`, `features.12`), which are used throughout.
"""

from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import nn
from torchvision import models

from cnnlab.data.imagenet import MEAN, STD
from cnnlab.errors import DataError
from cnnlab.models.torchvision_zoo import check_name
from cnnlab.models.weights import REMEDY
from cnnlab.models.weights_torch import load_state, read_tensors

KERAS_EPSILON, TORCH_EPSILON = 1.001e-5, 1e-5  # added to the variances in batch normalisation
VARIABLES = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}
TORCHVISION = 'load torchvision\'s weights with torchvision_network("resnet50", path): their strides are others'
STEM = {"conv1_conv": "conv1", "conv1_bn": "bn1"}
BLOCK = re.compile(r"conv([2-5])_block([1-9]\d*)_([0-3])_(conv|bn)")


def resnet50(path: Path | None = None) -> models.ResNet:
    """ResNet-50 (He et al. 2016, v1: the stride is on a block's first 1×1), 1000 classes, in eval mode.

    path: Keras's weights (`resnet50_keras` in the catalogue; `.h5`, or `.safetensors` with Keras's names); None: random
    initialisation. Input: (n, 3, h, w), float, red, green, blue, 0–1, then `normalise`d; output: logits (n, 1000).
    MEAN is that of Caffe, so that zero padding has the value with which the network was trained; torchvision's usual
    transform differs by at most half a grey level. Unlike torchvision's IMAGENET1K_V1, whose stride is on the 3×3.

    Raises: DataError where the file cannot be read or is another network's.
    """
    network = models.resnet50(weights=None)
    for stage in (network.layer2, network.layer3, network.layer4):
        stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
    if path is not None:
        load_state(network, from_keras(read_tensors(path), path), path)
    return network.eval()


def from_keras(tensors: dict[str, torch.Tensor], path: Path) -> dict[str, torch.Tensor]:
    """Keras's variables of ResNet-50 (`conv2_block1_1_conv/kernel`) as the state of torchvision's module, float32.

    A convolution's bias is subtracted from the mean of the batch normalisation after it; Keras's epsilon is added to
    the variance; the first kernel, for blue, green, red from 0 to 255, is reversed and multiplied by 255 × STD.
    path: the file that they were read from, for the message.

    Raises: DataError with the first name that is not one of Keras's ResNet-50.
    """
    foreign = [name for name in tensors if not is_keras_name(name)]
    if foreign:
        raise DataError(
            f"{Path(path).name} does not hold Keras's ResNet-50: its first foreign name is {foreign[0]!r} "
            f"({len(foreign)} of {len(tensors)} are foreign)",
            allowed="names such as conv2_block1_1_conv/kernel",
            remedy=TORCHVISION if "conv1.weight" in tensors else REMEDY,
        )
    state = {}
    for name, values in tensors.items():
        layer, variable = name.split("/")
        values = values.float() if values.is_floating_point() else values  # others are refused when they are loaded
        if layer == "predictions":
            state["fc.weight" if variable == "kernel" else "fc.bias"] = values.T if values.ndim == 2 else values
        elif variable == "kernel":
            state[f"{torch_name(layer)}.weight"] = values.permute(3, 2, 0, 1).contiguous()
        elif variable in VARIABLES:
            if variable == "moving_mean":
                values = values - tensors.get(f"{layer.removesuffix('bn')}conv/bias", torch.zeros(())).float()
            if variable == "moving_variance":
                values = values + (KERAS_EPSILON - TORCH_EPSILON)
            state[f"{torch_name(layer)}.{VARIABLES[variable]}"] = values
    first = state.get("conv1.weight")
    if first is not None:
        state["conv1.weight"] = first.flip(1) * (255 * torch.tensor(STD)).view(1, 3, 1, 1)
    return {name: values.contiguous() for name, values in state.items()}


def is_keras_name(name: str) -> bool:
    """Whether a name is that of a variable of Keras's ResNet-50, as `layer/variable`."""
    layer, _, variable = name.partition("/")
    if layer == "predictions":
        return variable in ("kernel", "bias")
    if layer not in STEM and not BLOCK.fullmatch(layer):
        return False
    return variable in (("kernel", "bias") if layer.endswith("conv") else VARIABLES)


def torch_name(layer: str) -> str:
    """torchvision's path of a layer of Keras's ResNet-50: `conv3_block1_0_bn` is `layer2.0.downsample.1`.

    Raises: ValueError for a name that is not one of its convolutions and batch normalisations.
    """
    if layer in STEM:
        return STEM[layer]
    match = BLOCK.fullmatch(layer)
    if match is None:
        raise ValueError(f"{layer!r} is no layer of Keras's ResNet-50")
    stage, block, place, kind = int(match[1]) - 1, int(match[2]) - 1, match[3], match[4]
    inner = f"downsample.{int(kind == 'bn')}" if place == "0" else f"{kind}{place}"
    return f"layer{stage}.{block}.{inner}"


def squeezenet1_1(path: Path | None = None) -> models.SqueezeNet:
    """SqueezeNet 1.1 (Iandola et al. 2016), 1000 classes, in eval mode. Input as for `resnet50`.

    path: `.pth` or `.safetensors` with torchvision's names; None: random initialisation.

    Raises: DataError where the file cannot be read or is another network's.
    """
    return torchvision_network("squeezenet1_1", path)


def torchvision_network(name: str, path: Path | None = None) -> nn.Module:
    """A classifier of `torchvision.models` by its name there, 1000 classes, in eval mode.

    path: `.pth` or `.safetensors`, as the catalogue's entry of the same name; None: random initialisation.

    Raises: DataError where the file cannot be read or is another network's; OptionError for a name that is none.
    """
    check_name(name)
    options = (
        {"init_weights": True, "aux_logits": True, "transform_input": path is not None} if name == "googlenet" else {}
    )
    network = getattr(models, name)(weights=None, **options)
    if path is not None:
        load_state(network, read_tensors(path), path)
    return network.eval()


def normalise(images: torch.Tensor) -> torch.Tensor:
    """Images (n, 3, h, w), red, green, blue, 0–1, with MEAN subtracted, divided by STD: the networks' input."""
    mean, std = (torch.tensor(each, device=images.device).view(1, 3, 1, 1) for each in (MEAN, STD))
    return (images - mean) / std
