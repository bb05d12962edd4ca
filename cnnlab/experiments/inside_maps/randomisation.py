"""How alike the maps of a network stay while its layers are drawn anew. It imports torch.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from cnnlab.interpret.attribution import raw_map
from cnnlab.interpret.map_checks import randomised, rank_correlation, structural_similarity
from cnnlab.interpret.map_input import resized_map

Photos = Sequence[tuple[torch.Tensor, int]]  # pixels (1, c, h, w), 0–1, and a class


def map_of(
    network: nn.Module, pixels: torch.Tensor, target: int, method: str, options: Mapping[str, Any], prepare: Callable
) -> np.ndarray:
    """A method's map of the pixels' size."""
    values = raw_map(network, pixels, target, method=method, prepare=prepare, **options)
    return resized_map(values, *pixels.shape[2:])


def similarities(
    network: nn.Module,
    groups: Sequence[Sequence[str]],
    photos: Photos,
    methods: Mapping[str, Mapping[str, Any]],
    *,
    prepare: Callable,
    seed: int,
    progress: Callable[[Iterable, str], Iterable] = lambda steps, label: steps,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rank correlations and SSIM (methods, groups, photos) of maps with those of the network as it was, and the last
    maps of the first photo (methods, h, w). groups: as `randomised` takes them; methods: {method: its options}.
    """
    first = [[map_of(network, *photo, name, each, prepare) for photo in photos] for name, each in methods.items()]
    ranks, alike, last = [], [], []
    for drawn in progress(randomised(network, groups, seed), "layers"):
        now = [[map_of(drawn, *photo, name, each, prepare) for photo in photos] for name, each in methods.items()]
        pairs = [list(zip(*rows, strict=True)) for rows in zip(first, now, strict=True)]
        ranks.append([[rank_correlation(*pair) for pair in row] for row in pairs])
        alike.append([[structural_similarity(*pair) for pair in row] for row in pairs])
        last = [row[0] for row in now]
    return np.moveaxis(np.array(ranks), 0, 1), np.moveaxis(np.array(alike), 0, 1), np.stack(last)
