"""Weights in fewer bits: kernel by kernel, in whole multiples of a step, and what the rounding shifts put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from cnnlab.experiments.browser_squeezenet.weights_file import BASE, LEVELS
from cnnlab.models.pretrained import squeezenet1_1

if TYPE_CHECKING:
    from cnnlab.experiments.browser_squeezenet.compute import BrowserSqueezenet


def convolutions(network: nn.Module) -> list[nn.Conv2d]:
    """The convolutions of a network in the order of its modules, which is that of SqueezeNet's forward pass."""
    return [module for module in network.modules() if isinstance(module, nn.Conv2d)]


def in_steps(weights: torch.Tensor, levels: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights (kernels, …) as whole numbers of steps, -levels to levels, and each kernel's step (kernels,).

    The step is the largest size of a kernel's weights, divided by `levels`.
    """
    rows = weights.flatten(1).double()
    steps = rows.abs().amax(1).clamp_min(1e-12) / levels
    return (rows / steps[:, None]).round(), steps


def rounded(weights: torch.Tensor, levels: int) -> torch.Tensor:
    """Weights, rounded to whole numbers of their kernel's steps."""
    whole, steps = in_steps(weights, levels)
    return (whole * steps[:, None]).float().view_as(weights)


@torch.inference_mode()
def quantise(network: nn.Module, levels: int, photos: torch.Tensor | None = None) -> None:
    """Round the weights of all convolutions, in place.

    photos: (n, 3, h, w), normalised; with them each kernel's bias takes up what the rounding of its weights shifts its
    outputs on average, computed from what the layer reads in the network whose earlier layers are rounded already.
    """
    for layer in convolutions(network):
        before = layer.weight.clone()
        layer.weight.copy_(rounded(before, levels))
        if photos is not None:
            layer.bias += (before - layer.weight).flatten(1) @ mean_window(network, layer, photos)  # type: ignore[operator]


def mean_window(network: nn.Module, layer: nn.Conv2d, photos: torch.Tensor) -> torch.Tensor:
    """What a kernel of a layer reads, on average over photos and places: (weights of a kernel,)."""
    read = []
    hook = layer.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0]))
    try:
        network(photos)
    finally:
        hook.remove()
    windows = functional.unfold(read[0], layer.kernel_size, padding=layer.padding, stride=layer.stride)  # type: ignore[arg-type]
    return windows.mean((0, 2))


def kept_network(result: BrowserSqueezenet) -> nn.Module:
    """SqueezeNet 1.1 with the weights that the page has, from the kept digits, steps and biases."""
    arrays, network = result.arrays, squeezenet1_1()
    whole = torch.from_numpy(arrays["high"].astype("int32") * BASE + arrays["low"] - LEVELS)
    steps, biases = (torch.from_numpy(arrays[name]) for name in ("steps", "biases"))
    layers = convolutions(network)
    counts, kernels = [layer.weight.numel() for layer in layers], [layer.out_channels for layer in layers]
    parts = (whole.split(counts), steps.split(kernels), biases.split(kernels))
    for layer, numbers, step, bias in zip(layers, *parts, strict=True):
        rows = numbers.view(len(step), -1) * step.double()[:, None]
        layer.load_state_dict({"weight": rows.float().view_as(layer.weight), "bias": bias})
    return network
