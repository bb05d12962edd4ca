"""How far the layers of a network have moved: their weights, and what they say of the same photos."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError
from cnnlab.models.hooks import layer, outputs

GRID = 7  # positions a side to which a map is averaged before it is compared


def weight_change(before: nn.Module, after: nn.Module, name: str) -> float:
    """‖w′ − w‖ / ‖w‖ over all the weights of the convolutions and linear layers inside the layer `name`."""
    old, new = (torch.cat([each.flatten() for each in kernels(layer(network, name))]) for network in (before, after))
    if old.shape != new.shape:
        raise OptionError(f"layer {name!r} has {len(old)} weights before and {len(new)} after")
    return float((new - old).norm() / old.norm())


def kernels(module: nn.Module) -> list[torch.Tensor]:
    found = [each.weight.detach().float() for each in module.modules() if isinstance(each, (nn.Conv2d, nn.Linear))]
    if not found:
        raise OptionError(f"a layer {type(module).__name__} without weights", allowed="layers with convolutions")
    return found


@torch.inference_mode()
def described(network: nn.Module, names: Sequence[str], loader) -> dict[str, np.ndarray]:
    """For each layer (n, channels × 7 × 7): what it says of each photo, its maps averaged to 7 × 7 positions."""
    device = next(network.parameters()).device
    parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for photos, _ in loader:
        for name, answer in outputs(network, names, photos.to(device)).items():
            averaged = nn.functional.adaptive_avg_pool2d(answer.float(), GRID).flatten(1)
            parts[name].append(averaged.cpu().numpy())
    return {name: np.concatenate(each) for name, each in parts.items()}


def cka(one: np.ndarray, other: np.ndarray) -> float:
    """Linear CKA of two descriptions (n, features) of the same n examples (Kornblith et al. 2019, §3): 0 to 1.

    It is 1 where one is the other turned, mirrored, scaled or moved. Computed from the n × n matrices of products,
    centred, which is the same as from the features.
    """
    if len(one) != len(other) or len(one) < 2:
        raise OptionError(f"{len(one)} and {len(other)} examples", allowed="the same two or more examples")
    grams = []
    for features in (one, other):
        moved = features - features.mean(axis=0)
        grams.append((moved @ moved.T).astype(np.float64))
    scale = np.linalg.norm(grams[0]) * np.linalg.norm(grams[1])
    if scale == 0:
        raise OptionError("a layer that says the same of every example", allowed="one whose answers differ")
    return float((grams[0] * grams[1]).sum() / scale)
