"""The networks that `flowers_ablation` fine-tuned and keeps, for the experiments that look inside them."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from cnnlab.models.heads import replace_head
from cnnlab.models.pretrained import resnet50
from cnnlab.models.weights_torch import load


def file_of(variant: str, seed: int) -> str:
    """The name of the large file with the network of a variant and a seed."""
    return f"{variant}-{seed}.safetensors"


def load_network(path: Path, classes: int = 102) -> nn.Module:
    """A fine-tuned ResNet-50 whose head `fc` reads the mean of the last stage, in eval mode.

    path: of a variant with that head. classes: of it.

    Raises: DataError where the file is another network's, or its head has another number of classes.
    """
    return load(replace_head(resnet50(), classes), path)
