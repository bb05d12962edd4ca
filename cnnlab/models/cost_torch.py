"""The cost of a torch network for one picture: multiply-adds and values written, layer by layer, counted by hooks.

As in `cost_keras`, a multiply-add (MAC) is one product and its addition to a sum; normalisation, activation, pooling,
sums and biases are not counted. Beside convolutions and dense layers there are products in which no weight takes part,
those of self-attention. Shapes suffice: a network on the `meta` device has no numbers, and costs no memory to count.

Chapter: l7-arquitecturas.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torchvision.models.maxvit import RelativePositionalMultiHeadAttention
from torchvision.models.swin_transformer import ShiftedWindowAttention

KINDS = ("convolution", "grouped", "depthwise", "dense", "attention")


@dataclass(frozen=True)
class LayerCost:
    """What one call of a layer costs: its multiply-adds, and how many values it writes.

    kind: "convolution"; "grouped", one whose outputs see a part of the input channels; "depthwise", one channel each;
    "dense"; "attention", the products of queries with keys, and of their weights with values.
    """

    name: str
    kind: str
    multiply_adds: int
    outputs: int


def layer_costs(network: nn.Module, side: int) -> list[LayerCost]:
    """What each layer costs in a forward pass of one picture (1, 3, side, side), on the network's device, in order.

    The network is put into eval mode, in which layers that serve training alone are not called; all hooks are removed.
    """
    found: list[LayerCost] = []

    def counting(name: str, count: Callable[[nn.Module, torch.Tensor, torch.Tensor], list[tuple[str, int, int]]]):
        def hook(layer, inputs, output):
            output = output[0] if isinstance(output, tuple) else output
            found.extend(LayerCost(name, *each) for each in count(layer, inputs[0], output))

        return hook

    counted = ((name, layer, counter_of(layer)) for name, layer in network.eval().named_modules())
    hooks = [layer.register_forward_hook(counting(name, count)) for name, layer, count in counted if count]
    like = next(network.parameters(), torch.empty(0))
    try:
        with torch.inference_mode():
            network(torch.empty(1, 3, side, side, dtype=like.dtype, device=like.device))
    finally:
        for hook in hooks:
            hook.remove()
    return found


def multiply_adds(costs: list[LayerCost], kind: str | None = None) -> int:
    """The multiply-adds of these layers together, or of those of one kind."""
    return sum(each.multiply_adds for each in costs if kind in (None, each.kind))


def counter_of(layer: nn.Module) -> Callable[..., list[tuple[str, int, int]]] | None:
    """The function that counts a layer of this type: kind, multiply-adds and outputs; None where nothing is counted."""
    return next((count for type_, count in COUNTERS.items() if isinstance(layer, type_)), None)


def of_convolution(layer: nn.Conv2d, x: torch.Tensor, output: torch.Tensor) -> list[tuple[str, int, int]]:
    """A convolution (1, c, h, w) → (1, d, m, n): an output value is a sum over the kernel of its group's channels."""
    kind = "convolution" if layer.groups == 1 else "depthwise" if layer.groups == layer.in_channels else "grouped"
    return [(kind, output.numel() * math.prod(layer.weight.shape[1:]), output.numel())]


def of_dense(layer: nn.Linear, x: torch.Tensor, output: torch.Tensor) -> list[tuple[str, int, int]]:
    """A dense layer (…, c) → (…, d): every output value is a sum over c."""
    return [("dense", output.numel() * layer.in_features, output.numel())]


def of_attention(layer: nn.MultiheadAttention, x: torch.Tensor, output: torch.Tensor) -> list[tuple[str, int, int]]:
    """Self-attention of (1, tokens, width). torch computes its four projections within it, by no layer of their own."""
    tokens, width = x.shape[-2:]
    return [*projections(x.numel(), width), products(tokens, tokens, width, layer.num_heads)]


def of_window_attention(
    layer: ShiftedWindowAttention, x: torch.Tensor, output: torch.Tensor
) -> list[tuple[str, int, int]]:
    """Swin's attention of a map (1, h, w, width) within windows, to whose sides the map is padded."""
    width = x.shape[-1]
    sides = [math.ceil(side / window) * window for side, window in zip(x.shape[1:3], layer.window_size, strict=True)]
    tokens, window = math.prod(sides), math.prod(layer.window_size)
    return [*projections(tokens * width, width), products(tokens, window, width, layer.num_heads)]


def of_grid_attention(
    layer: RelativePositionalMultiHeadAttention, x: torch.Tensor, output: torch.Tensor
) -> list[tuple[str, int, int]]:
    """MaxViT's attention of (1, groups, tokens, width) within groups; its projections are dense layers of their own."""
    groups, tokens, width = x.shape[1:]
    return [products(groups * tokens, tokens, width, layer.n_heads)]


def projections(values: int, width: int) -> list[tuple[str, int, int]]:
    """Queries, keys, values and the output: each of `values` numbers is a sum over the width."""
    return [("dense", 3 * values * width, 3 * values), ("dense", values * width, values)]


def products(tokens: int, seen: int, width: int, heads: int) -> tuple[str, int, int]:
    """Each of `tokens` is compared with those it sees, and takes the weighted sum of their values."""
    return ("attention", 2 * tokens * seen * width, tokens * seen * heads + tokens * width)


COUNTERS: dict[type, Callable[..., list[tuple[str, int, int]]]] = {
    nn.Conv2d: of_convolution,
    nn.Linear: of_dense,
    nn.MultiheadAttention: of_attention,
    ShiftedWindowAttention: of_window_attention,
    RelativePositionalMultiHeadAttention: of_grid_attention,
}
