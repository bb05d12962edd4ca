"""Classifiers of torchvision with weights of ImageNet, and their last layer replaced. No pickle is executed.

The networks' modules keep torchvision's names (`layer1.0`, `features.12`), which are what layers are called everywhere.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import nn
from torchvision import models

from cnnlab.data.imagenet import MEANS
from cnnlab.errors import DataError, OptionError

REMEDY = "take the file of the same network that the catalogue names: cnnlab doctor"
STD = (0.229, 0.224, 0.225)  # of red, green, blue, 0–1, as torchvision divides by
MEAN = tuple(mean / 255 for mean in reversed(MEANS))  # torchvision's to half a grey level; ResNet v1's exactly
KERAS_EPSILON, TORCH_EPSILON = 1.001e-5, 1e-5  # added to the variances in batch normalization
VARIABLES = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}


def resnet50(path: Path | None = None) -> models.ResNet:
    """ResNet-50 as He et al. 2016 print it (v1: the stride on a block's first 1×1), 1000 classes, in eval mode.

    path: Keras's weights (`resnet50_keras` in the catalogue; `.h5`, or `.safetensors` with Keras's names); None: random
    ones. Takes (n, 3, h, w), red, green, blue, 0–1, MEAN subtracted, divided by STD. MEAN is Caffe's, so that the
    padding's zeros are the zeros that the network was trained with; torchvision's usual transform differs by at most
    half a grey level. It is not torchvision's IMAGENET1K_V1, whose stride is on the 3×3.
    """
    network = models.resnet50(weights=None)
    for stage in (network.layer2, network.layer3, network.layer4):
        stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
    if path is not None:
        _fill(network, from_keras(_keras_tensors(path)), path)
    return network.eval()


def from_keras(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Keras's variables of ResNet-50 (`conv2_block1_1_conv/kernel`) as the state of torchvision's module.

    A convolution's bias goes into the mean that is subtracted after it, Keras's epsilon into the variance, and blue,
    green, red from 0 to 255 into the first kernel: it is turned round and multiplied by 255 × STD.
    """
    state = {}
    for name, values in tensors.items():
        layer, variable = name.split("/")
        if layer == "predictions":
            state["fc.weight" if variable == "kernel" else "fc.bias"] = (
                values.float().T if values.ndim == 2 else values.float()
            )
        elif variable == "kernel":
            state[f"{torch_name(layer)}.weight"] = values.float().permute(3, 2, 0, 1).contiguous()
        elif variable in VARIABLES:
            values = values.float()
            if variable == "moving_mean":
                values = values - tensors.get(f"{layer.removesuffix('bn')}conv/bias", torch.zeros(())).float()
            if variable == "moving_variance":
                values = values + (KERAS_EPSILON - TORCH_EPSILON)
            state[f"{torch_name(layer)}.{VARIABLES[variable]}"] = values
    first = state.get("conv1.weight")
    if first is not None:
        state["conv1.weight"] = first.flip(1) * (255 * torch.tensor(STD)).view(1, 3, 1, 1)
    return {name: values.contiguous() for name, values in state.items()}


def torch_name(layer: str) -> str:
    """torchvision's path of a layer of Keras's ResNet: `conv3_block1_0_bn` is `layer2.0.downsample.1`."""
    parts = layer.split("_")
    if len(parts) == 2:  # conv1_conv, conv1_bn
        return "conv1" if parts[1] == "conv" else "bn1"
    stage, block, place, kind = int(parts[0][4:]) - 1, int(parts[1][5:]) - 1, parts[2], parts[3]
    inner = f"downsample.{int(kind == 'bn')}" if place == "0" else f"{kind}{place}"
    return f"layer{stage}.{block}.{inner}"


def squeezenet1_1(path: Path | None = None) -> models.SqueezeNet:
    """SqueezeNet 1.1, 1000 classes, in eval mode; the usual transform of torchvision."""
    return torchvision_network("squeezenet1_1", path)


