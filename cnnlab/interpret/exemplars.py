"""The places in photos to which channels of a network answer most, beside what they answer to when free to choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import v2

from cnnlab.data import coco, flowers, imagenet
from cnnlab.data.photos import decode
from cnnlab.interpret.feature_visualisation import normalised
from cnnlab.models.hooks import outputs

SCIKIT_SIDE = 400  # pixels of scikit-image's photos, which are the largest centred squares


@dataclass(frozen=True)
class Exhibit:
    """A photo to choose from. source: "scikit-image", "coco" or "flowers"; name: in that source; credit: in words."""

    source: str
    name: str
    credit: str
    picture: Image.Image


@dataclass(frozen=True)
class Place:
    """Where a channel answers to an exhibit. activation: there; mean: over the whole photo; patch: what is there."""

    exhibit: Exhibit
    activation: float
    mean: float
    patch: Image.Image


def strongest(
    network: nn.Module,
    channels: Mapping[str, Sequence[int]],
    exhibits: Iterable[Exhibit],
    windows: Mapping[str, int],
    *,
    side: int = 320,
    count: int = 3,
    sign: int = 1,
) -> dict[tuple[str, int], list[Place]]:
    """For each channel the `count` exhibits that hold its largest (or, `sign` −1, smallest) activation.

    The network sees each photo whole, its shorter side `side` pixels. windows: for each layer the side in pixels of the
    patch that is cut out around the place; nearer the edge than half of it, the patch is moved inwards.
    """
    device = next(network.parameters()).device
    found: dict[tuple[str, int], list[Place]] = {(layer, each): [] for layer in channels for each in channels[layer]}
    for exhibit in exhibits:
        scaled = v2.functional.resize(exhibit.picture, [side], antialias=True)
        photo = normalised(v2.functional.to_dtype(v2.functional.pil_to_tensor(scaled), torch.float32, scale=True)[None])
        with torch.inference_mode():
            answers = outputs(network, list(channels), photo.to(device))
        for layer, channel in found:
            answer = answers[layer][0, channel].float().cpu().numpy()
            row, column = np.unravel_index(np.argmax(sign * answer), answer.shape)
            centre = ((column + 0.5) / answer.shape[1] * scaled.width, (row + 0.5) / answer.shape[0] * scaled.height)
            patch = cut(scaled, centre, windows[layer])
            place = Place(exhibit, float(answer[row, column]), float(answer.mean()), patch)
            found[layer, channel].append(place)
            found[layer, channel].sort(key=lambda each: -sign * each.activation)
            del found[layer, channel][count:]
    return found


def cut(picture: Image.Image, centre: tuple[float, float], window: int) -> Image.Image:
    """The square of `window` pixels around a place, or the largest that fits, inside the picture."""
    window = min(window, *picture.size)
    left, upper = (
        round(min(max(at - window / 2, 0), length - window)) for at, length in zip(centre, picture.size, strict=True)
    )
    return picture.crop((left, upper, left + window, upper + window))


def exhibits(photos: Path, oxford: Path, per_species: int) -> list[Exhibit]:
    """Scikit-image's photos, COCO's, and the first training photos of each of Oxford's species, in this order.

    photos, oxford: the folders of the catalogue's `coco` and `flowers102`.
    """
    shipped = [
        Exhibit("scikit-image", name, f"scikit-image, {name}", imagenet.photo(name, SCIKIT_SIDE))
        for name in imagenet.PHOTOS
    ]
    chosen, seen = [], dict.fromkeys(range(len(flowers.names())), 0)
    for photo in flowers.load(oxford).train:
        seen[photo.label] += 1
        if seen[photo.label] <= per_species:
            name = f"{photo.number:05d}"
            chosen.append(Exhibit("flowers", name, f"Oxford 102 Flowers, {name}", decode(photo)))
    return [*shipped, *coco_exhibits(photos), *chosen]


def coco_exhibits(folder: Path) -> list[Exhibit]:
    """The photos of the catalogue's `coco`, each credited by its number and licence."""
    return [
        Exhibit("coco", str(each.number), f"COCO {each.number}, {coco.licence_name(each.licence)}", decode(each))
        for each in coco.load(folder).photos
    ]


def sheet(rows: Sequence[Sequence[Image.Image | np.ndarray]], cell: int, gap: int = 12) -> Image.Image:
    """Pictures side by side and one above the other, each in a square of `cell` pixels; what is between is clear."""
    columns = max(map(len, rows))
    whole = Image.new("RGBA", (columns * (cell + gap) - gap, len(rows) * (cell + gap) - gap))
    for y, row in enumerate(rows):
        for x, each in enumerate(row):
            picture = each if isinstance(each, Image.Image) else Image.fromarray(each)
            placed = picture.convert("RGB").resize((cell, cell), Image.Resampling.LANCZOS)
            whole.paste(placed, (x * (cell + gap), y * (cell + gap)))
    return whole
