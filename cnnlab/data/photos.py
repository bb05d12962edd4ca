"""Labelled photos as tensors: decoded, augmented or centred, the same whatever the number of workers."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision.transforms import v2

from cnnlab.data.imagenet import MEAN, STD
from cnnlab.errors import DataError

TURN, ERASED = 30, 0.4  # degrees at most, either way; share of the photos of which a part is erased


@dataclass(frozen=True)
class Photo:
    """A photo still encoded. label: its class from 0; number: that of its file; source: where it was found."""

    content: bytes
    label: int
    number: int
    source: str


def decode(photo: Photo) -> Image.Image:
    """The picture, RGB. DataError names a file that is no whole picture."""
    try:
        return Image.open(io.BytesIO(photo.content)).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{photo.source} is no whole picture: {error}", remedy="fetch the data again") from error


def augmented(side: int, min_area: float) -> v2.Compose:
    """A photo turned a little and cropped at random (`min_area`–100 % of its area), flipped or not, its colours changed
    a little, at times a part of it erased."""
    grey = [round(255 * mean) for mean in MEAN]  # 0 for the network, in the corners that turning leaves empty
    turn = v2.RandomRotation(TURN, interpolation=v2.InterpolationMode.BILINEAR, fill=grey)
    crop = v2.RandomResizedCrop(side, scale=(min_area, 1.0), antialias=True)
    change = [v2.RandomHorizontalFlip(), v2.ColorJitter(0.2, 0.2, 0.2)]
    return v2.Compose([turn, crop, *change, *normalised(), v2.RandomErasing(ERASED)])


def centred(side: int) -> v2.Compose:
    """The largest centred square, `side` × `side` pixels."""
    return v2.Compose([v2.Resize(side, antialias=True), v2.CenterCrop(side), *normalised()])


def normalised() -> list:
    return [v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]


class Augmented(Dataset):
    """Training photos, decoded once, as (tensor (3, side, side), label); asked for by (epoch, index).

    What chance does to a photo depends on the seed, the epoch and its index alone: it is the same whatever the number
    of workers and of processes, and after a training is resumed. Broken files are found before the training begins.
    """

    def __init__(self, photos: list[Photo], side: int, *, min_area: float = 0.35, seed: int = 0):
        self.pictures = [v2.functional.pil_to_tensor(decode(photo)) for photo in photos]
        self.labels = [photo.label for photo in photos]
        self.transform, self.seed = augmented(side, min_area), seed

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, place: tuple[int, int]) -> tuple[torch.Tensor, int]:
        epoch, index = place
        with torch.random.fork_rng(devices=[]):
            entropy = np.random.SeedSequence((self.seed, epoch, index)).generate_state(1, np.uint64)[0]
            torch.manual_seed(int(entropy >> 1))
            return self.transform(self.pictures[index]), self.labels[index]


class Centred(Dataset):
    """Photos to be measured, as (tensor (3, side, side), label); asked for by index."""

    def __init__(self, photos: list[Photo], side: int):
        self.photos, self.transform = photos, centred(side)

    def __len__(self) -> int:
        return len(self.photos)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        photo = self.photos[index]
        return self.transform(v2.functional.pil_to_tensor(decode(photo))), photo.label
