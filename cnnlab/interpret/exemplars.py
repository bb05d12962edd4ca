"""Dataset patches with the highest (or lowest) activation of a channel, to be shown beside its visualisation.

Chapter: a07-canales.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import v2

from cnnlab.models.hooks import outputs
from cnnlab.models.pretrained import normalise


@dataclass(frozen=True)
class Candidate:
    """A photo that is searched. source: the data set; name: within it; credit: as printed; image: RGB."""

    source: str
    name: str
    credit: str
    image: Image.Image


@dataclass(frozen=True)
class Patch:
    """The part of a candidate around a channel's maximum (or minimum) in it.

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
    side: int = 320,
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
    device = next(network.parameters()).device
    found: dict[tuple[str, int], list[Patch]] = {(layer, each): [] for layer in channels for each in channels[layer]}
    for candidate in candidates:
        resized = v2.functional.resize(candidate.image, [side], antialias=True)
        pixels = v2.functional.to_dtype(v2.functional.pil_to_tensor(resized), torch.float32, scale=True)
        with torch.inference_mode():
            activations = outputs(network, list(channels), normalise(pixels[None]).to(device))
        for (layer, channel), patches in found.items():
            maps = activations[layer][0, channel].float().cpu().numpy()
            row, column = np.unravel_index(np.argmax(sign * maps), maps.shape)
            centre = ((column + 0.5) / maps.shape[1] * resized.width, (row + 0.5) / maps.shape[0] * resized.height)
            image = crop_around(resized, centre, windows[layer])
            patches.append(Patch(candidate, float(maps[row, column]), float(maps.mean()), image))
            patches.sort(key=lambda each: -sign * each.activation)
            del patches[count:]
    return found


def crop_around(image: Image.Image, centre: tuple[float, float], window: int) -> Image.Image:
    """The square of `window` pixels, or the largest that fits, around (x, y), shifted to lie inside the image."""
    window = min(window, *image.size)
    left, upper = (
        round(min(max(at - window / 2, 0), length - window)) for at, length in zip(centre, image.size, strict=True)
    )
    return image.crop((left, upper, left + window, upper + window))
