"""Occlusion (Zeiler and Fergus 2014): a window slides over a photo, and the class's score without what it hides tells.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torchvision.transforms import v2

from cnnlab.data.imagenet import MEAN
from cnnlab.errors import OptionError, check_whole
from cnnlab.interpret.activations import taking
from cnnlab.interpret.arguments import PRECISIONS, checked_output, device_of
from cnnlab.models.hooks import LABELS
from cnnlab.models.pretrained import normalise
from cnnlab.runtime import autocast

FILLINGS = ("grey", "noise", "blur")
FORMS = ("difference", "reciprocal")
NOISE = (0.5, 0.1)  # mean and deviation of 004's noise, in levels of 0–1


@dataclass(frozen=True, eq=False)
class Occlusions:
    """The scores of a photo without each window. windows: (n, 2) upper and left edge in pixels of the input; window:
    its side; scores: (n, classes); whole: (classes,), of the photo as it is; size: height and width of the input.
    """

    windows: np.ndarray
    window: int
    scores: np.ndarray
    whole: np.ndarray
    size: tuple[int, int]


@torch.inference_mode()
def occlusions(
    network: nn.Module,
    pixels: torch.Tensor,
    *,
    window: int = 32,
    stride: int = 16,
    filling: str = "grey",
    prepare: Callable[[torch.Tensor], torch.Tensor] = normalise,
    batch: int = 32,
    precision: str = "float32",
    seed: int = 0,
) -> Occlusions:
    """The network's outputs for a photo of which a square window is hidden, for every place of the window.

    network: in eval mode. pixels: (1, c, h, w), 0–1. window: its side in pixels; the window moves by `stride` pixels,
    its last place in a row or column is shifted to lie inside. filling: "grey", ImageNet's mean colour; "noise",
    Gaussian with 004's mean and deviation, cut to 0–1, one picture for all windows; "blur", the photo blurred with a
    deviation of half the window. prepare: from pixels to the network's input. batch: windows at a time. precision: of
    the forward pass, "float32" or "bfloat16".

    Raises: OptionError for a window larger than the photo, a stride that leaves pixels out, and other values that are
    not allowed.
    """
    height, width = pixels.shape[2:]
    check_window(window, stride, (height, width))
    for name, value, allowed in (("filling", filling, FILLINGS), ("precision", precision, PRECISIONS)):
        if value not in allowed:
            raise OptionError(f"{name}={value!r}", allowed=allowed)
    check_whole(1, batch=batch)
    device = device_of(network)
    rows, columns = places(height, window, stride), places(width, window, stride)
    windows = np.array([(row, column) for row in rows for column in columns])
    filled = filling_of(pixels, filling, window, seed)

    def scores(images: torch.Tensor) -> np.ndarray:
        inputs = prepare(images.to(device)).contiguous(memory_format=torch.channels_last)
        with taking(network, inputs), autocast(device.type, precision):
            output = checked_output(LABELS, network(inputs), (2,))
        return output.float().cpu().numpy()

    found = []
    for start in range(0, len(windows), batch):
        group = windows[start : start + batch]
        images = pixels.repeat(len(group), 1, 1, 1)
        for image, (row, column) in zip(images, group, strict=True):
            part = (slice(None), slice(row, row + window), slice(column, column + window))
            image[part] = filled[0][part]
        found.append(scores(images))
    return Occlusions(windows, window, np.concatenate(found), scores(pixels)[0], (height, width))


def occlusion_map(given: Occlusions, target: int, form: str = "difference") -> np.ndarray:
    """The map (h, w), float32, of a class from the scores without each window: positive where the photo raises it.

    form: at each pixel the mean, over the windows that cover it, of the fall of the score, s₀ − s ("difference"), or of
    1/s − 1/s₀ ("reciprocal"), which is 004's 1/s less what a window that changes nothing adds. 004 takes the sum, which
    is smaller where fewer windows cover a pixel: `reciprocal_sum`.

    Raises: OptionError for another form, and for "reciprocal" where a score is not positive: from s > 0 to s < 0 the
    score goes on falling, and 1/s jumps from the largest to the least of values.
    """
    if form not in FORMS:
        raise OptionError(f"form={form!r}", allowed=FORMS)
    scores, whole = given.scores[:, target].astype(np.float64), float(given.whole[target])
    low = int((scores <= 0).sum())
    if form == "reciprocal" and (low or whole <= 0):
        raise OptionError(
            f"form='reciprocal' with a score that is not positive: {whole:.3g} of the whole photo, "
            f"{low} of {len(scores)} windows, the lowest {scores.min():.3g}",
            allowed="scores above 0, whose reciprocals rise as they fall",
            remedy="form='difference'",
        )
    total, count = spread(given, whole - scores if form == "difference" else 1 / scores - 1 / whole)
    return (total / count).astype(np.float32)


def reciprocal_sum(given: Occlusions, target: int) -> np.ndarray:
    """004's map (h, w), float32, to the letter: 1/s is added where the window lies, then the sum is brought to 0–1.

    Where a score is negative, what is added is, too. A pixel that fewer windows cover has a smaller sum.

    Raises: OptionError for a score of 0, which SqueezeNet's can be: its last layer is a ReLU.
    """
    scores = given.scores[:, target].astype(np.float64)
    if (scores == 0).any():
        raise OptionError(
            f"{int((scores == 0).sum())} of {len(scores)} windows give class {target} a score of 0",
            allowed="other numbers: 1/0 is none",
            remedy="occlusion_map(…, form='difference')",
        )
    total, _ = spread(given, 1 / scores)
    span = np.ptp(total)
    return ((total - total.min()) / (span if span > 0 else 1)).astype(np.float32)


def spread(given: Occlusions, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(h, w) the sum of the values of the windows that cover each pixel, and their number."""
    total, count = np.zeros(given.size), np.zeros(given.size)
    for (row, column), value in zip(given.windows, values, strict=True):
        part = (slice(row, row + given.window), slice(column, column + given.window))
        total[part] += value
        count[part] += 1
    return total, count


