"""Feature visualisation: images that maximise the mean activation of a channel (Olah et al. 2017).

Lucent, the port of Lucid to PyTorch, provides the parametrisation of the image (a Fourier spectrum in decorrelated
colours), the random transformations and the diversity term. The optimisation loop is our own: Lucent's `render_vis`
runs the whole network for an early layer, leaves its hooks on it, continues with old activations after a RuntimeError,
and leaves a channel behind a dead ReLU grey. No other module imports Lucent.

Chapter: a07-canales.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from numbers import Integral
from pathlib import Path

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError, TrainingError, storage
from cnnlab.interpret.activations import activations
from cnnlab.interpret.arguments import (
    check,
    check_pixels,
    check_places,
    check_settings,
    checked_channels,
    checked_transforms,
    device_of,
    numbers,
)
from cnnlab.interpret.redirected_relu import RedirectedRelus
from cnnlab.models.pretrained import normalise
from cnnlab.runtime import autocast
from cnnlab.training.checkpoint import Checkpoint
from cnnlab.training.identity import identity

with warnings.catch_warnings():  # kornia 0.4 still uses what torch has since deprecated
    warnings.simplefilter("ignore")
    from lucent.modelzoo.util import get_model_layers
    from lucent.optvis import objectives, param, transform
    from lucent.optvis.render import hook_model

LEARNING_RATE = 0.05  # of Adam, as in Lucid and Lucent
REDIRECTED_STEPS = 16  # first steps, in which dead ReLUs pass gradient on
DIVERSITY_WEIGHT = 100.0  # of the term that makes copies differ
CHECKPOINT_STEPS = 64  # steps between two checkpoints
LUCENT_TRANSFORMS = tuple(transform.standard_transforms)  # padding, shift, scale, rotation, shift

Groups = list[tuple[str, list[int]]]  # (layer, the channel of each of its images), in the order of the batch


@torch.inference_mode(False)  # its gradients are needed, whatever the caller's mode
def render_channels(
    network: nn.Module,
    channels: Mapping[str, Sequence[int]],
    *,
    size: int = 224,
    steps: int | Sequence[int] = 512,
    seed: int = 0,
    sign: int = 1,
    copies: int = 1,
    decorrelate: bool = True,
    transforms: Sequence[Callable] = LUCENT_TRANSFORMS,
    precision: str = "float32",
    progress: Callable = lambda steps, label: steps,
    folder: Path | str | None = None,
) -> dict[tuple[str, int], np.ndarray]:
    """{(layer, channel): images (len(steps), copies, size, size, 3), uint8, red, green, blue} that maximise channels.

    network: in eval mode; takes images (n, 3, h, w), 0–1, normalised with ImageNet's mean and deviation. channels: for
    each layer the channels whose mean activation over all positions is maximised, or minimised where `sign` is −1;
    the layer "labels" is the network's output, its channels the classes. size: pixels of a side, 32 or more, before
    the transforms. steps: of Adam; several numbers, in rising order, give an image after each. copies: images per
    channel, made to differ by the Gram matrices of the layer's maps (Olah et al. 2017, "diversity"); those of classes
    differ only in their initialisation. transforms: drawn anew at each step; () for none. precision: of the network's
    forward pass, "float32" or "bfloat16". progress(steps, label): yields the steps. folder: for a checkpoint every 64
    steps, from which a call with the same arguments resumes.

    All images are one batch under one optimiser. An image does not depend on the others but for its initial noise,
    which is drawn for the whole batch; a layer's images are run no further than that layer. In the first 16 steps dead
    ReLUs pass gradient on (see `RedirectedRelus`). Random draws depend on the seed and the step alone, and the global
    random states are restored.

    Raises: OptionError for a layer or channel that does not exist and for values that are not allowed; TrainingError
    where an activation is not finite, or the checkpoint is of other arguments or of transforms that cannot be told.

    Source: Olah et al. 2017, https://doi.org/10.23915/distill.00007; Lucid; Lucent.
    """
    snapshots = numbers("steps", [steps] if isinstance(steps, Integral) else steps)
    size, seed, sign, copies = (
        numbers(name, [value])[0]
        for name, value in {"size": size, "seed": seed, "sign": sign, "copies": copies}.items()
    )
    check(size, snapshots, seed, sign, copies)
    check_settings(precision, progress, folder)
    channels, transforms = checked_channels(channels), checked_transforms(transforms)
    device_of(network)  # before anything is drawn: a network that cannot be used is refused
    groups = grouped(channels, copies)
    batch = ImageBatch(sum(len(chosen) for _, chosen in groups), size, decorrelate, seed, snapshots)
    optimiser = torch.optim.Adam([batch.spectrum], lr=LEARNING_RATE)
    arguments = {"channels": {layer: list(each) for layer, each in channels.items()}, "size": size}
    arguments |= {"steps": list(snapshots), "seed": seed, "sign": sign, "copies": copies}
    arguments |= {"decorrelate": bool(decorrelate), "transforms": [identity(each) for each in transforms]}
    arguments |= {"precision": precision, "network": digest(network)}
    checkpoint = checkpoint_in(folder, arguments, network, batch, optimiser)
    with seeded(seed, 0):  # resuming sets torch's random state, which is the caller's
        done = len(checkpoint.resume()) * CHECKPOINT_STEPS if checkpoint else 0

    left = progress(range(done + 1, max(snapshots) + 1), ", ".join(channels))
    objective = partial(loss_of, network, groups, sign=sign, copies=copies, precision=precision)
    for step in ascend(objective, batch, optimiser, left, transforms, seed):
        if step in snapshots:
            batch.store(snapshots.index(step))
        if checkpoint and step % CHECKPOINT_STEPS == 0:
            checkpoint.save([{}] * (step // CHECKPOINT_STEPS))
    names = [(layer, channel) for layer, chosen in groups for channel in chosen[::copies]]
    return dict(zip(names, batch.stored.unflatten(1, (-1, copies)).transpose(0, 1).numpy(), strict=True))


def ascend(
    objective: Callable[[torch.Tensor], torch.Tensor],
    batch: ImageBatch,
    optimiser: torch.optim.Optimizer,
    steps: Iterable[int],
    transforms: Sequence[Callable],
    seed: int,
) -> Iterator[int]:
    """Lower the objective, a step of Adam at a time; yield its number.

    objective: of transformed and normalised images (n, 3, h, w).

    Raises: TrainingError where it is not finite.
    """
    for step in steps:
        with seeded(seed, step):  # the draws of the transformations
            images = transformed(batch.images(), transforms)
        redirected = step <= REDIRECTED_STEPS
        with RedirectedRelus() if redirected else contextlib.nullcontext():
            loss = objective(normalise(images))
            check_finite(loss, step)
            (gradient,) = torch.autograd.grad(loss, batch.spectrum)
        batch.spectrum.grad = gradient
        optimiser.step()
        yield step


def transformed(images: torch.Tensor, transforms: Sequence[Callable]) -> torch.Tensor:
    """Images (n, 3, h, w) after the transforms. Raises: OptionError where these make anything else of them, or leave no
    gradient."""
    made = transform.compose(transforms)(images)
    if not isinstance(made, torch.Tensor) or made.ndim != 4 or made.shape[:2] != images.shape[:2]:
        given = tuple(made.shape) if isinstance(made, torch.Tensor) else type(made).__name__
        raise OptionError(f"transforms make {given} of images {tuple(images.shape)}", allowed="images (n, 3, h, w)")
    if images.requires_grad and not made.requires_grad:
        what = "transforms give images that lead no gradient back to those they were given"
        raise OptionError(
            what, allowed="functions that can be derived", remedy="leave detach() and numpy() out of them"
        )
    return made


def check_finite(loss: torch.Tensor, step: int) -> None:
    """Raise TrainingError where a loss is not a number, or infinite."""
    if not math.isfinite(loss.item()):
        raise TrainingError(
            f"the channels' activation is {-loss.item()} at step {step}",
            allowed="finite numbers",
            remedy="look at the network's weights",
        )


@torch.inference_mode()
def mean_activations(network: nn.Module, images: Mapping[tuple[str, int], np.ndarray]) -> dict[tuple[str, int], float]:
    """{(layer, channel): its mean activation over all positions} for the last image, first copy, rendered for it.

    images: {(layer, channel): (steps, copies, h, w, 3), uint8}, as `render_channels` gives them.

    Raises: OptionError for a layer or channel that does not exist, and for images of another shape or type.
    """
    device, means = device_of(network), {}
    for (layer, channel), rendered in images.items():
        check_pixels(f"images of {(layer, channel)}", rendered, "steps, copies, h, w, 3")
        image = torch.from_numpy(rendered[-1, :1].copy()).permute(0, 3, 1, 2).float() / 255
        maps = activations(network, [layer], normalise(image).to(device), (4, 2))[layer]
        check_places(layer, numbers(f"channel of {layer!r}", [channel]), maps.shape[1])
        means[layer, channel] = float(maps[0, channel].mean())
    return means


def lucent_layers(network: nn.Module) -> list[str]:
    """The names of a network's layers in Lucent, in its order: `features_11` is torch's `features.11`."""
    return get_model_layers(network)


@torch.inference_mode()
def lucent_outputs(network: nn.Module, inputs: torch.Tensor) -> dict[str, torch.Tensor]:
    """{Lucent's name of a layer: the tensor that Lucent's hook on it holds after a forward pass}, for every layer.

    Lucent holds a reference, not a copy: a later in-place operation changes it. (`cnnlab.models.hooks.outputs` copies.)
    The hooks are set on a copy of the network.
    """
    network = copy.deepcopy(network)
    hook = hook_model(network, lambda: inputs)
    network(inputs)
    return {name: hook(name) for name in lucent_layers(network)}


def fourier_images(count: int, size: int, decay: float, seed: int) -> tuple[torch.Tensor, Callable[[], torch.Tensor]]:
    """Lucent's spectra of `count` images, all from the same initial noise, and a function that gives what they encode.

    decay: the power of the frequency by which a spectrum is divided; Lucid's is 1. The function gives values (count, 3,
    size, size) on `lucent_axes`, where gradients lead from the spectra.
    """
    with seeded(seed, 0):
        (first,), _ = param.spatial.fft_image((1, 3, size, size), decay_power=decay)
        (spectra,), values = param.spatial.fft_image((count, 3, size, size), decay_power=decay)
    with torch.no_grad():
        spectra.copy_(first)
    return spectra, values


def lucent_axes() -> torch.Tensor:
    """Lucent's decorrelated axes of colour (3, 3): this times a pixel's values gives the logits of its colours."""
    return torch.tensor(param.color.color_correlation_normalized)


def grouped(channels: Mapping[str, Sequence[int]], copies: int) -> Groups:
    """Each layer with the channel of each of its images, every channel `copies` times. Raises: OptionError for none."""
    groups = [(layer, [channel for channel in chosen for _ in range(copies)]) for layer, chosen in channels.items()]
    if not any(chosen for _, chosen in groups):
        raise OptionError(f"channels={dict(channels)}", allowed="{layer: [channel, …]} with at least one channel")
    return groups


def digest(network: nn.Module) -> str:
    """Digest of a network's weights and buffers: a checkpoint of another network is refused by it."""
    content = hashlib.sha256()
    for value in network.state_dict().values():
        content.update(value.detach().cpu().contiguous().numpy().tobytes())
    return content.hexdigest()[:16]


