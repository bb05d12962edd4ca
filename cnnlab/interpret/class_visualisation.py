"""Images drawn for classes: the logit of a class is raised over random crops of one image (Fel et al. 2023).

Chapters: a07-canales, a09-dentro.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from numbers import Integral, Real
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

from cnnlab.data.images import picture_of
from cnnlab.errors import OptionError, TrainingError
from cnnlab.interpret.activations import taking
from cnnlab.interpret.arguments import (
    check_pixels,
    check_places,
    check_settings,
    check_size_and_seed,
    device_of,
    numbers,
)
from cnnlab.interpret.feature_visualisation import checkpoint_in, digest, fourier_images, lucent_axes, seeded
from cnnlab.models.hooks import LABELS
from cnnlab.models.pretrained import normalise
from cnnlab.runtime import autocast

PARAMETRISATIONS = ("fourier", "phase")
LEARNING_RATES = {"fourier": 0.05, "phase": 0.1}  # of Adam; the second in radians
DECAY = 1.0  # power of the frequency by which the spectra of "fourier" are divided
CONSTANT_SHARE = 0.5  # of the steps, before the learning rate falls linearly to 0
CHECKPOINT_STEPS = 64  # steps between two checkpoints
DARKEST = 1 / 64  # of a photo's pixels, 0–1, whose logits are taken; the brightest is 1 − this


@dataclass(frozen=True)
class Crops:
    """The random squares of a step, the same for every class.

    count: of them; least, most: their side as a share of the image's, drawn uniformly; side: pixels to which each is
    resized; noise: deviation of the normal noise added to each, of colours 0–1.
    """

    count: int = 4
    least: float = 0.4
    most: float = 0.95
    side: int = 160
    noise: float = 0.05


@torch.inference_mode(False)  # its gradients are needed, whatever the caller's mode
def render_classes(
    network: nn.Module,
    classes: Sequence[int],
    *,
    size: int = 384,
    steps: int = 1024,
    seed: int = 0,
    crops: Crops = Crops(),
    parametrisation: str = "fourier",
    magnitude: torch.Tensor | np.ndarray | None = None,
    precision: str = "float32",
    progress: Callable = lambda steps, label: steps,
    folder: Path | str | None = None,
) -> dict[int, np.ndarray]:
    """{class: image (size, size, 3), uint8, red, green, blue} that maximises its logit over random crops.

    network: in eval mode; takes images (n, 3, h, w), 0–1, normalised with ImageNet's mean and deviation; gives logits
    (n, classes). Maximised is the mean over the crops of the class's logit minus the mean of the other logits. size:
    pixels of a side, even, 32 or more. steps: of Adam; in their second half the learning rate falls to 0.
    parametrisation: "fourier", Lucent's spectrum on decorrelated axes of colour; "phase", of which only the phases are
    optimised, the magnitudes being `magnitude` (3, size, size // 2 + 1), as `mean_magnitude` gives it. precision: of
    the network's forward pass, "float32" or "bfloat16". progress(steps, label): yields the steps. folder: for a
    checkpoint every 64 steps, from which a call with the same arguments resumes.

    All classes are one batch under one optimiser, with the same initial image and the same crops: an image does not
    depend on the other classes. Random draws depend on the seed and the step alone, and the global random states are
    restored.

    Departures from Fel et al. 2023: crops of any share between two, at positions drawn uniformly; Adam, with a falling
    rate; the spectrum is that of photos' logits instead of their colours; no map of transparency.

    Raises: OptionError for values that are not allowed; TrainingError where a logit is not finite, or the checkpoint is
    of other arguments.

    Source: Fel et al. 2023, section 3, https://arxiv.org/abs/2306.06805; "fourier": Olah et al. 2017.
    """
    classes = numbers("classes", classes)
    size, steps, seed = (
        numbers(name, [value])[0] for name, value in {"size": size, "steps": steps, "seed": seed}.items()
    )
    device = device_of(network)
    check(classes, size, steps, seed, parametrisation)
    check_settings(precision, progress, folder)
    check_crops(crops)
    spectrum = checked_magnitude(magnitude, size, parametrisation)
    if spectrum is None:
        drawings = Drawings(*fourier_images(len(classes), size, DECAY, seed))
    else:
        drawings = Drawings(*phase_images(len(classes), spectrum.to(device), seed))
    rate = LEARNING_RATES[parametrisation]
    optimiser = torch.optim.Adam([drawings.coordinates], lr=rate)
    arguments = {"classes": list(classes), "size": size, "steps": steps, "seed": seed, "crops": asdict(crops)}
    arguments |= {"parametrisation": parametrisation, "precision": precision, "network": digest(network)}
    arguments |= {"magnitude": None if spectrum is None else hashlib.sha256(spectrum.numpy().tobytes()).hexdigest()}
    checkpoint = checkpoint_in(folder, arguments | {"transforms": []}, network, drawings, optimiser)
    with seeded(seed, 0):  # resuming sets torch's random state, which is the caller's
        done = len(checkpoint.resume()) * CHECKPOINT_STEPS if checkpoint else 0

    label = f"{parametrisation}: {', '.join(map(str, classes))}"
    for step in progress(range(done + 1, steps + 1), label):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (1 - (step - 1) / steps) / (1 - CONSTANT_SHARE))
        with seeded(seed, step):
            inputs = normalise(cropped(drawings(), crops)).to(device)
        with autocast(device.type, precision):
            logits = logits_of(network, inputs.contiguous(memory_format=torch.channels_last)).float()
        if not logits.requires_grad:
            raise OptionError("the network's logits are without gradient", allowed="logits with a gradient")
        loss = -margins(logits.unflatten(0, (crops.count, len(classes))), classes).mean(0).sum()
        if not math.isfinite(loss.item()):
            raise TrainingError(
                f"the logits of classes {', '.join(map(str, classes))} are not finite at step {step}",
                allowed="finite numbers",
                remedy="look at the network's weights",
            )
        (drawings.coordinates.grad,) = torch.autograd.grad(loss, drawings.coordinates)
        optimiser.step()
        if checkpoint and step % CHECKPOINT_STEPS == 0:
            checkpoint.save([{}] * (step // CHECKPOINT_STEPS))
    with torch.no_grad():
        images = (255 * drawings()).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    return dict(zip(classes, images, strict=True))


def mean_magnitude(images: Iterable[Image.Image], size: int) -> torch.Tensor:
    """Mean magnitude of the spectra of photos, (3, size, size // 2 + 1), float32: three axes of colour, rows, columns.

    images: of each, the largest centred square, resized to `size` × `size` pixels. The spectrum is the orthonormal one
    of `torch.fft.rfft2`, of the logits of the colours on Lucent's decorrelated axes, so that an image with it has the
    photos' contrast after the sigmoid, and of their periodic component, since steps between opposite borders would add
    to horizontal and vertical frequencies. The mean of an image, its value at frequency 0, is set to 0, which is grey.

    Raises: OptionError for no image, for what is no picture, and for a size below 2.
    """
    found = []
    (size,) = numbers("size", [size])
    if size < 2:
        raise OptionError(f"size={size}", allowed="2 pixels or more")
    axes = torch.linalg.inv(lucent_axes()).T
    for image in images if isinstance(images, Iterable) else (images,):
        if not isinstance(image, Image.Image) or not all(image.size):
            raise OptionError(f"an image {image!r:.80}", allowed="pictures (PIL) of 1 × 1 pixels or more")
        picture = picture_of(image)
        edge = min(picture.size)
        left, upper = (picture.width - edge) // 2, (picture.height - edge) // 2
        square = picture.resize((size, size), Image.Resampling.LANCZOS, box=(left, upper, left + edge, upper + edge))
        logits = torch.logit(torch.from_numpy(np.array(square)) / 255, eps=DARKEST)
        found.append(periodic_spectrum((logits @ axes).permute(2, 0, 1)).abs())
    if not found:
        raise OptionError("images=[]", allowed="one image or more")
    mean = torch.stack(found).mean(0)
    mean[:, 0, 0] = 0
    return mean


def periodic_spectrum(values: torch.Tensor) -> torch.Tensor:
    """The spectrum (n, size, size // 2 + 1), orthonormal, of images (n, size, size) without their smooth component.

    That component has the steps between opposite borders and is as smooth as possible inside. Frequency 0 is kept.

    Source: Moisan 2011, https://doi.org/10.1007/s10851-010-0227-1.
    """
    size, steps = values.shape[-1], torch.zeros_like(values)
    rows, columns = values[..., -1, :] - values[..., 0, :], values[..., -1] - values[..., 0]
    steps[..., 0, :] += rows
    steps[..., -1, :] -= rows
    steps[..., 0] += columns
    steps[..., -1] -= columns
    waves = 2 * torch.cos(2 * torch.pi * torch.arange(size) / size)
    laplacian = waves[:, None] + waves[None, : size // 2 + 1] - 4
    laplacian[0, 0] = 1  # where the spectrum of the steps is 0
    return torch.fft.rfft2(values, norm="ortho") - torch.fft.rfft2(steps, norm="ortho") / laplacian


@torch.inference_mode()
def recognised(network: nn.Module, images: Mapping[int, np.ndarray], side: int = 224) -> dict[int, tuple[float, int]]:
    """{class: (its probability, 0–1, its rank from 1)} that the network gives to the whole image drawn for it.

    images: {class: (h, w, 3), uint8}; each is resized to `side` × `side` pixels.

    Raises: OptionError for a class that the network does not have, and for images of another shape or type;
    TrainingError where a logit is not a number.
    """
    device, found = device_of(network), {}
    (side,) = numbers("side", [side])
    if side < 1:
        raise OptionError(f"side={side}", allowed="1 pixel or more")
    for label, image in images.items():
        check_pixels(f"the image of class {label}", image, "h, w, 3")
        resized = Image.fromarray(image).resize((side, side), Image.Resampling.LANCZOS)
        pixels = torch.from_numpy(np.array(resized)).permute(2, 0, 1)[None].float() / 255
        probabilities = logits_of(network, normalise(pixels).to(device)).float().softmax(1)[0]
        check_places(LABELS, numbers("class", [label]), len(probabilities))
        if not probabilities.isfinite().all():
            raise TrainingError(
                f"the probabilities of the image of class {label} are not numbers",
                allowed="finite logits",
                remedy="look at the network's weights",
            )
        higher = int((probabilities > probabilities[label]).sum())
        found[label] = (float(probabilities[label]), higher + 1)
    return found


class Drawings(nn.Module):
    """The images being optimised. coordinates: what is optimised; values(): what they encode, (n, 3, size, size)."""

    coordinates: torch.Tensor

    def __init__(self, coordinates: torch.Tensor, values: Callable[[], torch.Tensor]):
        super().__init__()
        self.register_buffer("coordinates", coordinates)
        self.values = values

    def forward(self) -> torch.Tensor:
        """The images (n, 3, size, size), red, green, blue, 0–1."""
        values = self.values()
        return torch.sigmoid(torch.einsum("ca,nahw->nchw", lucent_axes().to(values.device), values))


def phase_images(count: int, magnitude: torch.Tensor, seed: int) -> tuple[torch.Tensor, Callable[[], torch.Tensor]]:
    """The phases of `count` images, all from the same noise, and a function that gives the images of that magnitude.

    magnitude: (3, size, size // 2 + 1). The phases, in radians, have one more dimension in front. Of the first and last
    column, whose frequencies are each other's mirror images in a real image, the differences to the mirror image count.
    """
    size = magnitude.shape[1]
    with seeded(seed, 0):
        noise = torch.fft.rfft2(torch.randn(1, 3, size, size)).angle()
    phases = noise.repeat(count, 1, 1, 1).to(magnitude.device).requires_grad_()

    def values() -> torch.Tensor:
        ends = phases[..., [0, -1]]
        ends = (ends - ends.flip(-2).roll(1, -2)) / 2
        symmetric = torch.cat([ends[..., :1], phases[..., 1:-1], ends[..., 1:]], -1)
        return torch.fft.irfft2(torch.polar(magnitude.expand_as(symmetric), symmetric), s=(size, size), norm="ortho")

    return phases, values


def cropped(images: torch.Tensor, crops: Crops) -> torch.Tensor:
    """Random squares of images (n, 3, size, size): (count · n, 3, side, side), those of the first square first."""
    size, found = images.shape[-1], []
    for _ in range(crops.count):
        share = crops.least + (crops.most - crops.least) * torch.rand(()).item()
        edge = max(1, round(share * size))
        left, upper = (int(torch.randint(size - edge + 1, ())) for _ in range(2))
        square = images[..., upper : upper + edge, left : left + edge]
        square = functional.interpolate(square, size=(crops.side, crops.side), mode="bilinear", antialias=True)
        found.append(square + crops.noise * torch.randn(1, 3, crops.side, crops.side).to(square.device))
    return torch.cat(found)


def margins(logits: torch.Tensor, classes: Sequence[int]) -> torch.Tensor:
    """The logit of each image's class minus the mean of the others: (crops, n) of logits (crops, n, classes)."""
    count = logits.shape[-1]
    if max(classes) >= count:
        raise OptionError(f"classes={tuple(classes)}", allowed=f"0 to {count - 1}")
    own = logits[:, range(len(classes)), list(classes)]
    return own - (logits.sum(-1) - own) / (count - 1)


def logits_of(network: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """What a network gives for images, (n, classes). OptionError for anything else, or a single class, and for images
    that it does not take."""
    count = len(images)
    with taking(network, images):
        output = network(images)
    if not isinstance(output, torch.Tensor) or output.ndim != 2 or len(output) != count or output.shape[1] < 2:
        given = f"shape {tuple(output.shape)}" if isinstance(output, torch.Tensor) else f"type {type(output).__name__}"
        what = f"the network gives an output of {given} for {count} images"
        raise OptionError(what, allowed=f"logits ({count}, classes) of two classes or more")
    return output


def check(classes: tuple[int, ...], size: int, steps: int, seed: int, parametrisation: str) -> None:
    """Raise OptionError for a value that `render_classes` does not allow."""
    check_size_and_seed(size, seed, even=True)
    if not classes or min(classes) < 0 or len(set(classes)) < len(classes):
        raise OptionError(f"classes={classes}", allowed="one number from 0 or more, each once")
    if steps < 1:
        raise OptionError(f"steps={steps}", allowed="1 or more")
    if parametrisation not in PARAMETRISATIONS:
        raise OptionError(f"parametrisation={parametrisation!r}", allowed=PARAMETRISATIONS)


def check_crops(crops: object) -> None:
    """Raise OptionError where these are no Crops, or have a value that is not allowed."""
    if not isinstance(crops, Crops):
        raise OptionError(f"crops={crops!r}", allowed="a Crops")
    for name, least in {"count": 1, "side": 32}.items():
        value = getattr(crops, name)
        if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
            raise OptionError(f"{name}={value!r} of the crops", allowed=f"a whole number from {least}")
    shares = (crops.least, crops.most)
    if not all(isinstance(each, Real) for each in shares) or not 0 < crops.least <= crops.most <= 1:
        raise OptionError(f"least={crops.least!r}, most={crops.most!r} of the crops", allowed="0 < least ≤ most ≤ 1")
    if not isinstance(crops.noise, Real) or not 0 <= crops.noise < math.inf:
        raise OptionError(f"noise={crops.noise!r} of the crops", allowed="a number from 0")


def checked_magnitude(magnitude: object, size: int, parametrisation: str) -> torch.Tensor | None:
    """The magnitude as float32 on the CPU; None with "fourier", which has none. OptionError where it does not fit."""
    if parametrisation == "fourier":
        if magnitude is not None:
            raise OptionError("magnitude with parametrisation='fourier'", allowed="None")
        return None
    expected = (3, size, size // 2 + 1)
    if not isinstance(magnitude, (torch.Tensor, np.ndarray)) or tuple(magnitude.shape) != expected:
        given = tuple(getattr(magnitude, "shape", ())) or magnitude
        raise OptionError(f"magnitude of shape {given}", allowed=f"{expected}, as mean_magnitude gives it")
    if isinstance(magnitude, np.ndarray) and magnitude.dtype.kind not in "biuf":
        raise OptionError(f"magnitude of {magnitude.dtype}", allowed="real numbers, as mean_magnitude gives them")
    values = torch.from_numpy(magnitude.copy()) if isinstance(magnitude, np.ndarray) else magnitude.detach()
    if values.is_complex():
        raise OptionError(f"magnitude of {values.dtype}", allowed="real numbers, as mean_magnitude gives them")
    found = values.float().cpu().contiguous()
    if not found.isfinite().all() or (found < 0).any():
        raise OptionError("magnitude with negative values, or some that are not finite", allowed="numbers from 0")
    return found
