"""Gradients of a score back to the photo: as they are, by deconvnet's rule, by guided back-propagation's; Grad-CAM.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from numbers import Real

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError
from cnnlab.interpret.activations import activations, channels_first, taking
from cnnlab.interpret.arguments import check_places, checked_output, device_of, numbers
from cnnlab.models.hooks import LABELS, outputs

RULES = ("gradient", "deconvnet", "guided")
ACTIVATIONS = ("Relu", "Hardtanh", "Hardswish", "Gelu", "Silu", "LeakyRelu", "Elu", "Mish", "Softplus", "PreluKernel")


class _RuledRelu(torch.autograd.Function):
    """ReLU whose backward pass lets only positive gradient through, and with `guided` only where its input was
    positive."""

    @staticmethod
    def forward(context, inputs, guided):
        context.guided = guided
        context.save_for_backward(*([inputs] if guided else []))
        return inputs.clamp(min=0)

    @staticmethod
    def backward(context, gradient):
        passed = gradient.clamp(min=0)
        if context.guided:
            passed = passed * (context.saved_tensors[0] > 0)
        return passed, None


@torch.inference_mode(False)
def input_gradient(
    network: nn.Module, inputs: torch.Tensor, target: int, *, rule: str = "gradient", layer: str = LABELS
) -> torch.Tensor:
    """The gradient (c, h, w), float32, of a score with respect to the network's input (1, c, h, w).

    network: in eval mode; it is the same afterwards. target: a class of its output; with the name of a layer that gives
    maps, one of its channels, whose score is its highest activation. rule: at each ReLU, where R is the gradient that
    arrives and f the ReLU's input, "gradient" passes (f > 0)·R; "deconvnet" (R > 0)·R, as Zeiler and Fergus's network
    computes it; "guided" (f > 0)·(R > 0)·R (Springenberg et al. 2014). Max pooling passes R to the place of the
    maximum, which are deconvnet's switches.

    Raises: OptionError for a class, channel, layer or rule that there is not, and with the two last rules for a network
    that has an activation other than modules of nn.ReLU.
    """
    if rule not in RULES:
        raise OptionError(f"rule={rule!r}", allowed=RULES)
    device, (target,) = device_of(network), numbers("target", [target])
    inputs = inputs.detach().to(device).clone().requires_grad_()
    with relu_rule(network, rule):
        output = activations(network, [layer], inputs, (2, 4))[layer]
        check_places(layer, [target], output.shape[1])
        score = output[0, target].max()
        if rule != "gradient":
            check_only_modules(network, score, rule)
        (gradient,) = torch.autograd.grad(score, inputs)
    return gradient[0].float()


@contextlib.contextmanager
def relu_rule(network: nn.Module, rule: str) -> Iterator[None]:
    """Context in which a network's modules of nn.ReLU have the backward pass of a rule and change no tensor in place.

    Raises: OptionError where there is no such module and the rule is not the plain gradient's.
    """
    if rule == "gradient":
        yield
        return
    relus = [each for each in network.modules() if isinstance(each, nn.ReLU)]
    if not relus:
        raise no_modules(network, rule, "it has no module of nn.ReLU")
    before = [vars(each).get("forward") for each in relus]
    try:
        for each in relus:
            vars(each)["forward"] = partial(_ruled, guided=rule == "guided")
        yield
    finally:
        for each, own in zip(relus, before, strict=True):
            if own is None:
                vars(each).pop("forward", None)
            else:
                vars(each)["forward"] = own


def _ruled(inputs: torch.Tensor, guided: bool) -> torch.Tensor:
    return _RuledRelu.apply(inputs, guided)


def check_only_modules(network: nn.Module, score: torch.Tensor, rule: str) -> None:
    """Raise OptionError where a score was computed through an activation that the rule does not reach."""
    others = [name for name in graph_of(score) if name.removesuffix("0").removesuffix("Backward") in ACTIVATIONS]
    if others:
        kinds = ", ".join(sorted({name.removesuffix("0").removesuffix("Backward") for name in others}))
        raise no_modules(network, rule, f"{len(others)} of its activations are functions or of another kind ({kinds})")


def no_modules(network: nn.Module, rule: str, why: str) -> OptionError:
    """The error of a network whose activations a rule does not reach."""
    return OptionError(
        f"method {rule!r} for a {type(network).__name__}: {why}",
        allowed="networks whose activations are all modules of nn.ReLU: the rule is set on them, and without it the"
        " result would be the plain gradient",
        remedy="write relu(x) as a module nn.ReLU(); or take method='gradient'",
    )


def graph_of(score: torch.Tensor) -> Iterator[str]:
    """The names of torch's functions through which a score was computed, each once, without an order."""
    seen, left = set(), [score.grad_fn]
    while left:
        function = left.pop()
        if function is None or function in seen:
            continue
        seen.add(function)
        yield function.name()
        left.extend(each for each, _ in function.next_functions)


@torch.inference_mode(False)
def weighted_activations(
    network: nn.Module, inputs: torch.Tensor, target: int, layer: str, percentile: float | None = None
) -> np.ndarray:
    """The map (h′, w′), float32: the layer's maps, each times one number of the class's gradient over its positions.

    layer: gives maps (1, channels, h′, w′). percentile: None for the mean, which is Grad-CAM (Selvaraju et al. 2017)
    before its ReLU; 50 for the median, as in 004; any from 0 to 100. Negative values speak against the class.

    Raises: OptionError for a layer that gives no maps, a class or layer that there is not, another percentile.
    """
    maps, gradient = maps_and_gradient(network, inputs, target, layer)
    return np.einsum("c,chw->hw", channel_weights(gradient, percentile), maps).astype(np.float32)


@torch.inference_mode(False)
def maps_and_gradient(
    network: nn.Module, inputs: torch.Tensor, target: int, layer: str
) -> tuple[np.ndarray, np.ndarray]:
    """(channels, h′, w′) twice: a layer's maps, and the gradient of the class's score with respect to them."""
    if layer == LABELS:
        raise OptionError(f"layer={layer!r}", allowed="a layer that gives maps, as 'layer4' of ResNet-50")
    device, (target,) = device_of(network), numbers("target", [target])
    inputs = inputs.detach().to(device).clone().requires_grad_()
    with taking(network, inputs):
        found = outputs(network, [layer, LABELS], inputs)
    maps, output = checked_output(layer, found[layer]), checked_output(LABELS, found[LABELS], (2,))
    check_places(LABELS, [target], output.shape[1])
    (gradient,) = torch.autograd.grad(output[0, target], maps)
    both = (channels_first(each, inputs)[0].detach().float() for each in (maps, gradient))
    first, second = (each.cpu().numpy() for each in both)
    return first, second


def channel_weights(gradient: np.ndarray, percentile: float | None) -> np.ndarray:
    """(channels,) the mean of a gradient (channels, h, w) over its positions, or a percentile of it, 0 to 100."""
    flat = gradient.reshape(len(gradient), -1)
    if percentile is None:
        return flat.mean(axis=1)
    if not isinstance(percentile, Real) or isinstance(percentile, bool) or not 0 <= percentile <= 100:
        raise OptionError(f"percentile={percentile!r}", allowed="a number from 0 to 100, or None for the mean")
    return np.percentile(flat, percentile, axis=1)
