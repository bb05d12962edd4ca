"""How far fine-tuning moved each layer: relative change of its weights, similarity of its features (linear CKA).

Chapter: a09-dentro.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError
from cnnlab.models.hooks import layer, outputs

GRID = 7  # positions a side to which a map is averaged before it is compared


def weight_change(before: nn.Module, after: nn.Module, name: str) -> float:
    """Relative change ‖w′ − w‖ / ‖w‖ of all weights of the convolutions and linear layers inside the layer `name`.

    before, after: networks of the same architecture; biases and normalisation are left out.

    Raises: OptionError for a layer that does not exist, that has no such weights, or another number in each network.
    """
    old, new = (torch.cat([each.flatten() for each in kernels(layer(network, name))]) for network in (before, after))
    if old.shape != new.shape:
        raise OptionError(f"layer {name!r} has {len(old)} weights before and {len(new)} after")
    return float((new - old).norm() / old.norm())


def kernels(module: nn.Module) -> list[torch.Tensor]:
    """The weights of all convolutions and linear layers inside a module. Raises: OptionError where there are none."""
    found = [each.weight.detach().float() for each in module.modules() if isinstance(each, (nn.Conv2d, nn.Linear))]
    if not found:
        raise OptionError(f"a layer {type(module).__name__} without weights", allowed="layers with convolutions")
    return found


@torch.inference_mode()
def extract_features(
    network: nn.Module, names: Sequence[str], batches: Iterable[tuple[torch.Tensor, Any]]
) -> dict[str, np.ndarray]:
    """{layer: features (n, channels × 49), float32} of all examples: each map averaged to 7 × 7 positions, flattened.

    network: in eval mode. batches: (images (b, 3, h, w), labels, which are not used), as a DataLoader gives them.

    Raises: OptionError for a layer that does not exist, with the nearest names.
    """
    device = next(network.parameters()).device
    parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for images, _ in batches:
        for name, maps in outputs(network, names, images.to(device)).items():
            averaged = nn.functional.adaptive_avg_pool2d(maps.float(), GRID).flatten(1)
            parts[name].append(averaged.cpu().numpy())
    return {name: np.concatenate(each) for name, each in parts.items()}


def cka(one: np.ndarray, other: np.ndarray) -> float:
    """Linear CKA, 0 to 1, of two sets of features, (n, d) and (n, d′), of the same n examples.

    It is 1 where one is the other rotated, reflected, scaled by one factor or shifted. Computed from the centred n × n
    Gram matrices, which gives the same as the features' cross-covariance.

    Raises: OptionError for fewer than two examples, different numbers of them, or features that are constant.

    Source: Kornblith et al. 2019, section 3.
    """
    if len(one) != len(other) or len(one) < 2:
        raise OptionError(f"{len(one)} and {len(other)} examples", allowed="the same two or more examples")
    grams = []
    for features in (one, other):
        centred = features - features.mean(axis=0)
        grams.append((centred @ centred.T).astype(np.float64))
    scale = np.linalg.norm(grams[0]) * np.linalg.norm(grams[1])
    if scale == 0:
        raise OptionError("features that are the same for every example", allowed="features that vary")
    return float((grams[0] * grams[1]).sum() / scale)
