"""Sizes of a torch network, read off it while it computes: layers as they are called, tensors of parameters, MACs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from cnnlab.errors import OptionError


@dataclass(frozen=True)
class LayerSize:
    """A call of a layer. kind: its class; output: its shape without the batch; parameters: 0 where it is called again.

    macs: multiply–accumulates of convolutions and dense layers for one picture.
    """

    kind: str
    output: tuple[int, ...]
    parameters: int
    macs: int


def layer_sizes(network: nn.Module, *entering: int) -> tuple[LayerSize, ...]:
    """The layers without parts of their own in the order in which they are called, for an input of shape `entering`.

    The input has the type and the device of the parameters. Raises: OptionError for a shape that does not fit.
    """
    rows: list[LayerSize] = []
    seen: set[nn.Module] = set()

    def note(layer: nn.Module, _: Sequence[torch.Tensor], output: torch.Tensor) -> None:
        count = 0 if layer in seen else sum(each.numel() for each in layer.parameters())
        seen.add(layer)
        rows.append(LayerSize(type(layer).__name__, tuple(output.shape[1:]), count, macs_of(layer, output)))

    leaves = {each for each in network.modules() if not list(each.children())}
    hooks = [leaf.register_forward_hook(note) for leaf in leaves]
    was_training = network.training
    like = next(network.parameters(), torch.empty(0))
    try:
        with torch.inference_mode():
            network.eval()(torch.zeros(1, *entering, dtype=like.dtype, device=like.device))
    except (RuntimeError, ValueError) as error:
        what = f"an input of shape {entering} for {type(network).__name__}: {error}"
        raise OptionError(what, allowed="the shape of one input of the network, without the batch") from error
    finally:
        network.train(was_training)
        for hook in hooks:
            hook.remove()
    return tuple(rows)


def macs_of(layer: nn.Module, output: torch.Tensor) -> int:
    """Multiply–accumulates of a convolution or dense layer for one picture; 0 for any other."""
    if isinstance(layer, nn.Conv2d):
        return layer.weight[0].numel() * output[0].numel()
    return layer.weight.numel() * output[0].numel() // output.shape[-1] if isinstance(layer, nn.Linear) else 0


def parameter_sizes(network: nn.Module) -> tuple[tuple[str, int], ...]:
    """The name of each tensor of parameters and how many numbers it holds."""
    return tuple((name, each.numel()) for name, each in network.named_parameters())
