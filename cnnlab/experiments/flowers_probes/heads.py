"""Heads trained by descent on the features of the chosen probe, beside the ridge. It imports torch."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import nn

from cnnlab.experiments.flowers_probes.options import Options, TrainedHead
from cnnlab.models.heads import linear_head
from cnnlab.results import Run
from cnnlab.training.classifier import smoothed_loss
from cnnlab.training.classifier_metrics import validation_row
from cnnlab.training.linear_probe import StoredFeatures, mean_logits
from cnnlab.training.loop import train
from cnnlab.training.ridge_probe import Pooled, Stored
from cnnlab.training.ridge_settings import Setting


def trained_heads(
    source: Pooled,
    train_photos: Stored,
    validation: Stored,
    classes: int,
    setting: Setting,
    of_run: tuple[Options, Run],
) -> tuple[TrainedHead, ...]:
    """A head for each seed, on the features as they are and on their square roots; photo and mirror image in turn.

    setting: the last of its sizes is taken. of_run: the experiment's options and run.
    """
    options, run = of_run
    found, size = [], setting.sizes[-1]
    for root in (False, True):
        chosen = replace(setting.features, root=root)
        views, evaluated = (
            [torch.from_numpy(view) for view in source.design(each.features[size], chosen)]
            for each in (train_photos, validation)
        )
        for seed in options.head_seeds:
            torch.manual_seed(seed)
            folder = run.checkpoints / f"head-{'root' if root else 'plain'}-{seed}"
            folder.mkdir(exist_ok=True)
            _, curve = train(
                linear_head(torch.cat(views), classes, options.dropout),
                smoothed_loss(options.head.smoothing),
                StoredFeatures(views, train_photos.labels),
                replace(options.head, seed=seed, workers=0),
                folder,
                device=run.device,
                evaluate=partial(validation_of, views=evaluated, labels=validation.labels),
            )
            seconds = sum(row["seconds"] for row in curve)
            found.append(TrainedHead(root, seed, curve[-1]["validation_accuracy"], seconds))
    return tuple(found)


def validation_of(head: nn.Module, views: list[torch.Tensor], labels: np.ndarray) -> dict[str, float]:
    """What the learning curve says of a head after an epoch."""
    return validation_row(mean_logits(head, views), labels)
