"""Ways to make a photo a network's input, right and as the code of document 002 might. It imports torch."""

from __future__ import annotations

import torch
from torchvision.transforms import v2

from cnnlab.data.augment import Transform, centre_crop, normalised

EXPECTED = "expected"


def preparations(side: int) -> dict[str, Transform]:
    """By name, of a photo (3, h, w), uint8: the centred square, normalised, as the network expects; with its channels
    in the order blue, green, red; stretched to a square whatever its form; scaled to 0–1 alone, without ImageNet's mean
    and deviation.
    """
    crop = centre_crop(side)
    stretched = v2.Compose([v2.Resize((side, side), antialias=True), *normalised()])
    scaled = v2.Compose([v2.Resize(side, antialias=True), v2.CenterCrop(side), v2.ToDtype(torch.float32, scale=True)])
    return {
        EXPECTED: crop,
        "reversed": lambda photo: crop(photo.flip(0)),
        "stretched": stretched,
        "unscaled": scaled,
    }
