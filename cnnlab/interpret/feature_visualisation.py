"""Pictures that channels of a network answer to most: feature visualisation (Olah et al. 2017) on Lucent's parts.

Lucent gives how a picture is parametrised (a Fourier spectrum in decorrelated colours), the random transformations and
the term that tells copies apart. The loop is ours: Lucent's `render_vis` makes one picture at a time, runs the whole
network for an early layer, leaves its hooks on it, goes on with old activations after a RuntimeError, and leaves a
channel behind a dead ReLU grey. This is the only module that imports Lucent.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from cnnlab.data.imagenet import MEAN, STD
from cnnlab.errors import OptionError, TrainingError, storage
from cnnlab.models.hooks import LABELS, outputs
from cnnlab.training.checkpoint import Checkpoint

with warnings.catch_warnings():  # kornia 0.4 still uses what torch has since deprecated
    warnings.simplefilter("ignore")
    from lucent.modelzoo.util import get_model_layers
    from lucent.optvis import objectives, param, transform

RATE = 0.05  # of Adam, as Lucid, Lucent and Distill have it
REDIRECTED = 16  # steps in which dead ReLUs let gradient through
DIVERSITY = 100.0  # weight of the term that tells copies apart
EVERY = 64  # steps between two checkpoints
PRECISIONS = ("float32", "bfloat16")
ROBUST = tuple(transform.standard_transforms)


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
    transforms: Sequence[Callable] = ROBUST,
    precision: str = "float32",
    progress: Callable = lambda steps, label: steps,
    folder: Path | None = None,
) -> dict[tuple[str, int], np.ndarray]:
    """{(layer, channel): pictures (len(steps), copies, size, size, 3), uint8, red, green, blue}.

    network: takes photos 0–1 normalised with torchvision's mean and deviation; in eval mode. channels: for each layer
    the channels whose mean over all positions is raised, or lowered where `sign` is −1; the layer "labels" is what the
    network gives, its channels the classes. All pictures are one batch with one optimiser; what a picture becomes does
    not depend on what is drawn beside it, but its first noise is drawn for the whole batch. A layer's pictures run no
    further than that layer.

    size: pixels of a side; the network sees what the transforms make of it. steps: after how many steps of Adam the
    pictures are taken; several numbers give several pictures. copies: pictures of each channel, kept from looking alike
    by the Gram matrices of the layer's maps (Olah et al. 2017, "diversity"); those of classes only start differently.
    transforms: drawn anew at each step; none shows what robustness is good for. precision: "bfloat16" computes the
    network so. folder: holds a checkpoint every 64 steps, from which a call with the same arguments goes on.

    In the first 16 steps a ReLU that passes nothing of a picture's gradient on is made to, as Lucid does. What chance
    does depends on the seed and the step alone. OptionError for a layer or channel that does not exist, and for sizes
    and steps that make no sense; TrainingError where an activation is not finite.
    """
    taken = (steps,) if isinstance(steps, int) else tuple(steps)
    check(size, taken, sign, copies, precision)
    groups = grouped(channels, copies)
    canvas = Canvas(sum(len(chosen) for _, chosen in groups), size, decorrelate, seed, taken)
    optimiser = torch.optim.Adam([canvas.spectrum], lr=RATE)
    told = {"channels": {layer: list(each) for layer, each in channels.items()}, "size": size, "steps": list(taken)}
    told |= {"seed": seed, "sign": sign, "copies": copies, "decorrelate": decorrelate, "transforms": len(transforms)}
    told |= {"precision": precision, "network": digest(network)}
    checkpoint = None
    if folder:
        with storage(folder):
            folder.mkdir(parents=True, exist_ok=True)
        checkpoint = Checkpoint(folder, told, network=canvas, optimiser=optimiser)
    with chance(seed, 0):  # going on sets torch's random state, which is the caller's
        done = len(checkpoint.resume()) * EVERY if checkpoint else 0
    device = next(network.parameters()).device

    for step in progress(range(done + 1, max(taken) + 1), ", ".join(channels)):
        with chance(seed, step):
            shown = normalised(transform.compose(transforms)(canvas.picture())).to(device)
        with redirected() if step <= REDIRECTED else contextlib.nullcontext():
            with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16"):
                loss = total(network, groups, shown.contiguous(memory_format=torch.channels_last), sign, copies)
            if not math.isfinite(loss.item()):
                raise TrainingError(
                    f"the activation of {', '.join(channels)} is {loss.item()} at step {step}",
                    allowed="finite numbers",
                    remedy="look at the network's weights",
                )
            (canvas.spectrum.grad,) = torch.autograd.grad(loss, canvas.spectrum)
        optimiser.step()
        if step in taken:
            canvas.take(taken.index(step))
        if checkpoint and step % EVERY == 0:
            checkpoint.save([{}] * (step // EVERY))
    names = [(layer, channel) for layer, chosen in groups for channel in chosen[::copies]]
    return dict(zip(names, canvas.taken.unflatten(1, (-1, copies)).transpose(0, 1).numpy(), strict=True))


@torch.inference_mode()
def mean_activations(network: nn.Module, drawn: Mapping[tuple[str, int], np.ndarray]) -> dict[tuple[str, int], float]:
    """{(layer, channel): its mean over all positions} of the last picture, first copy, that was drawn for it."""
    device, found = next(network.parameters()).device, {}
    for (layer, channel), pictures in drawn.items():
        picture = torch.from_numpy(pictures[-1, :1]).permute(0, 3, 1, 2).float() / 255
        answer = outputs(network, [layer], normalised(picture).to(device))[layer]
        found[layer, channel] = float(answer[0, channel].mean())
    return found


def layer_names(network: nn.Module) -> list[str]:
    """The names by which Lucent calls a network's layers, in its order: `features_11` is torch's `features.11`."""
    return get_model_layers(network)


def check(size: int, taken: tuple[int, ...], sign: int, copies: int, precision: str) -> None:
    if size < 32:
        raise OptionError(f"size={size}", allowed="32 pixels or more")
    if not taken or min(taken) < 1 or list(taken) != sorted(set(taken)):
        raise OptionError(f"steps={taken}", allowed="a number from 1, or several in rising order")
    if sign not in (1, -1):
        raise OptionError(f"sign={sign}", allowed="1 (raise) or -1 (lower)")
    if copies < 1:
        raise OptionError(f"copies={copies}", allowed="1 or more")
    if precision not in PRECISIONS:
        raise OptionError(f"precision={precision!r}", allowed=PRECISIONS)


def grouped(channels: Mapping[str, Sequence[int]], copies: int) -> list[tuple[str, list[int]]]:
    """(layer, its channels, each `copies` times), in the order of the pictures."""
    groups = [(layer, [channel for channel in chosen for _ in range(copies)]) for layer, chosen in channels.items()]
    if not any(chosen for _, chosen in groups):
        raise OptionError(f"channels={dict(channels)}", allowed="{layer: [channel, …]} with at least one channel")
    return groups


def digest(network: nn.Module) -> str:
    """Of a network's weights: pictures of another one are not gone on with."""
    total = hashlib.sha256()
    for value in network.state_dict().values():
        total.update(value.detach().cpu().contiguous().numpy().tobytes())
    return total.hexdigest()[:16]


