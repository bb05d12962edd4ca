"""Checks of the arguments of what looks into networks: each names the argument, its value and what is allowed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Integral

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError
from cnnlab.models.hooks import LABELS

PRECISIONS = ("float32", "bfloat16")
SMALLEST = 32  # pixels of a side of an image


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
    found = {layer: list(numbers(f"channel of {layer!r}", chosen)) for layer, chosen in channels.items()}
    for layer, whole in found.items():
        if len(set(whole)) < len(whole):
            raise OptionError(f"channels {whole} of {layer!r}", allowed="each channel once")
    return found


def checked_layers(names: object) -> tuple[str, ...]:
    """The names of layers, each once. OptionError for a text, or for others than texts."""
    several = tuple(names) if isinstance(names, Iterable) and not isinstance(names, (str, bytes)) else (None,)
    if not all(isinstance(each, str) for each in several):
        raise OptionError(f"layers {names!r}", allowed="a list of names, as ['layer4.2']")
    return tuple(dict.fromkeys(several))


def check_places(layer: str, chosen: Sequence[int], count: int) -> None:
    """Raise OptionError where a channel of a layer, or a class, is none of 0 to count − 1."""
    if not all(0 <= each < count for each in chosen):
        kind = "classes" if layer == LABELS else "channels"
        raise OptionError(f"{kind} {list(chosen)} of {layer!r}", allowed=f"0 to {count - 1}")


def checked_output(layer: str, output: object, dimensions: tuple[int, ...] = (4,)) -> torch.Tensor:
    """What a layer gave, a tensor of one of these numbers of dimensions. OptionError for anything else."""
    if not isinstance(output, torch.Tensor) or output.ndim not in dimensions:
        given = f"shape {tuple(output.shape)}" if isinstance(output, torch.Tensor) else f"type {type(output).__name__}"
        shapes = {4: "maps (n, channels, h, w)", 2: "numbers (n, channels)"}
        raise OptionError(
            f"layer {layer!r} gives an output of {given}",
            allowed=" or ".join(shapes[each] for each in dimensions),
            remedy="name another layer",
        )
    return output


def check_pixels(what: str, pixels: object, axes: str) -> None:
    """Raise OptionError for anything but an array of uint8 of these axes, such as "h, w, 3", with a pixel or more."""
    shape: tuple[int, ...] = getattr(pixels, "shape", ())
    fits = len(shape) == len(axes.split(", ")) and shape[-1:] == (3,) and 0 not in shape
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or not fits:
        given = f"{pixels.dtype} {shape}" if isinstance(pixels, np.ndarray) else f"type {type(pixels).__name__}"
        raise OptionError(f"{what}: {given}", allowed=f"an array of uint8 ({axes}), none of them 0")


def checked_transforms(transforms: object) -> tuple[Callable, ...]:
    """The transformations as a tuple. OptionError where one is no function."""
    every = tuple(transforms) if isinstance(transforms, Iterable) else (transforms,)
    if not isinstance(transforms, Iterable) or not all(map(callable, every)):
        raise OptionError(f"transforms={transforms!r}", allowed="functions of images (n, 3, h, w); () for none")
    return every


def device_of(network: nn.Module) -> torch.device:
    """Where a network's weights are. OptionError for a network without any, in train mode, even in part, or of another
    precision."""
    weights = next(network.parameters(), None) if isinstance(network, nn.Module) else None
    if weights is None:
        raise OptionError(f"network of type {type(network).__name__}", allowed="a torch module with parameters")
    if any(layer.training for layer in network.modules()):
        raise OptionError(
            f"a {type(network).__name__} in train mode",
            allowed="networks in eval mode",
            remedy="network.eval(): or else batch normalisation changes with what it sees, and dropout is drawn",
        )
    weights = next((each for each in network.parameters() if each.dtype != torch.float32 or each.is_meta), weights)
    if weights.dtype != torch.float32 or weights.is_meta:
        raise OptionError(
            f"a {type(network).__name__} with weights of {weights.dtype} on {weights.device}",
            allowed="weights of float32, on a device that holds them",
            remedy="network.float()",
        )
    return weights.device


def check(size: int, snapshots: tuple[int, ...], seed: int, sign: int, copies: int) -> None:
    """Raise OptionError for a value that `render_channels` does not allow."""
    check_size_and_seed(size, seed)
    if not snapshots or min(snapshots) < 1 or list(snapshots) != sorted(set(snapshots)):
        raise OptionError(f"steps={snapshots}", allowed="a number from 1, or several in rising order")
    if sign not in (1, -1):
        raise OptionError(f"sign={sign}", allowed="1 (maximise) or -1 (minimise)")
    if copies < 1:
        raise OptionError(f"copies={copies}", allowed="1 or more")


def check_size_and_seed(size: int, seed: int, *, even: bool = False) -> None:
    """Raise OptionError for an image too small to be drawn, or a seed that cannot be one."""
    if size < SMALLEST or (even and size % 2):
        kind = "an even number of pixels, " if even else ""
        raise OptionError(f"size={size}", allowed=f"{kind}{SMALLEST}{'' if even else ' pixels'} or more")
    if seed < 0:
        raise OptionError(f"seed={seed}", allowed="a whole number from 0")


def check_settings(precision: object, progress: object, folder: object) -> None:
    """Raise OptionError for a value of what does not change an image that drawing does not allow."""
    if precision not in PRECISIONS:
        raise OptionError(f"precision={precision!r}", allowed=PRECISIONS)
    if not callable(progress):
        raise OptionError(f"progress={progress!r}", allowed="a function (steps, label) that yields the steps")
    if not isinstance(folder, (str, os.PathLike, type(None))):
        raise OptionError(f"folder={folder!r}", allowed="a path, or None for no checkpoint")
