"""What maps of a photo have in common: the photo as a network takes it, the class that they are of, their scale.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional
from torchvision.transforms import v2

from cnnlab.data.images import picture_of
from cnnlab.errors import OptionError
from cnnlab.interpret.activations import activations
from cnnlab.interpret.arguments import check_places, numbers
from cnnlab.models.hooks import LABELS

MOST_PIXELS = 1 << 20  # of a network's input: ResNet-50's activations and their gradients then take about 3 GB


def pixels_of(image: Any, side: int | None = 224) -> tuple[Image.Image, torch.Tensor]:
    """A photo as RGB picture, whole, and as the network gets it: (1, 3, h, w), 0–1, its shorter side `side` pixels.

    image: as `cnnlab.data.images.picture_of` takes it: grey becomes three equal channels, what is clear white. side:
    None leaves the size as it is. Nothing is cut off. What is computed grows with the network's input, not with the
    photo, which is only held once as it is.

    Raises: DataError for what is no picture; OptionError for an input of more than MOST_PIXELS, and for a side of less
    than one pixel.
    """
    picture = picture_of(image)
    width, height = picture.size
    if side is not None:
        (side,) = numbers("side", [side])
        if side < 1:
            raise OptionError(f"side={side}", allowed="a number of pixels from 1, or None for the photo's own size")
        scale = side / min(picture.size)
        width, height = (max(side, int(scale * each)) for each in picture.size)
    if width * height > MOST_PIXELS:
        raise OptionError(
            f"side={side} makes an input of {width} × {height} of a photo of {picture.width} × {picture.height} pixels",
            allowed=f"at most {MOST_PIXELS} pixels: the network's activations take memory in proportion to them",
            remedy="give a smaller side; 224 is what ImageNet's networks were trained with",
        )
    resized = picture if side is None else v2.functional.resize(picture, [side], antialias=True)
    tensor = v2.functional.to_dtype(v2.functional.pil_to_tensor(resized), torch.float32, scale=True)
    return picture, tensor[None]


def checked_target(network: nn.Module, inputs: torch.Tensor, target: object) -> int:
    """A class as a whole number. OptionError for none of the network's, or where its output is not (n, classes)."""
    (chosen,) = numbers("target", [target])
    with torch.inference_mode():
        output = activations(network, [LABELS], inputs, (2,))[LABELS]
    check_places(LABELS, [chosen], output.shape[1])
    return chosen


def scaled(values: np.ndarray) -> np.ndarray:
    """A map divided by its largest magnitude, float32, −1 to 1; zeros stay zeros.

    Raises: OptionError for values that are not finite.
    """
    values = np.asarray(values, np.float32)
    if not np.isfinite(values).all():
        raise OptionError("a map with values that are not finite", remedy="look at the network's weights")
    largest = np.abs(values).max(initial=0.0)
    return values / largest if largest > 0 else values


def resized_map(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """A map (h, w) at another size, float32: between its points linearly, averaged where it becomes smaller."""
    if values.shape == (height, width):
        return np.asarray(values, np.float32)
    given = torch.from_numpy(np.ascontiguousarray(values, np.float32))[None, None]
    return functional.interpolate(given, (height, width), mode="bilinear", antialias=True)[0, 0].numpy()
