"""Checks of the arguments of what draws images: each names the argument, its value and what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from numbers import Integral

import torch
from torch import nn

from cnnlab.errors import OptionError

PRECISIONS = ("float32", "bfloat16")


def numbers(name: str, values: object) -> tuple[int, ...]:
    """Whole numbers, of numpy too, as a tuple of Python's. OptionError, which names the argument, for others."""
    several: tuple[object, ...]
    try:
        several = (values,) if isinstance(values, (str, bytes)) else tuple(values)  # type: ignore[arg-type]
    except TypeError:  # what cannot be iterated, such as an array without a dimension
        several = (values,)
    for value in several:
        if not isinstance(value, Integral) or isinstance(value, bool):
            raise OptionError(f"{name}={value!r}", allowed="whole numbers")
    return tuple(map(int, several))  # type: ignore[arg-type]


def checked_channels(channels: object) -> dict[str, list[int]]:
    """{layer: its channels}, the channels Python's whole numbers. OptionError for anything else."""
    if not isinstance(channels, Mapping) or not all(isinstance(each, str) for each in channels):
        raise OptionError(f"channels={channels!r}", allowed="{layer: [channel, …]}, the layers by their names")
    for layer, chosen in channels.items():
        if isinstance(chosen, (str, bytes)) or not isinstance(chosen, Iterable):
            raise OptionError(f"channels {chosen!r} of {layer!r}", allowed="a list of whole numbers")
    return {layer: list(numbers(f"channel of {layer!r}", chosen)) for layer, chosen in channels.items()}


def checked_transforms(transforms: object) -> tuple[Callable, ...]:
    """The transformations as a tuple. OptionError where one is no function."""
    every = tuple(transforms) if isinstance(transforms, Iterable) else (transforms,)
    if not isinstance(transforms, Iterable) or not all(map(callable, every)):
        raise OptionError(f"transforms={transforms!r}", allowed="functions of images (n, 3, h, w); () for none")
    return every


def device_of(network: nn.Module) -> torch.device:
    """Where a network's weights are. OptionError for a network without any."""
    weights = next(network.parameters(), None) if isinstance(network, nn.Module) else None
    if weights is None:
        raise OptionError(f"network of type {type(network).__name__}", allowed="a torch module with parameters")
    return weights.device


def check(size: int, snapshots: tuple[int, ...], seed: int, sign: int, copies: int, precision: str) -> None:
    """Raise OptionError for a value that `render_channels` does not allow."""
    if size < 32:
        raise OptionError(f"size={size}", allowed="32 pixels or more")
    if not snapshots or min(snapshots) < 1 or list(snapshots) != sorted(set(snapshots)):
        raise OptionError(f"steps={snapshots}", allowed="a number from 1, or several in rising order")
    if seed < 0:
        raise OptionError(f"seed={seed}", allowed="a whole number from 0")
    if sign not in (1, -1):
        raise OptionError(f"sign={sign}", allowed="1 (maximise) or -1 (minimise)")
    if copies < 1:
        raise OptionError(f"copies={copies}", allowed="1 or more")
    if precision not in PRECISIONS:
        raise OptionError(f"precision={precision!r}", allowed=PRECISIONS)
