"""Dataset patches with the highest, the lowest or given activations of a channel, to be shown beside its visualisation.

Chapter: a07-canales.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import v2

from cnnlab.models.hooks import outputs
from cnnlab.models.pretrained import normalise

SIDE = 320  # pixels to which the shorter side of a photo is resized before it is searched


@dataclass(frozen=True)
class Candidate:
    """A photo that is searched. source: the data set; name: within it; credit: as printed; image: RGB."""

    source: str
    name: str
    credit: str
    image: Image.Image


@dataclass(frozen=True)
class Patch:
    """The part of a candidate around the position at which a channel is most (or least, or as asked) active in it.

    activation: at that position; mean: over all positions of the candidate; image: the crop, RGB.
    """

    candidate: Candidate
    activation: float
    mean: float
    image: Image.Image


def strongest_patches(
    network: nn.Module,
    channels: Mapping[str, Sequence[int]],
    candidates: Iterable[Candidate],
    windows: Mapping[str, int],
    *,
    side: int = SIDE,
    count: int = 3,
    sign: int = 1,
) -> dict[tuple[str, int], list[Patch]]:
    """{(layer, channel): the `count` patches, each of another candidate, with the highest activation, highest first}.

    network: in eval mode; takes images (1, 3, h, w) of any size, normalised with ImageNet's mean and deviation; the
    named layers give maps (1, channels, h', w'). candidates: searched whole, the shorter side resized to `side` pixels;
    one position of each is a candidate patch. windows: for each layer the side in pixels of the patch, centred on the
    position and shifted to lie inside the photo. sign: −1 for the lowest activations.

    Raises: OptionError for a layer that does not exist, with the nearest names.

    Source: dataset examples of Olah et al. 2017, as patches.
    """
    wanted = [(layer, each, lambda values: -sign * values) for layer in channels for each in channels[layer]]
    found = first_patches(network, wanted, candidates, windows, side, count)
    return {(layer, channel): patches for (layer, channel, _), patches in zip(wanted, found, strict=True)}


def nearest_patches(
    network: nn.Module,
    layer: str,
    channel: int,
    levels: Sequence[float],
    candidates: Iterable[Candidate],
    window: int,
    *,
    side: int = SIDE,
    count: int = 2,
) -> list[list[Patch]]:
    """For each level, the `count` patches, each of another candidate, whose activation is nearest to it, nearest first.

    Two levels may have patches of the same candidate. The rest is as in `strongest_patches`.

    Raises: OptionError for a layer that does not exist, with the nearest names.

    Source: activation spectra of Olah et al. 2017.
    """
    wanted = [(layer, channel, lambda values, level=level: abs(values - level)) for level in levels]
    return first_patches(network, wanted, candidates, {layer: window}, side, count)


def first_patches(
    network: nn.Module,
    wanted: Sequence[tuple[str, int, Callable]],
    candidates: Iterable[Candidate],
    windows: Mapping[str, int],
    side: int,
    count: int,
) -> list[list[Patch]]:
    """For each (layer, channel, key), the `count` candidates' patches that come first when sorted by key(activation).

    The patch of a candidate is around the position whose activation comes first.
    """
    layers = list(dict.fromkeys(layer for layer, _, _ in wanted))
    found: list[list[Patch]] = [[] for _ in wanted]
    for candidate in candidates:
        resized, activations = maps_of(network, layers, candidate, side)
        for (layer, channel, key), patches in zip(wanted, found, strict=True):
            maps = activations[layer][channel].cpu().numpy()
            row, column = np.unravel_index(np.argmin(key(maps)), maps.shape)
            centre = ((column + 0.5) / maps.shape[1] * resized.width, (row + 0.5) / maps.shape[0] * resized.height)
            image = crop_around(resized, centre, windows[layer])
            patches.append(Patch(candidate, float(maps[row, column]), float(maps.mean()), image))
            patches.sort(key=lambda each, key=key: key(each.activation))
            del patches[count:]
    return found


@torch.inference_mode()
def maps_of(
    network: nn.Module, layers: Sequence[str], candidate: Candidate, side: int
) -> tuple[Image.Image, dict[str, torch.Tensor]]:
    """A candidate, its shorter side resized to `side` pixels, and {layer: its maps (channels, h, w), float32}."""
    resized = v2.functional.resize(candidate.image, [side], antialias=True)
    pixels = v2.functional.to_dtype(v2.functional.pil_to_tensor(resized), torch.float32, scale=True)
    device = next(network.parameters()).device
    activations = outputs(network, layers, normalise(pixels[None]).to(device))
    return resized, {layer: maps[0].float() for layer, maps in activations.items()}


def crop_around(image: Image.Image, centre: tuple[float, float], window: int) -> Image.Image:
    """The square of `window` pixels, or the largest that fits, around (x, y), shifted to lie inside the image."""
    window = min(window, *image.size)
    left, upper = (
        round(min(max(at - window / 2, 0), length - window)) for at, length in zip(centre, image.size, strict=True)
    )
    return image.crop((left, upper, left + window, upper + window))
