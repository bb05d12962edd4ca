"""Pictures that are all in memory as batches of tensors: a batch is cut out, changed and scaled at once.

To load and change small pictures one by one takes longer than to train a small network with them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real
from typing import Any, Self

import numpy as np
import torch
from torch.utils.data import Dataset

from cnnlab.data.distortion import Distortion
from cnnlab.data.pixels import Pixels
from cnnlab.errors import OptionError, check_whole

EVALUATED_AT_ONCE = 256  # pictures: more no longer fit a processor's cache
SHIFT_Y, SHIFT_X, MIRRORED, ANGLE, SIZE, ERASED_Y, ERASED_X = range(7)  # random numbers of a picture


@dataclass(frozen=True)
class Scaling:
    """Mean and deviation (c, 1, 1) of values in 0–1: one is subtracted from pictures, then divided by the other."""

    mean: torch.Tensor
    deviation: torch.Tensor

    @classmethod
    def of(cls, pixels: Pixels, standardised: bool) -> Self:
        """That to mean 0 and deviation 1 per channel over the pictures, or, where not standardised, to 0–1."""
        channels = pixels.images.shape[1]
        if not standardised:
            return cls(torch.zeros(channels, 1, 1), torch.ones(channels, 1, 1))
        levels = [
            np.bincount(pixels.images[:, c].ravel(), minlength=256) / pixels.images[:, c].size for c in range(channels)
        ]
        values = np.arange(256) / 255
        means = [float(each @ values) for each in levels]
        deviations = [math.sqrt(float(each @ (values - mean) ** 2)) for each, mean in zip(levels, means, strict=True)]
        return cls(*(torch.tensor(each, dtype=torch.float32)[:, None, None] for each in (means, deviations)))

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        """Pictures (b, c, h, w), float32, of values in 0–1."""
        return (values - self.mean) / self.deviation


@lru_cache(maxsize=2)
def random_numbers(count: int, seed: int, epoch: int) -> torch.Tensor:
    """The random numbers (count, 7) of all pictures in an epoch, each in 0 to 1; not to be changed in place."""
    entropy = np.random.SeedSequence((seed, epoch)).generate_state(1, np.uint64)[0]
    return torch.rand(count, 7, generator=torch.Generator().manual_seed(int(entropy >> 1)))


class PixelBatches(Dataset):
    """Training pictures for `cnnlab.training.loop.train`, with `collate=whole`.

    The batch of a list of keys (epoch, index) is (inputs (b, c, h, w) float32, labels (b,)). The random numbers of a
    picture depend on the seed, the epoch and the index alone.

    Raises: OptionError for a distortion or a seed that is not possible, and for a batch of no keys or of two epochs.
    """

    def __init__(self, pixels: Pixels, scaling: Scaling, distortion: Distortion, *, seed: int = 0):
        side = min(pixels.images.shape[2:])
        check_whole(0, shift=distortion.shift, erased=distortion.erased, seed=seed)
        for name, share in (("rotation", distortion.rotation), ("scale", distortion.scale)):
            if not isinstance(share, Real) or not math.isfinite(share):
                raise OptionError(f"{name}={share!r}", allowed="a finite number")
        if distortion.mirrored not in (True, False):
            raise OptionError(f"mirrored={distortion.mirrored!r}", allowed=(True, False))
        if not 0 <= distortion.shift < side or not 0 <= distortion.erased <= side:
            what = f"shift={distortion.shift}, erased={distortion.erased}"
            raise OptionError(what, allowed=f"shift 0 to {side - 1}, erased 0 to {side}, the side of a picture")
        if not 0 <= distortion.scale < 1:
            raise OptionError(f"scale={distortion.scale}", allowed="0 to below 1")
        self.scaling, self.distortion, self.seed = scaling, distortion, seed
        self.height, self.width = pixels.images.shape[2:]
        border = (distortion.shift,) * 4
        self.padded = torch.nn.functional.pad(torch.from_numpy(np.ascontiguousarray(pixels.images)), border)
        self.labels = torch.from_numpy(pixels.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, key: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
        inputs, labels = self.__getitems__([key])
        return inputs[0], labels[0]

    def __getitems__(self, keys: list[tuple[int, int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """The batch of keys of one epoch; a DataLoader asks for it."""
        if len(epochs := {epoch for epoch, _ in keys}) != 1:
            raise OptionError(f"a batch of keys of {len(epochs)} epochs", allowed="one key or more, of one epoch")
        chosen = torch.tensor([index for _, index in keys])
        drawn = random_numbers(len(self), self.seed, keys[0][0])[chosen]
        values = self.moved(chosen, drawn).float() / 255
        if self.distortion.rotation or self.distortion.scale:
            values = self.turned(values, drawn)
        inputs = self.scaling(values)
        if self.distortion.erased:
            inputs = inputs.masked_fill(self.erased(drawn), 0.0)
        return inputs, self.labels[chosen]

    def moved(self, chosen: torch.Tensor, drawn: torch.Tensor) -> torch.Tensor:
        """The chosen pictures (b, c, h, w), uint8, moved and mirrored; channels last in memory."""
        places = 2 * self.distortion.shift + 1
        first = (drawn[:, [SHIFT_Y, SHIFT_X]] * places).long().clamp(max=places - 1)
        rows = first[:, :1] + torch.arange(self.height)
        columns = torch.arange(self.width).expand(len(chosen), -1)
        if self.distortion.mirrored:
            columns = torch.where(drawn[:, MIRRORED, None] < 0.5, columns, columns.flip(1))
        columns = first[:, 1:] + columns
        cut = self.padded[chosen[:, None, None], :, rows[:, :, None], columns[:, None, :]]  # (b, h, w, c)
        return cut.permute(0, 3, 1, 2)

    def turned(self, values: torch.Tensor, drawn: torch.Tensor) -> torch.Tensor:
        """Pictures turned about their centres and made larger or smaller, interpolated; what comes in is 0."""
        angle = torch.deg2rad((2 * drawn[:, ANGLE] - 1) * self.distortion.rotation)
        size = 1 + (2 * drawn[:, SIZE] - 1) * self.distortion.scale
        cosine, sine, zero = torch.cos(angle) / size, torch.sin(angle) / size, torch.zeros_like(angle)
        matrix = torch.stack([torch.stack([cosine, -sine, zero], 1), torch.stack([sine, cosine, zero], 1)], 1)
        grid = torch.nn.functional.affine_grid(matrix, list(values.shape), align_corners=False)
        return torch.nn.functional.grid_sample(values, grid, align_corners=False)

    def erased(self, drawn: torch.Tensor) -> torch.Tensor:
        """Where the erased square lies, (b, 1, h, w); it is whole inside the picture."""
        side = self.distortion.erased
        inside = []
        for place, size in ((ERASED_Y, self.height), (ERASED_X, self.width)):
            first = (drawn[:, place] * (size - side + 1)).long()[:, None]
            position = torch.arange(size)
            inside.append((position >= first) & (position < first + side))
        return (inside[0][:, :, None] & inside[1][:, None, :])[:, None]


def whole(batch: Any) -> Any:
    """What a DataLoader collates where the data set gives whole batches: the same."""
    return batch


class EvaluationBatches:
    """Pictures for evaluation in their order, as (inputs (b, c, h, w) float32, labels (b,)); can be repeated."""

    def __init__(self, pixels: Pixels, scaling: Scaling):
        self.pixels, self.scaling = pixels, scaling

    def __len__(self) -> int:
        return math.ceil(len(self.pixels) / EVALUATED_AT_ONCE)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for first in range(0, len(self.pixels), EVALUATED_AT_ONCE):
            part = slice(first, first + EVALUATED_AT_ONCE)
            values = torch.from_numpy(np.ascontiguousarray(self.pixels.images[part])).float() / 255
            yield self.scaling(values), torch.from_numpy(self.pixels.labels[part])
