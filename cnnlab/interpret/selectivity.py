"""How many photos a channel is active for: lifetime sparseness, from its activations in photos.

Chapter: a07-canales.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError
from cnnlab.interpret.arguments import checked_layers
from cnnlab.interpret.exemplars import SIDE, Candidate, maps_of


@dataclass(frozen=True)
class PhotoActivations:
    """The lowest, mean and highest activation of a layer's channels over the positions of n photos: (n, channels)."""

    lowest: np.ndarray
    mean: np.ndarray
    highest: np.ndarray


def selectivity(activations: np.ndarray) -> np.ndarray:
    """Lifetime sparseness (channels,) of channels from their activations (n, channels), one for each of n photos.

    S = (1 − (Σa/n)² / (Σa²/n)) / (1 − 1/n): 0 for a channel that is equally active for all photos, 1 for one that is
    active for a single photo. A channel that is never active has 0.

    Raises: OptionError unless they are finite and not negative, of two photos or more.

    Source: Treves and Rolls 1991, https://doi.org/10.1088/0954-898X_2_4_004; S as in Vinje and Gallant 2000,
    https://doi.org/10.1126/science.287.5456.1273.
    """
    try:
        values = np.asarray(activations, np.float64)
    except (TypeError, ValueError, RuntimeError) as error:  # texts; lists of several lengths; tensors of autograd
        given = f"activations of type {type(activations).__name__} are no numbers: {error}"
        raise OptionError(given, allowed="an array (photos, channels)", remedy="of a tensor: .detach().cpu()") from None
    if values.ndim != 2 or len(values) < 2:
        raise OptionError(f"activations of shape {values.shape}", allowed="(photos, channels), of 2 photos or more")
    if not (np.isfinite(values) & (values >= 0)).all():
        raise OptionError(f"activations from {values.min()} to {values.max()}", allowed="finite numbers from 0")
    peak = values.max(0)
    relative = values / np.where(peak > 0, peak, 1)  # its squares neither overflow nor vanish
    squares = (relative**2).mean(0)
    sparseness = (1 - relative.mean(0) ** 2 / np.where(peak > 0, squares, 1)) / (1 - 1 / len(values))
    return np.where(peak > 0, sparseness.clip(0, 1), 0)


def photo_activations(
    network: nn.Module, layers: Sequence[str], candidates: Iterable[Candidate], *, side: int = SIDE
) -> dict[str, PhotoActivations]:
    """{layer: its channels' activations in each candidate}, in the order of the candidates; one pass for all layers.

    network, candidates, side: as `strongest_patches` takes them.

    Raises: OptionError for a layer that does not exist, with the nearest names, or that gives no maps, and where there
    is no candidate.
    """
    layers = checked_layers(layers)
    found: dict[str, list[torch.Tensor]] = {layer: [] for layer in layers}
    for candidate in candidates:
        for layer, maps in maps_of(network, layers, candidate, side)[1].items():
            found[layer].append(torch.stack([maps.amin((1, 2)), maps.mean((1, 2)), maps.amax((1, 2))]).cpu())
    if not all(found.values()):
        raise OptionError("candidates without a photo", allowed="one photo or more")
    return {layer: PhotoActivations(*torch.stack(each, 1).numpy()) for layer, each in found.items()}
