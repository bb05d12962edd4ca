"""A linear probe: a linear head trained on stored features of a frozen network, of any labelled data set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from cnnlab.data.augment import Augmented, AugmentedEpoch, Transform, Transformed
from cnnlab.data.labelled import LabelledSplits
from cnnlab.errors import OptionError, TrainingError
from cnnlab.models.heads import linear_head
from cnnlab.models.hooks import evaluating
from cnnlab.models.pooled_layers import pooled_features
from cnnlab.models.weights_torch import parameters
from cnnlab.results import Run
from cnnlab.runtime import autocast
from cnnlab.training.classifier import EVAL_BATCH, check_splits, smoothed_loss
from cnnlab.training.classifier_metrics import (
    CONFUSED_PAIRS,
    evaluation_fields,
    labels_of,
    predict_logits,
    training_fields,
    validation_row,
)
from cnnlab.training.classifier_result import TrainedProbe
from cnnlab.training.loop import train
from cnnlab.training.recipe import Recipe


@dataclass(frozen=True)
class Probe:
    """Options of a linear probe.

    layers: of the frozen network, whose pooled features are read. views: augmented versions stored of each training
    image. dropout: share of the features that a training step sets to zero.
    """

    layers: tuple[str, ...]
    views: int
    dropout: float


def train_probe(
    network: nn.Module,
    data: LabelledSplits,
    examples: Augmented,
    transform: Transform,
    recipe: Recipe,
    run: Run,
    *,
    probe: Probe,
    pairs: int = CONFUSED_PAIRS,
) -> TrainedProbe:
    """Store the features of each image once, train a linear head on them, evaluate it as a whole network is.

    network: is only ever run forward. examples: those of `data.train`, augmented; probe.views of their epochs are
    stored, and the head is trained on one after the other. transform: of the images that are evaluated; of each and
    its mirror image the logits are averaged. pairs, run: as in `train_classifier`.

    Raises: OptionError for a layer that does not exist and as `check_splits`, and what `train` raises.
    """
    check_splits(data)
    network = network.to(run.device).to(memory_format=torch.channels_last).eval()

    def stored(images: Dataset, label: str, mirrored: bool = False) -> torch.Tensor:
        loader = DataLoader(images, batch_size=EVAL_BATCH, num_workers=recipe.workers)
        return extract_pooled(network, probe.layers, run.progress(loader, label), mirrored)

    views = [
        stored(AugmentedEpoch(examples, view), f"training photos, view {view} of {probe.views}")
        for view in range(1, probe.views + 1)
    ]
    evaluated = {}
    for split in ("validation", "test"):
        images = Transformed(getattr(data, split), transform)
        evaluated[split] = stored(images, split), stored(images, f"{split}, mirrored", mirrored=True)
    labels = labels_of(data.validation)
    head, curve = train(
        linear_head(torch.cat(views), len(data.class_names), probe.dropout),
        smoothed_loss(recipe.smoothing),
        StoredFeatures(views, labels_of(data.train)),
        recipe,
        run.checkpoints,
        device=run.device,
        evaluate=lambda model: validation_row(mean_logits(model, evaluated["validation"]), labels),
        progress=lambda batches, label: batches,
    )
    validation, test = mean_logits(head, evaluated["validation"]), mean_logits(head, evaluated["test"])
    fields = training_fields(head, curve, recipe, len(data.train))
    fields["parameters"] += parameters(network)
    return TrainedProbe(
        layers=tuple(probe.layers),
        features=views[0].shape[1],
        **fields,
        **evaluation_fields(validation, test, data, run, pairs),
    )


@torch.inference_mode()
def extract_pooled(
    network: nn.Module, layers: Sequence[str], batches: Iterable[tuple[torch.Tensor, Any]], mirrored: bool = False
) -> torch.Tensor:
    """(n, features), float32, on the CPU: pooled features of the named layers, of all images or their mirror images.

    network: is run in eval mode. batches: (images (b, 3, h, w), labels, which are not used).

    Raises: OptionError for a layer that does not exist, for other batches, and for none; TrainingError for features
    that are not finite.
    """
    device, out = next(network.parameters()).device, []
    with evaluating(network):
        for batch in batches:
            if not isinstance(batch, (tuple, list)) or len(batch) != 2:
                raise OptionError(f"a batch of type {type(batch).__name__}", allowed="(images (b, 3, h, w), labels)")
            images = batch[0].to(device).contiguous(memory_format=torch.channels_last)
            with autocast(device.type):
                out.append(pooled_features(network, layers, images.flip(3) if mirrored else images).cpu())
    if not out:
        raise OptionError("no batch of images", allowed="one or more")
    features = torch.cat(out)
    if not features.isfinite().all():
        what = f"features of {', '.join(layers)} are not finite"
        raise TrainingError(what, allowed="finite numbers", remedy="look at the images and the network's weights")
    return features


def mean_logits(head: nn.Module, views: Iterable[torch.Tensor]) -> np.ndarray:
    """The mean logits (n, classes), float32, of the features (n, d) of an image and its mirror image."""
    each = [predict_logits(head, [(view, None)]) for view in views]
    return np.asarray(np.mean(each, axis=0, dtype=np.float32))


class StoredFeatures(Dataset):
    """Stored features (n, d) with their labels; asked for by (epoch, index), each epoch brings the next view."""

    def __init__(self, views: list[torch.Tensor], labels: np.ndarray):
        self.views, self.labels = views, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, place: tuple[int, int]) -> tuple[torch.Tensor, int]:
        epoch, index = place
        return self.views[epoch % len(self.views)][index], int(self.labels[index])
