"""A ResNet's convolutions, poolings and dense layer, one by one, read from the live Keras model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import keras

Kind = Literal["convolution", "max_pool", "average_pool", "dense"]
KINDS: dict[str, Kind] = {  # Keras's name of the class
    "Conv2D": "convolution",
    "MaxPooling2D": "max_pool",
    "GlobalAveragePooling2D": "average_pool",
    "Dense": "dense",
}


@dataclass(frozen=True)
class Layer:
    """side, stride: of the kernel or window in positions of its input, 0 where there is none. output: (h, w, channels),
    or (channels,) after the averaging. uneven: its zeros are not as many before the map as after it.
    """

    name: str
    kind: Kind
    side: int
    stride: int
    output: tuple[int, ...]
    uneven: bool


def layers_of(network: keras.Model) -> tuple[Layer, ...]:
    """The network's layers of the KINDS, in Keras's order: a projection (…_0_conv) before its block's last layer."""
    return tuple(_layer(layer) for layer in network.layers if type(layer).__name__ in KINDS)


def _layer(layer: keras.Layer) -> Layer:
    side = (getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None) or (0,))[0]
    stride = (getattr(layer, "strides", None) or (0,))[0]
    return Layer(
        name=layer.name,
        kind=KINDS[type(layer).__name__],
        side=side,
        stride=stride,
        output=tuple(layer.output.shape[1:]),
        uneven=getattr(layer, "padding", "valid") == "same" and _zeros(layer, side, stride) % 2 == 1,
    )


def _zeros(layer: keras.Layer, side: int, stride: int) -> int:
    """Rows of zeros that "same" adds to a map, before and after it together; of an odd number one more after it."""
    return max((layer.output.shape[1] - 1) * stride + side - layer.input.shape[1], 0)