def check_window(window: object, stride: object, size: tuple[int, int]) -> None:
    """Raise OptionError for a window that does not fit into a photo of this height and width, or a stride beyond it."""
    check_whole(1, window=window, stride=stride)
    if window > min(size):  # type: ignore[operator]
        raise OptionError(
            f"window={window}", allowed=f"at most the shorter side of the network's input, {size[1]} × {size[0]} pixels"
        )
    if stride > window:  # type: ignore[operator]
        raise OptionError(f"stride={stride}", allowed=f"at most the window, {window}: else pixels are never hidden")


def places(length: int, window: int, stride: int) -> list[int]:
    """The first pixel of each place of a window along a side; the last place ends with it."""
    starts = list(range(0, length - window + 1, stride))
    return starts if starts[-1] == length - window else [*starts, length - window]


def filling_of(pixels: torch.Tensor, filling: str, window: int, seed: int) -> torch.Tensor:
    """What windows are filled with, as a picture (1, c, h, w), 0–1, of the photo's size. The random state is kept."""
    if filling == "blur":
        largest = min(pixels.shape[2:])
        kernel = min(2 * window + 1, largest - 1 + largest % 2)  # odd, and no larger than the photo
        return v2.functional.gaussian_blur(pixels, [kernel, kernel], [window / 2, window / 2])
    if filling == "noise":
        generator = torch.Generator().manual_seed(seed)
        mean, deviation = NOISE
        return (mean + deviation * torch.randn(pixels.shape, generator=generator)).clamp(0, 1)
    means = torch.tensor(MEAN) if pixels.shape[1] == len(MEAN) else torch.full((pixels.shape[1],), NOISE[0])
    return means.view(1, -1, 1, 1).expand(pixels.shape)