def torchvision_network(name: str, path: Path | None = None) -> nn.Module:
    """A classifier of `torchvision.models` by its name there, in eval mode, its weights from `.pth` or `.safetensors`.

    The path is the catalogue's entry of the same name. DataError where the file is of another network.
    """
    options = (
        {"init_weights": True, "aux_logits": True, "transform_input": path is not None} if name == "googlenet" else {}
    )
    network = getattr(models, name)(weights=None, **options)
    if path is not None:
        _fill(network, _torch_tensors(path), path)
    return network.eval()


def replace_head(network: nn.Module, classes: int) -> nn.Module:
    """Give a classifier a new, random last layer for `classes` classes, in place; the rest keeps its weights."""
    if classes < 2:
        raise OptionError(f"classes={classes}", allowed="2 or more")
    parent, name, old = head_of(network)
    if isinstance(old, nn.Linear):
        new = nn.Linear(old.in_features, classes)
    else:
        new = nn.Conv2d(old.in_channels, classes, kernel_size=1)
        nn.init.normal_(new.weight, std=0.01)  # as torchvision starts SqueezeNet's last convolution
        nn.init.zeros_(new.bias)
    setattr(parent, name, new)
    return network


def head_of(network: nn.Module) -> tuple[nn.Module, str, nn.Module]:
    """The last layer with weights of a classifier: the module that holds it, its name there, and itself."""
    if isinstance(getattr(network, "fc", None), nn.Linear):
        return network, "fc", network.fc
    for name, layer in reversed(list(getattr(network, "classifier", nn.Sequential()).named_children())):
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            return network.classifier, name, layer
    raise OptionError(
        f"{type(network).__name__} has no last layer that can be replaced", allowed="a linear `fc` or a `classifier`"
    )


def parameters(network: nn.Module, trained: bool = False) -> int:
    """How many numbers a network has, or only those that are trained."""
    return sum(math.prod(p.shape) for p in network.parameters() if p.requires_grad or not trained)


def save(network: nn.Module, path: Path) -> None:
    """Write a network's weights as safetensors."""
    from safetensors.torch import save_file

    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, path)


def load(network: nn.Module, path: Path) -> nn.Module:
    """Fill a network with weights that `save` wrote; in eval mode. DataError where they are another network's."""
    _fill(network, _torch_tensors(path), path)
    return network.eval()


def _keras_tensors(path: Path) -> dict[str, torch.Tensor]:
    if path.suffix != ".h5":
        return _torch_tensors(path)
    import h5py

    found = {}

    def keep(name, item):
        if isinstance(item, h5py.Dataset):
            layer, variable = name.split("/")[-2:]
            found[f"{layer}/{variable.partition(':')[0]}"] = torch.from_numpy(item[()])

    try:
        with h5py.File(path) as file:
            file.get("model_weights", file).visititems(keep)
    except OSError as error:
        raise DataError(f"{path.name} is not a whole HDF5 file: {error}", remedy=REMEDY) from error
    return found


def _torch_tensors(path: Path) -> dict[str, torch.Tensor]:
    if path.suffix == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(path)
        except SafetensorError as error:
            raise DataError(f"{path.name} is not a whole safetensors file: {error}", remedy=REMEDY) from error
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises whatever its zip reader, its unpickler or the file system raise
        raise DataError(f"{path.name} cannot be read as weights: {error}", remedy=REMEDY) from error


def _fill(network: nn.Module, state: dict[str, torch.Tensor], path: Path) -> None:
    """Load a state in which nothing but the batch counters may be missing."""
    wanted = {
        name: tuple(v.shape) for name, v in network.state_dict().items() if not name.endswith("num_batches_tracked")
    }
    found = {name: tuple(v.shape) for name, v in state.items() if not name.endswith("num_batches_tracked")}
    if wanted != found:
        differing = sorted({name for name, _ in wanted.items() ^ found.items()})
        raise DataError(
            f"{path.name} does not fit {type(network).__name__}: {len(differing)} names or shapes differ, "
            f"first {', '.join(differing[:3])}",
            remedy=REMEDY,
        )
    network.load_state_dict(state, strict=False)