def checkpoint_in(
    folder: Path | str | None,
    arguments: dict,
    network: nn.Module,
    batch: ImageBatch | nn.Module,
    optimiser: torch.optim.Optimizer,
) -> Checkpoint | None:
    """The checkpoint in a folder, which is made where it is missing; None without a folder.

    It belongs to the arguments and to the code of the network, as far as that can be told. TrainingError where there is
    one, and one of the transformations cannot be told from another.
    """
    if folder is None:
        return None
    folder = Path(folder)
    with storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
    code = {"code": {"network": identity(network)}}
    checkpoint = Checkpoint(folder, arguments, code, network=batch, optimiser=optimiser)
    if None in arguments["transforms"] and checkpoint.path.is_file():
        raise TrainingError(
            f"the checkpoint {checkpoint.path} may be of other transforms: number "
            f"{arguments['transforms'].index(None) + 1} cannot be told from another",
            allowed="functions with what they enclose, partial functions, objects whose attributes are plain values",
            remedy="take another folder, or remove the checkpoint",
        )
    return checkpoint


class ImageBatch:
    """The images being optimised: their spectra, and the snapshots (steps, n, size, size, 3), uint8, stored so far.

    Lucent chooses the device of its tensors, CUDA or the CPU, when it is imported; the network's may be another.
    """

    def __init__(self, count: int, size: int, decorrelate: bool, seed: int, snapshots: tuple[int, ...]):
        with seeded(seed, 0):
            (self.spectrum,), self.images = param.image(size, batch=count, decorrelate=decorrelate)
        self.stored = torch.zeros(len(snapshots), count, size, size, 3, dtype=torch.uint8)

    @torch.no_grad()
    def store(self, index: int) -> None:
        self.stored[index] = (255 * self.images()).round().to(torch.uint8).permute(0, 2, 3, 1).cpu()

    def state_dict(self) -> dict[str, torch.Tensor]:
        return {"spectrum": self.spectrum.detach(), "stored": self.stored}

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, torch.Tensor]) -> None:
        self.spectrum.copy_(state["spectrum"])
        self.stored.copy_(state["stored"])


