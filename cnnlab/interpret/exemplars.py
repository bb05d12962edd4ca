"""Dataset patches with the highest, the lowest or given activations of a channel, to be shown beside its visualisation.

Chapter: a07-canales.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import v2

from cnnlab.data.images import picture_of
from cnnlab.errors import OptionError, TrainingError
from cnnlab.interpret.activations import activations
from cnnlab.interpret.arguments import check_places, checked_channels, device_of, numbers
from cnnlab.models.pretrained import normalise

SIDE = 320  # pixels to which the shorter side of a photo is resized before it is searched
LARGEST = 8192  # of them: the maps of a larger photo do not fit the memory


@dataclass(frozen=True)
class Candidate:
    """A photo that is searched. source: the data set; name: within it; credit: as printed; image: searched as RGB."""

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

    Raises: OptionError for a layer that does not exist, with the nearest names, or that gives no maps, for a channel
    that it does not have, and for other values that are not allowed; TrainingError for activations that are not finite.

    Source: dataset examples of Olah et al. 2017, as patches.
    """
    channels = checked_channels(channels)
    if numbers("sign", [sign])[0] not in (1, -1):
        raise OptionError(f"sign={sign}", allowed="1 (highest) or -1 (lowest)")
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

    Raises: as `strongest_patches`, and OptionError for levels that are not finite numbers.

    Source: activation spectra of Olah et al. 2017.
    """
    (channel,) = numbers("channel", [channel])
    several = tuple(levels) if isinstance(levels, Iterable) else (None,)
    if not all(isinstance(each, Real) and math.isfinite(each) for each in several):
        raise OptionError(f"levels={levels!r}", allowed="finite numbers")
    wanted = [(layer, channel, lambda values, level=level: abs(values - level)) for level in several]
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
    if not isinstance(windows, Mapping):
        raise OptionError(f"windows={windows!r}", allowed="{layer: pixels of a patch's side}")
    for layer, name, value in [("", "count", count), *((each, "window", windows.get(each)) for each, _, _ in wanted)]:
        if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
            of_layer = f" of layer {layer!r}" if layer else ""
            raise OptionError(f"{name}={value!r}{of_layer}", allowed="a whole number from 1")
    layers = list(dict.fromkeys(layer for layer, _, _ in wanted))
    found: list[list[Patch]] = [[] for _ in wanted]
    for candidate in candidates:
        resized, maps_by_layer = maps_of(network, layers, candidate, side)
        for (layer, channel, key), patches in zip(wanted, found, strict=True):
            check_places(layer, [channel], len(maps_by_layer[layer]))
            maps = maps_by_layer[layer][channel].cpu().numpy()
            if not np.isfinite(maps).all():
                raise TrainingError(
                    f"activations of channel {channel} of {layer!r} in photo {candidate.name!r} are not finite",
                    allowed="finite numbers",
                    remedy="look at the network's weights",
                )
            row, column = np.unravel_index(np.argmin(key(maps)), maps.shape)
            centre = ((column + 0.5) / maps.shape[1] * resized.width, (row + 0.5) / maps.shape[0] * resized.height)
            image = crop_around(resized, centre, windows[layer])
            patches.append(Patch(candidate, float(maps[row, column]), float(maps.mean()), image))
            patches.sort(key=by_activation(key))
            del patches[count:]
    if not all(found):
        raise OptionError("candidates without a photo", allowed="one photo or more")
    return found


def by_activation(key: Callable) -> Callable[[Patch], float]:
    """The key of a patch, from that of its activation."""
    return lambda patch: key(patch.activation)


@torch.inference_mode()
def maps_of(
    network: nn.Module, layers: Sequence[str], candidate: Candidate, side: int
) -> tuple[Image.Image, dict[str, torch.Tensor]]:
    """A candidate, its shorter side resized to `side` pixels, and {layer: its maps (channels, h, w), float32}."""
    device, (side,) = device_of(network), numbers("side", [side])
    image = getattr(candidate, "image", None)
    if not 1 <= side <= LARGEST or not isinstance(image, Image.Image) or not all(image.size):
        given = f"{image.width} × {image.height} pixels" if isinstance(image, Image.Image) else type(image).__name__
        raise OptionError(
            f"side={side}, a candidate's image of {given}",
            allowed=f"a side of 1 to {LARGEST}, a Candidate whose image is a picture (PIL) of 1 × 1 pixels or more",
        )
    resized = v2.functional.resize(picture_of(image), [side], antialias=True)
    pixels = v2.functional.to_dtype(v2.functional.pil_to_tensor(resized), torch.float32, scale=True)
    found = activations(network, layers, normalise(pixels[None]).to(device))
    return resized, {layer: maps[0].float() for layer, maps in found.items()}


def crop_around(image: Image.Image, centre: tuple[float, float], window: int) -> Image.Image:
    """The square of `window` pixels, or the largest that fits, around (x, y), shifted to lie inside the image."""
    window = min(window, *image.size)
    left, upper = (
        round(min(max(at - window / 2, 0), length - window)) for at, length in zip(centre, image.size, strict=True)
    )
    return image.crop((left, upper, left + window, upper + window))
