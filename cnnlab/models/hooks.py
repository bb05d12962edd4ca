"""Capture outputs of named layers, without running more of the network than they need."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import torch
from torch import nn

from cnnlab.errors import OptionError, nearest

LABELS = "labels"  # Lucent's name for the output of the network itself


class _Captured(Exception):  # noqa: N818 (it ends a forward pass as intended)
    """All outputs of one call have been captured: the rest of the network is skipped. `call`: which call's they are."""

    def __init__(self, call: object):
        super().__init__("all outputs have been captured")
        self.call = call


def outputs(network: nn.Module, names: Sequence[str], inputs: torch.Tensor) -> dict[str, torch.Tensor]:
    """{name: output} of the named layers for a batch of inputs, in the order of `names`, attached to the graph.

    names: as `named_modules` has them (`layer4.2.bn3`), or "labels" for the output of the network itself. Each output
    is that of the layer's first call, as the layer returned it: a later in-place operation (torchvision's ReLUs) does
    not change it. The forward pass ends with the last named layer; all hooks are removed, after an error too.

    Calls may be nested: the forward pass of `network` may itself capture outputs of a network inside it. Of that one
    only layers which the inner call runs to their end can be named.

    Raises: OptionError for a layer that does not exist, with the nearest names, and for one whose forward pass is not
    called or not completed, or that gives no tensor and is followed by others.
    """
    wanted = {name: layer(network, name) for name in names}
    found: dict[str, torch.Tensor] = {}
    call = object()

    def capture(name: str):
        def hook(_layer, _inputs, output):
            if name in found:
                return None
            found[name] = output
            if len(found) == len(wanted):
                raise _Captured(call)
            if not isinstance(output, torch.Tensor):
                what = f"layer {name!r} gives a {type(output).__name__}"
                raise OptionError(what, allowed="layers that give a tensor", remedy="ask for it alone")
            return output.clone()

        return hook

    hooks = [module.register_forward_hook(capture(name)) for name, module in wanted.items()]
    try:
        network(inputs)
    except _Captured as captured:
        if captured.call is not call:  # an outer call's: this one ends with it
            raise
    finally:
        for hook in hooks:
            hook.remove()
    if missing := [name for name in names if name not in found]:
        raise OptionError(
            f"{type(network).__name__} does not use its layers {', '.join(missing)}",
            allowed="layers that its forward pass runs to their end",
        )
    return {name: found[name] for name in names}


@contextlib.contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Context in which a network is in eval mode; after it each of its layers is in the mode that it was in."""
    training = [each for each in network.modules() if each.training]
    network.eval()
    try:
        yield
    finally:
        for each in training:
            each.training = True


def layer(network: nn.Module, name: str) -> nn.Module:
    """The layer of a name, as `named_modules` has it, or the network itself for "labels".

    Raises: OptionError with the nearest names where there is none.
    """
    known = {**{each: module for each, module in network.named_modules() if each}, LABELS: network}
    if name not in known:
        raise OptionError(
            f"{type(network).__name__} has no layer {name!r}",
            allowed=None if nearest(name, known) else ", ".join(key for key, _ in network.named_children()),
            remedy=nearest(name, known) or "a dot leads inside one of these, as in layer4.2",
        )
    return known[name]
