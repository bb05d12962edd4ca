"""A classifier with a linear head on pooled features of several layers, trained as a whole.

The idea of reading intermediate layers is that of Head2Toe (Evci et al. 2022), which freezes the network and selects
among the features; here all of them are read, and the network is trained along.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import nn

from cnnlab.errors import OptionError
from cnnlab.models.heads import linear_head
from cnnlab.models.hooks import evaluating, outputs


def pooled_features(
    network: nn.Module,
    layers: Sequence[str],
    photos: torch.Tensor,
) -> torch.Tensor:
    """(n, features): per layer its channels' means, then their maxima.

    layers: names of layers of `network`, whose outputs are
    (n, channels, h, w). Raises: OptionError for other outputs.
    """
    captured = outputs(network, layers, photos)
    for name, output in captured.items():
        if getattr(output, "ndim", 0) != 4:
            raise OptionError(
                f"layer {name!r} gives {type(output).__name__} {tuple(getattr(output, 'shape', ()))}",
                allowed="maps (n, channels, h, w)",
                remedy="name a layer before the head",
            )
    found = [output.float() for output in captured.values()]
    return torch.cat(
        [
            part
            for each in found
            for part in (
                each.mean(dim=(2, 3)),
                each.amax(dim=(2, 3)),
            )
        ],
        dim=1,
    )


class PooledLayersClassifier(nn.Module):
    """A linear head on mean and maximum of each channel of some layers.

    network: a classifier whose own head is not used. layers: their names.
    examples: yields batches whose first part are photos (n, 3, h, w);
    their features' mean and deviation standardise all others. dropout:
    share of the features that a training step sets to zero. The head is
    zero-initialised: in the first step the network has no gradient.
    """

    def __init__(
        self,
        network: nn.Module,
        layers: Sequence[str],
        examples: Iterable,
        classes: int,
        dropout: float,
    ):
        super().__init__()
        self.network, self.layers = network, tuple(layers)
        with torch.inference_mode(), evaluating(network):
            seen = torch.cat(
                [self.features(batch[0]) for batch in examples],
            )
        self.head = linear_head(seen.clone(), classes, dropout)

    def features(self, photos: torch.Tensor) -> torch.Tensor:
        """(n, features): pooled features of the named layers."""
        return pooled_features(self.network, self.layers, photos)

    def forward(self, photos: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(photos))
