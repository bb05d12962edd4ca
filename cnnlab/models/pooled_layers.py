"""A classifier that decides on what several of its layers say, not the last one alone, trained as a whole.

The idea of reading intermediate layers is that of Head2Toe (Evci et al. 2022), which keeps the network as it is and
selects among the features; here all of them are read, and the network is trained along.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import nn

from cnnlab.models.heads import linear_head
from cnnlab.models.hooks import outputs


class PooledLayersClassifier(nn.Module):
    """The mean and the maximum of every channel of the named layers, then a linear layer.

    network: a classifier whose own head is not used. examples: yields batches whose
    first part are photos (n, 3, h, w); over them the features have mean 0 and variance 1.
    dropout: share of the features that a training step leaves out. The linear layer
    begins with zeros: the network is not moved before the head knows something.
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
        with torch.inference_mode():
            seen = torch.cat([self.features(batch[0]) for batch in examples])
        self.head = linear_head(seen.clone(), classes, dropout)

    def features(self, photos: torch.Tensor) -> torch.Tensor:
        """(n, features): per layer the means of its channels, then their maxima."""
        found = [output.float() for output in outputs(self.network, self.layers, photos).values()]
        return torch.cat(
            [part for each in found for part in (each.mean(dim=(2, 3)), each.amax(dim=(2, 3)))],
            dim=1,
        )

    def forward(self, photos: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(photos))
