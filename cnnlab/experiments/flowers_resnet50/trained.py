"""The classifier that `flowers_resnet50` fine-tuned, for the experiments that look inside it."""

from __future__ import annotations

from pathlib import Path

import torch

from cnnlab.experiments.flowers_resnet50.compute import Options
from cnnlab.models.heads import without_head
from cnnlab.models.pooled_layers import PooledLayersClassifier
from cnnlab.models.pretrained import resnet50
from cnnlab.models.weights_torch import load


def load_classifier(path: Path, classes: int = 102) -> PooledLayersClassifier:
    """The fine-tuned classifier, in eval mode; its backbone, with ResNet-50's names of layers, is `.network`.

    path: the network.safetensors of `flowers_resnet50`. classes: of its head.

    Raises: DataError where the file is another network's, or its head has another number of classes.
    """
    examples = [(torch.zeros(2, 3, 64, 64),)]  # the features' mean and deviation come with the file
    network = PooledLayersClassifier(without_head(resnet50()), Options().layers, examples, classes, Options().dropout)
    return load(network, path)
