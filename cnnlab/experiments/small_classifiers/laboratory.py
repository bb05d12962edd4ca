"""A network of a laboratory trained on one data set, its first seed's weights kept for other experiments. It imports
torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from torch import nn

from cnnlab.data.pixels import PixelSplits
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.experiments.small_classifiers.training import train_seeds
from cnnlab.models.weights_torch import save
from cnnlab.results import Run

Kind = TypeVar("Kind", bound=SmallClassifier)
WEIGHTS = "network.safetensors"  # of the network of the first seed after its last epoch


def trained(
    kind: type[Kind], name: str, build: Callable[[], nn.Module], data: PixelSplits, options: SmallOptions, run: Run
) -> Kind:
    """The result, of a kind, of a network's trainings. name: in prose; build: makes the network with random weights."""
    fields, networks = train_seeds(build, data.first_of_each_class(options.per_class), options, run)
    run.keep(WEIGHTS, lambda path: save(networks[0], path))
    return kind(network=name, **fields)
