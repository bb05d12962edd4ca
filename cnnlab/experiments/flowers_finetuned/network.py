"""The network that `flowers_finetuned` trains: its head, what is frozen, and its parts afterwards. It imports torch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader

from cnnlab.data.augment import Augmented, AugmentedEpoch
from cnnlab.experiments.flowers_finetuned.options import Options
from cnnlab.models.heads import replace_head, without_head
from cnnlab.models.pooled_layers import PooledLayersClassifier
from cnnlab.models.pretrained import resnet50
from cnnlab.results import Run
from cnnlab.training.classifier import EVAL_BATCH
from cnnlab.training.classifier_metrics import predict_logits
from cnnlab.training.recipe import Recipe
from cnnlab.training.ridge_probe import Pooled
from cnnlab.training.ridge_settings import FeatureSet


def fine_tuned(examples: Augmented, classes: int, options: Options, run: Run) -> tuple[nn.Module, Recipe]:
    """ResNet-50 with ImageNet's weights and a new head, and the recipe with the multipliers of its stages."""
    backbone = resnet50(run.weights("resnet50_keras"))
    if options.head_layers:
        crops = run.progress(DataLoader(AugmentedEpoch(examples, 0), batch_size=EVAL_BATCH), "features before training")
        network: nn.Module = PooledLayersClassifier(
            without_head(backbone), options.head_layers, crops, classes, options.dropout
        )
        multipliers = [("head" if name == "head" else f"network.{name}", factor) for name, factor in options.stages]
    else:
        network = replace_head(backbone, classes)
        multipliers = [("fc" if name == "head" else name, factor) for name, factor in options.stages]
    return network, replace(options.recipe, learning_rate_multipliers=tuple(multipliers))


def parts_of(network: nn.Module) -> tuple[nn.Module, nn.Module]:
    """(backbone, head) of a network of `fine_tuned`."""
    if isinstance(network, PooledLayersClassifier):
        return network.network, network.head
    return network, network.get_submodule("fc")


def own_logits(head: nn.Module, source: Pooled, features: np.ndarray, layers: tuple[str, ...]) -> np.ndarray:
    """(n, classes), float32: the mean of the head's logits of photo and mirror image, from features (2, n, d) stored.

    layers: those that the head reads; (): the mean of layer4.
    """
    read = FeatureSet(layers or ("layer4",), maxima=bool(layers), root=False)
    views = [torch.from_numpy(view) for view in source.design(features, read)]
    return np.asarray(np.mean([predict_logits(head, [(view, None)]) for view in views], axis=0, dtype=np.float32))