def loss_of(
    network: nn.Module, groups: Groups, images: torch.Tensor, *, sign: int, copies: int, precision: str
) -> torch.Tensor:
    """Minus the sum of the images' mean activations (times `sign`), plus the similarity of copies."""
    device = device_of(network)
    inputs = images.to(device).contiguous(memory_format=torch.channels_last)
    loss, start = inputs.new_zeros(()), 0
    for layer, chosen in groups:
        with autocast(device.type, precision):
            maps = activations(network, [layer], inputs[start : start + len(chosen)], (4, 2))[layer].float()
        start += len(chosen)
        check_places(layer, chosen, maps.shape[1])
        if not maps.requires_grad:
            raise OptionError(f"layer {layer!r} gives an output without gradient", allowed="outputs with a gradient")
        loss = loss - sign * sum(maps[at, channel].mean() for at, channel in enumerate(chosen))
        if copies > 1 and maps.ndim == 4:
            for each in maps.contiguous().split(copies):
                loss = loss - DIVERSITY_WEIGHT * objectives.diversity(layer)(lambda _, each=each: each)
    return loss


@contextlib.contextmanager
def seeded(seed: int, step: int) -> Iterator[None]:
    """Seed numpy's and torch's global generators for one step, and restore them: Lucent draws from the global ones."""
    before, drawn = np.random.get_state(), np.random.SeedSequence((seed, step)).generate_state(1)[0]
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        np.random.seed(drawn)
        torch.manual_seed(int(drawn))
        try:
            yield
        finally:
            np.random.set_state(before)
