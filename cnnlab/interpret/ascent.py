"""Pictures by gradient ascent on pixels: activation maximisation with blur (Yosinski et al. 2015), and DeepDream.

`cnnlab.interpret.feature_visualisation` draws with Lucent's regularisers; these two are older, and 004 names them.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torchvision.transforms import v2

from cnnlab.data.imagenet import MEAN, STD
from cnnlab.errors import OptionError
from cnnlab.interpret.activations import activations
from cnnlab.interpret.arguments import check_places, check_size_and_seed, device_of, numbers
from cnnlab.models.pretrained import normalise
from cnnlab.runtime import autocast

KERNEL = 9  # pixels of the blur's kernel, four deviations to each side of a blur of 1


@torch.inference_mode(False)
def ascend_blurred(
    network: nn.Module,
    layer: str,
    channels: Sequence[int],
    *,
    size: int = 224,
    steps: int = 200,
    rate: float = 0.1,
    decay: float = 1e-4,
    blur: float = 1.0,
    every: int = 4,
    seed: int = 0,
    precision: str = "float32",
    progress: Callable = lambda steps, label: steps,
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, size, size, 3), uint8, that activate channels of a layer, and (n,) their activation, float32.

    layer: gives maps, of which a channel's mean is maximised; "labels" for the output, its channels the classes. All
    start from the same Gaussian noise. At each step the gradient, divided by its deviation, times `rate` is added to
    the network's input, which is then multiplied by 1 − decay and kept inside the colours that there are; every `every`
    steps it is blurred with a deviation of `blur` pixels (0: never).

    Raises: OptionError for a layer or channel that does not exist, and a size, seed or number of steps that cannot be.

    Source: Yosinski et al. 2015, §3, without its two clippings of pixels.
    """
    device, chosen = device_of(network), list(numbers("channels", channels))
    size, steps, seed = (numbers("size, steps, seed", [each])[0] for each in (size, steps, seed))
    check_size_and_seed(size, seed)
    if steps < 1 or not chosen or every < 1 or min(rate, decay, blur) < 0:
        raise OptionError(
            f"steps={steps}, {len(chosen)} channels, every={every}, rate={rate}, decay={decay}, blur={blur}",
            allowed="one step and channel or more, and numbers that are not negative",
        )
    noise = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(seed)) * 0.1
    inputs = noise.repeat(len(chosen), 1, 1, 1).to(device)
    low, high = (normalise(torch.full((1, 3, 1, 1), each)).to(device) for each in (0.0, 1.0))
    for step in progress(range(1, steps + 1), layer):
        inputs.requires_grad_()
        (gradient,) = torch.autograd.grad(channel_means(network, layer, chosen, inputs, precision).sum(), inputs)
        with torch.no_grad():
            inputs = inputs + rate * gradient / gradient.std((1, 2, 3), keepdim=True).clamp(min=1e-12)
            inputs = ((1 - decay) * inputs).clamp(low, high)
            if blur and step % every == 0:
                inputs = v2.functional.gaussian_blur(inputs, [KERNEL, KERNEL], [blur, blur])
    pictures = as_pictures(inputs * torch.tensor(STD, device=device).view(1, 3, 1, 1) + mean_of(device))
    kept = normalise(torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255).to(device)
    with torch.no_grad():
        return pictures, channel_means(network, layer, chosen, kept, precision).cpu().numpy()


def channel_means(
    network: nn.Module, layer: str, channels: list[int], inputs: torch.Tensor, precision: str
) -> torch.Tensor:
    """(n,) the mean activation of the n-th channel for the n-th input, float32."""
    with autocast(inputs.device.type, precision):
        output = activations(network, [layer], inputs, (4, 2))[layer].float()
    check_places(layer, channels, output.shape[1])
    own = output[torch.arange(len(channels)), channels]
    return own.flatten(1).mean(1) if own.ndim > 1 else own


@torch.inference_mode(False)
def dream(
    network: nn.Module,
    layer: str,
    pixels: torch.Tensor,
    *,
    octaves: int = 3,
    scale: float = 1.4,
    steps: int = 10,
    rate: float = 0.01,
    jitter: int = 16,
    seed: int = 0,
    precision: str = "float32",
) -> np.ndarray:
    """A photo (h, w, 3), uint8, changed so that a layer's activations grow, whichever they are.

    pixels: (1, 3, h, w), 0–1. octaves: sizes at which it is changed, each `scale` times the one before, the last the
    photo's own; what is drawn at one is enlarged for the next. At each step the gradient of the mean square of the
    layer's activations, divided by its mean magnitude, times `rate` is added, on a photo shifted at random by up to
    `jitter` pixels.

    Raises: OptionError for a layer that does not exist and for octaves and steps below 1.

    Source: Mordvintsev et al. 2015, and the notebook that they published.
    """
    device, (octaves, steps) = device_of(network), numbers("octaves, steps", [octaves, steps])
    if octaves < 1 or steps < 1:
        raise OptionError(f"octaves={octaves}, steps={steps}", allowed="1 or more")
    chance = np.random.default_rng(seed)
    photo = pixels.detach().clone().to(device)
    sides = photo.shape[2:]
    drawn = torch.zeros_like(photo)
    for octave in reversed(range(octaves)):
        size = [max(32, round(each / scale**octave)) for each in sides]
        base = functional.interpolate(photo, size, mode="bilinear", antialias=True)
        image = base + functional.interpolate(drawn, size, mode="bilinear", antialias=True)
        for _ in range(steps):
            shift = tuple(int(each) for each in chance.integers(-jitter, jitter + 1, 2))
            image = image.roll(shift, (2, 3)).requires_grad_()
            with autocast(device.type, precision):
                maps = activations(network, [layer], normalise(image))[layer].float()
            (gradient,) = torch.autograd.grad(maps.square().mean(), image)
            with torch.no_grad():
                image = (image + rate * gradient / gradient.abs().mean().clamp(min=1e-20)).clamp(0, 1)
            image = image.roll((-shift[0], -shift[1]), (2, 3))
        drawn = image - base
    return as_pictures(image)[0]


def mean_of(device: torch.device) -> torch.Tensor:
    """ImageNet's mean colour, (1, 3, 1, 1), 0–1."""
    return torch.tensor(MEAN, device=device).view(1, 3, 1, 1)


def as_pictures(pixels: torch.Tensor) -> np.ndarray:
    """(n, h, w, 3), uint8, of pixels (n, 3, h, w), 0–1, cut to that range."""
    return (255 * pixels.detach().clamp(0, 1)).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
