"""Sizes and parameters read off live layers: what torch takes, LeNet-5, AlexNet, the printed residual layer.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.experiments.fundamentals import printed

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Kernels:
    """The layer of the document, Conv2d(1, 8, 5), on a picture (1, 28, 28).

    output: its shape; weights, biases: their shapes; parameters: together. unshared: parameters of a layer with the
    same connections and a kernel of its own at each place; dense: of one that connects everything. connections: that
    are not zero in the layer written as a matrix of `entries` numbers; each_output: in each of its rows.
    """

    output: tuple[int, ...]
    weights: tuple[int, ...]
    biases: tuple[int, ...]
    parameters: int
    unshared: int
    dense: int
    connections: int
    entries: int
    each_output: int


@dataclass(frozen=True)
class TensorKind:
    """A kind of data. axes: 2 to 5. layer: of torch; taken: the shape that it takes, output: what it gives. printed:
    the same data in the order that the document prints; accepted: whether the layer takes that."""

    kind: str
    axes: int
    layer: str
    taken: tuple[int, ...]
    output: tuple[int, ...]
    printed: tuple[int, ...]
    accepted: bool


@dataclass(frozen=True)
class Layer:
    """A layer of a network: shape of its output, how many numbers that is, parameters."""

    name: str
    size: tuple[int, ...]
    neurons: int
    parameters: int


@dataclass(frozen=True)
class ResCase:
    """A call of the printed ResLayer with `channels_in` maps of side × side. padding: kernel − 2.

    convolved: shape after its convolution, () where that fails; output: of the layer, () where that fails.
    """

    kernel: int
    stride: int
    channels_in: int
    channels_out: int
    side: int
    padding: int
    convolved: tuple[int, ...]
    output: tuple[int, ...]


@dataclass(frozen=True)
class Refused:
    """Whether torch refuses what the documents print: writing into a weight outside of no_grad; a kernel of two rows
    for one of three; pictures (n, w, h, c). Whether it accepts what they deny: a window of 3×4, a stride beyond the
    window."""

    written_weight: bool
    two_rows: bool
    channels_last: bool
    window_3x4: bool
    long_stride: bool


def kernels() -> Kernels:
    """The eight kernels of 5×5, and the matrix that they are."""
    import torch

    layer = torch.nn.Conv2d(1, 8, 5)
    with torch.no_grad():
        output = tuple(layer(torch.zeros(1, 28, 28)).shape)
        torch.nn.init.ones_(layer.weight)
        torch.nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        matrix = layer(torch.eye(784).view(784, 1, 28, 28)).flatten(1).T != 0  # (outputs, pixels)
    each = matrix.sum(1)
    outputs, pixels = matrix.shape
    if each.min() != each.max():
        raise AssertionError("outputs with different numbers of connections")
    return Kernels(
        output=output,
        weights=tuple(layer.weight.shape),
        biases=tuple(layer.bias.shape),  # type: ignore[union-attr]
        parameters=parameters(layer),
        unshared=int(matrix.sum()) + outputs,
        dense=outputs * pixels + outputs,
        connections=int(matrix.sum()),
        entries=outputs * pixels,
        each_output=int(each[0]),
    )


def tensor_kinds() -> tuple[TensorKind, ...]:
    """One kind of data for each number of axes, with the layer of torch that takes it."""
    import torch
    from torch import nn

    rows: tuple[tuple[str, nn.Module, tuple[int, ...], tuple[int, ...]], ...] = (
        ("vectors", nn.Linear(10, 4), (32, 10), (32, 10)),
        ("series", nn.Conv1d(6, 4, 5), (32, 6, 100), (32, 100, 6)),
        ("pictures", nn.Conv2d(3, 8, 5), (32, 3, 28, 28), (32, 28, 28, 3)),
        ("videos", nn.Conv3d(3, 4, 3), (2, 3, 8, 28, 28), (2, 8, 3, 28, 28)),
    )
    return tuple(
        TensorKind(
            kind=kind,
            axes=len(taken),
            layer=f"{type(layer).__name__}({', '.join(map(str, settings(layer)))})",
            taken=taken,
            output=tuple(layer(torch.zeros(taken)).shape),
            printed=printed_order,
            accepted=works(lambda layer=layer, shape=printed_order: layer(torch.zeros(shape))),  # type: ignore[misc]
        )
        for kind, layer, taken, printed_order in rows
    )


def settings(layer: nn.Module) -> tuple[int, ...]:
    """The arguments with which a layer is built."""
    if hasattr(layer, "in_features"):
        return layer.in_features, layer.out_features  # type: ignore[return-value]
    return layer.in_channels, layer.out_channels, layer.kernel_size[0]  # type: ignore[return-value, index]


def works(call: Callable[[], object]) -> bool:
    """Whether a call of torch goes through."""
    try:
        call()
    except RuntimeError:
        return False
    return True


def parameters(module: nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(each.numel() for each in module.parameters())


def layers_of(network: nn.Sequential, shape: tuple[int, ...]) -> tuple[Layer, ...]:
    """The layers that have parameters or change the size, of a network on the meta device, without activations."""
    import torch

    rows, x = [], torch.zeros(1, *shape, device="meta")
    for name, layer in network.named_children():
        x, before = layer(x), x.shape
        if parameters(layer) or (x.shape != before and name != "flat"):
            rows.append(Layer(name, tuple(x.shape[1:]), x[0].numel(), parameters(layer)))
    return tuple(rows)


def networks() -> dict[str, tuple[Layer, ...]]:
    """LeNet-5 and AlexNet, each layer by layer."""
    import torch

    from cnnlab.models.alexnet_2012 import alexnet_2012
    from cnnlab.models.lenet5 import lenet5

    with torch.device("meta"):
        return {
            "lenet": layers_of(lenet5(), (1, 32, 32)),
            "alexnet": layers_of(alexnet_2012(), (3, 224, 224)),
            "alexnet_unpadded": layers_of(alexnet_2012(padding=0)[:1], (3, 224, 224)),
        }


def residual_cases(kernels: int) -> tuple[ResCase, ...]:
    """The printed layer with kernels of 1, 2, …; then with a stride, other channels, and where torch broadcasts."""
    calls = [(kernel, 1, 2, 2, 8) for kernel in range(1, kernels + 1)]
    calls += [(3, 2, 2, 2, 8), (3, 1, 2, 4, 8), (3, 1, 1, 4, 8), (3, 1, 4, 1, 8), (2, 1, 2, 2, 2)]
    return tuple(residual_case(*call) for call in calls)


def residual_case(kernel: int, stride: int, channels_in: int, channels_out: int, side: int) -> ResCase:
    """What becomes of one call."""
    import torch

    from cnnlab.models.res_layer import ResLayer

    layer, x = ResLayer(channels_in, channels_out, kernel, stride), torch.zeros(1, channels_in, side, side)
    shapes = []
    for call in (layer.conv, layer):
        shapes.append(tuple(call(x).shape[1:]) if works(lambda call=call: call(x)) else ())  # type: ignore[misc]
    return ResCase(kernel, stride, channels_in, channels_out, side, kernel - 2, *shapes)


def refused() -> Refused:
    """Run what the documents print or deny."""
    import torch

    layer, kernel = torch.nn.Conv2d(1, 1, 3), torch.tensor(printed.VERTICAL).float()
    picture = torch.zeros(1, 12, 12)

    def write(values: torch.Tensor) -> None:
        layer.weight[0, 0, :, :] = values

    with torch.no_grad():
        two_rows = not works(lambda: write(kernel[:2]))
    return Refused(
        written_weight=not works(lambda: write(kernel)),
        two_rows=two_rows,
        channels_last=not works(lambda: torch.nn.Conv2d(3, 8, 5)(torch.zeros(32, 28, 28, 3))),
        window_3x4=works(lambda: torch.nn.MaxPool2d((3, 4))(picture)),
        long_stride=works(lambda: torch.nn.MaxPool2d(2, stride=3)(picture)),
    )
