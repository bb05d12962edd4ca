"""What layers inside a network answer, by their names, without running more of the network than that takes."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from cnnlab.errors import OptionError, nearest

LABELS = "labels"  # what the network itself gives, as Lucent calls it


class _Seen(Exception):
    """The last of the layers asked for has answered: the rest of the network need not run."""


def outputs(network: nn.Module, names: Sequence[str], inputs: torch.Tensor) -> dict[str, torch.Tensor]:
    """{name: output} of the named layers for a batch of inputs, in the order of `names`, with their gradients.

    The network runs until each of the layers has answered once, and keeps no hook afterwards, whatever happens. A layer
    that works in place after a named one (torchvision's ReLUs do) does not change what is given here. OptionError
    names the layers nearest to one that does not exist; one that the network does not use is an error, too.
    """
    found: dict[str, torch.Tensor] = {}

    def keep(name: str):
        def hook(_layer, _inputs, output):
            if name in found:
                return None
            found[name] = output
            if len(found) == len(wanted):
                raise _Seen
            return output.clone()

        return hook

    wanted = {name: layer(network, name) for name in names}
    hooks = [module.register_forward_hook(keep(name)) for name, module in wanted.items()]
    try:
        network(inputs)
    except _Seen:
        return {name: found[name] for name in names}
    finally:
        for hook in hooks:
            hook.remove()
    unused = [name for name in names if name not in found]
    raise OptionError(f"{type(network).__name__} does not use its layers {', '.join(unused)}")


def layer(network: nn.Module, name: str) -> nn.Module:
    """The layer of a name, as `named_modules` has it, or the network itself for "labels".

    OptionError with the nearest names where there is none.
    """
    known = {**{each: module for each, module in network.named_modules() if each}, LABELS: network}
    if name not in known:
        raise OptionError(
            f"{type(network).__name__} has no layer {name!r}",
            allowed=None if nearest(name, known) else ", ".join(key for key, _ in network.named_children()),
            remedy=nearest(name, known) or "a dot leads inside one of these, as in layer4.2",
        )
    return known[name]
