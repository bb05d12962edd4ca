"""Labelled images as tensors, augmented at random or not, the same whatever the number of workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch.utils.data import Dataset
from torchvision.transforms import v2

from cnnlab.data.imagenet import MEAN, STD
from cnnlab.data.labelled import Example
from cnnlab.errors import check_whole

MAX_ROTATION = 30  # degrees, either way
ERASED = 0.4  # share of the photos of which a rectangle is erased

Transform = Callable[[torch.Tensor], torch.Tensor]


def augmentation(side: int, min_area: float) -> v2.Compose:
    """Random rotation, crop, mirroring and change of colours, then random erasing (Zhong et al. 2020).

    It makes (3, h, w) uint8 a float32 (3, side, side), normalised. min_area: of a crop, as a share of the photo's.

    Raises: OptionError for a side that is no whole number from 1.
    """
    check_whole(1, side=side)
    grey = [round(255 * mean) for mean in MEAN]  # 0 for the network, in the corners that turning leaves empty
    rotation = v2.RandomRotation(MAX_ROTATION, interpolation=v2.InterpolationMode.BILINEAR, fill=grey)
    crop = v2.RandomResizedCrop(side, scale=(min_area, 1.0), antialias=True)
    change = [v2.RandomHorizontalFlip(), v2.ColorJitter(0.2, 0.2, 0.2)]
    return v2.Compose([rotation, crop, *change, *normalised(), v2.RandomErasing(ERASED)])


def centre_crop(side: int, resized: int | None = None) -> v2.Compose:
    """The centred square of a photo whose shorter side is `resized` (by default `side`) pixels, normalised.

    It makes (3, h, w) uint8 a float32 (3, side, side). Raises: OptionError for sides that are no whole numbers from 1.
    """
    check_whole(1, side=side, resized=side if resized is None else resized)
    return v2.Compose([v2.Resize(resized or side, antialias=True), v2.CenterCrop(side), *normalised()])


def normalised() -> list[v2.Transform]:
    """Of uint8, 0–255: to float32, with ImageNet's mean and standard deviation per channel."""
    return [v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]


class Augmented(Dataset):
    """Training examples, decoded once, as (transform(tensor (3, h, w) uint8), label); asked for by (epoch, index).

    The random numbers of the transform depend on the seed, the epoch and the index alone: neither the number of
    workers or processes nor a resumed training changes them. Broken files are found before the training begins.

    shorter: photos of which the shorter side has more pixels are reduced to so many, which saves time in each epoch.
    """

    def __init__(self, examples: Sequence[Example], transform: Transform, *, seed: int = 0, shorter: int | None = None):
        self.pictures = [reduced(v2.functional.pil_to_tensor(example.picture()), shorter) for example in examples]
        self.labels = [example.label for example in examples]
        self.transform, self.seed = transform, seed

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, place: tuple[int, int]) -> tuple[torch.Tensor, int]:
        epoch, index = place
        with torch.random.fork_rng(devices=[]):
            entropy = np.random.SeedSequence((self.seed, epoch, index)).generate_state(1, np.uint64)[0]
            torch.manual_seed(int(entropy >> 1))
            return self.transform(self.pictures[index]), self.labels[index]


def reduced(picture: torch.Tensor, shorter: int | None) -> torch.Tensor:
    """A picture (3, h, w) whose shorter side has at most `shorter` pixels."""
    if shorter is None or min(picture.shape[1:]) <= shorter:
        return picture
    return v2.functional.resize(picture, [shorter], antialias=True)


class AugmentedEpoch(Dataset):
    """The augmented examples of one epoch; asked for by index."""

    def __init__(self, augmented: Augmented, epoch: int):
        self.augmented, self.epoch = augmented, epoch

    def __len__(self) -> int:
        return len(self.augmented)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.augmented[(self.epoch, index)]


class Transformed(Dataset):
    """Examples to be evaluated, as (transform(tensor (3, h, w) uint8), label); asked for by index."""

    def __init__(self, examples: Sequence[Example], transform: Transform):
        self.examples, self.transform = examples, transform

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        example = self.examples[index]
        return self.transform(v2.functional.pil_to_tensor(example.picture())), example.label
