"""What named layers of a network give for images: checked, channels first. All that looks into networks passes here."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError, TrainingError
from cnnlab.interpret.arguments import checked_output
from cnnlab.models.hooks import outputs


def activations(
    network: nn.Module, names: Sequence[str], images: torch.Tensor, dimensions: tuple[int, ...] = (4,)
) -> dict[str, torch.Tensor]:
    """{layer: its output} of the named layers for images (n, 3, h, w): maps (n, channels, h′, w′), or, where dimensions
    allow 2, numbers (n, channels).

    Maps (n, h′, w′, channels), as the layers of Swin give them, are turned; they are told by their sizes.

    Raises: OptionError for images that the network does not take, for a layer that does not exist, with the nearest
    names, and for outputs of other shapes.
    """
    with taking(network, images):
        found = outputs(network, names, images)
    return {name: channels_first(checked_output(name, each, dimensions), images) for name, each in found.items()}


@contextlib.contextmanager
def taking(network: nn.Module, images: torch.Tensor) -> Iterator[None]:
    """Context of a forward pass in which errors of images that the network does not take become OptionError."""
    try:
        yield
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, AssertionError, ValueError, TypeError, IndexError) as error:
        what = f"{type(network).__name__} fails on images {tuple(images.shape)}: {type(error).__name__}: {error}"
        raise OptionError(
            what,
            allowed="a network of images (n, 3, h, w), red, green, blue, of any size",
            remedy="for a network of one size, that size and transforms that keep it (render_channels: transforms=());"
            " for one of other channels, a layer before it that makes them of three",
        ) from error


def channels_first(output: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    """An output as it is, or, where it is maps whose last dimension is the channels, with the channels in front.

    Maps have nearly the proportions of the images: of the two forms, that which comes nearer to them is taken.
    """
    if output.ndim != 4 or images.ndim != 4 or 0 in output.shape:
        return output
    proportions = math.log(images.shape[2] / images.shape[3])
    first, last = (abs(math.log(output.shape[at] / output.shape[at + 1]) - proportions) for at in (2, 1))
    return output.movedim(3, 1) if last < first else output


def joined(layer: str, parts: Sequence[np.ndarray]) -> np.ndarray:
    """What a layer gave for several batches, each (b, values), as one array (n, values).

    Raises: OptionError where the numbers of values differ; TrainingError for values that are not finite.
    """
    if len(sizes := sorted({part.shape[1] for part in parts})) > 1:
        what = f"layer {layer!r} gives {sizes[0]} values for some inputs and {sizes[-1]} for others"
        raise OptionError(what, allowed="inputs of one size", remedy="resize them, or name a layer behind a pooling")
    values = np.concatenate(parts)
    if not np.isfinite(values).all():
        remedy = "look at the inputs and the network's weights"
        raise TrainingError(f"outputs of {layer!r} are not finite", allowed="finite numbers", remedy=remedy)
    return values