class Canvas:
    """The pictures while they are made: the spectra that are optimised, and what was taken of them.

    Lucent chooses the device of its tensors, CUDA or the CPU, when it is imported; the network's may be another.
    """

    def __init__(self, count: int, size: int, decorrelate: bool, seed: int, taken: tuple[int, ...]):
        with chance(seed, 0):
            (self.spectrum,), self.picture = param.image(size, batch=count, decorrelate=decorrelate)
        self.taken = torch.zeros(len(taken), count, size, size, 3, dtype=torch.uint8)

    @torch.no_grad()
    def take(self, place: int) -> None:
        self.taken[place] = (255 * self.picture()).round().to(torch.uint8).permute(0, 2, 3, 1).cpu()

    def state_dict(self) -> dict[str, torch.Tensor]:
        return {"spectrum": self.spectrum.detach(), "taken": self.taken}

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, torch.Tensor]) -> None:
        self.spectrum.copy_(state["spectrum"])
        self.taken.copy_(state["taken"])


def normalised(pictures: torch.Tensor) -> torch.Tensor:
    mean, std = (torch.tensor(each, device=pictures.device).view(1, 3, 1, 1) for each in (MEAN, STD))
    return (pictures - mean) / std


def total(network: nn.Module, groups, shown: torch.Tensor, sign: int, copies: int) -> torch.Tensor:
    """What the optimiser makes smaller: minus each picture's mean activation, and the likeness of copies."""
    loss, start = shown.new_zeros(()), 0
    for layer, chosen in groups:
        answer = outputs(network, [layer], shown[start : start + len(chosen)])[layer].float()
        start += len(chosen)
        if not all(0 <= channel < answer.shape[1] for channel in chosen):
            kind = "classes" if layer == LABELS else "channels"
            raise OptionError(f"{kind} {chosen} of {layer!r}", allowed=f"0 to {answer.shape[1] - 1}")
        loss = loss - sign * sum(answer[at, channel].mean() for at, channel in enumerate(chosen))
        if copies > 1 and answer.ndim == 4:
            for each in answer.contiguous().split(copies):
                loss = loss - DIVERSITY * objectives.diversity(layer)(lambda _, each=each: each)
    return loss


@contextlib.contextmanager
def chance(seed: int, step: int) -> Iterator[None]:
    """Seed numpy's and torch's draws of one step, and put both back afterwards: Lucent draws from the global ones."""
    before, drawn = np.random.get_state(), np.random.SeedSequence((seed, step)).generate_state(1)[0]
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        np.random.seed(drawn)
        torch.manual_seed(int(drawn))
        try:
            yield
        finally:
            np.random.set_state(before)


class _Relu(torch.autograd.Function):
    """ReLU whose backward never leaves a picture without gradient.

    Where nothing of a picture's gradient gets through, because every position that is asked to change is below zero,
    the part that would raise them passes (the loss falls as they rise). Lucid's idea (`redirected_relu_grad`).
    """

    @staticmethod
    def forward(context, inputs):
        context.save_for_backward(inputs)
        return inputs.clamp(min=0)

    @staticmethod
    def backward(context, gradient):
        (inputs,) = context.saved_tensors
        passed = gradient * (inputs > 0)
        dead = passed.flatten(1).abs().amax(dim=1) == 0
        return torch.where(dead.view(-1, *[1] * (inputs.ndim - 1)), gradient.clamp(max=0), passed)


class redirected(TorchFunctionMode):
    """Around a forward pass every ReLU, module or function, in place or not, is a `_Relu`; the network is untouched."""

    RELUS = (functional.relu, torch.relu, torch.relu_, torch.Tensor.relu, torch.Tensor.relu_)

    def __torch_function__(self, function, types, arguments=(), options=None):
        options = options or {}
        if function in self.RELUS:
            return _Relu.apply(arguments[0] if arguments else options["input"])
        return function(*arguments, **options)
