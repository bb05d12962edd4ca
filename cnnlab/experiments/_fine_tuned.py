"""The network that `flowers_resnet50` trained, for the experiments that look inside it (row A9)."""

from __future__ import annotations

from pathlib import Path

import torch

from cnnlab.experiments.flowers_resnet50.compute import Options
from cnnlab.models.heads import without_head
from cnnlab.models.pooled_layers import SeveralLayers
from cnnlab.models.pretrained import resnet50
from cnnlab.models.weights_torch import load


def fine_tuned(path: Path, classes: int = 102) -> SeveralLayers:
    """The whole classifier, in eval mode; its trunk, with ResNet-50's names of layers, is `.network`.

    path: the network.safetensors of `flowers_resnet50`. DataError where it is another network's, or its head has
    another number of classes.
    """
    some = [(torch.zeros(2, 3, 64, 64),)]  # what the head is standardised by comes with the file
    return load(SeveralLayers(without_head(resnet50()), Options().layers, some, classes, Options().dropout), path)
