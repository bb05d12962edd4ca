"""Training and evaluation of a network that classifies the images of any labelled data set."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader

from cnnlab.data.augment import Augmented, Transform, Transformed
from cnnlab.data.labelled import Example, LabelledSplits
from cnnlab.errors import OptionError
from cnnlab.results import Run
from cnnlab.training.classifier_metrics import (
    CONFUSED_PAIRS,
    evaluation_fields,
    labels_of,
    memory_format,
    predict_logits,
    training_fields,
    validation_row,
)
from cnnlab.training.classifier_result import TrainedNetwork
from cnnlab.training.loop import train
from cnnlab.training.recipe import Recipe

EVAL_BATCH = 16  # images evaluated at a time: on a CPU more no longer fit its cache, and are slower


def train_classifier(
    network: nn.Module,
    data: LabelledSplits,
    examples: Augmented,
    transform: Transform,
    recipe: Recipe,
    run: Run,
    *,
    pairs: int = CONFUSED_PAIRS,
) -> TrainedNetwork:
    """Train a network in place by the common loop; evaluate it on validation each epoch, at the end on test too.

    network: takes images (n, 3, h, w) to logits (n, classes), in the order of data.class_names. examples: those of
    `data.train`, augmented. transform: of the images that are evaluated; at the end each is seen as it is and mirrored,
    and the logits are averaged. pairs: confused pairs of classes that are kept. run: has the checkpoints; arrays and
    pictures are kept as `evaluation_fields` says.

    Raises: OptionError as `check_splits`, before the training, and what `train` raises.
    """
    check_splits(data)
    network, curve = fit(network, data, examples, transform, recipe, run)
    begin = time.monotonic()
    logits = {}
    for split in ("validation", "test"):
        batches = evaluated_batches(getattr(data, split), transform, recipe)
        logits[split] = predict_logits(network, run.progress(batches, split), mirrored=True)
    return TrainedNetwork(
        measuring_seconds=time.monotonic() - begin,
        **training_fields(network, curve, recipe, len(data.train)),
        **evaluation_fields(logits["validation"], logits["test"], data, run, pairs),
    )


def fit(
    network: nn.Module,
    data: LabelledSplits,
    examples: Augmented,
    transform: Transform,
    recipe: Recipe,
    run: Run,
    *,
    folder: Path | None = None,
) -> tuple[nn.Module, list[dict]]:
    """Train a network in place, evaluate it on validation each epoch; the test images are not opened.

    Arguments as in `train_classifier`; folder: for checkpoints, by default the run's. Returns the network in eval mode
    and a row an epoch, as `train` does.

    Raises: OptionError as `check_splits`, and what `train` raises.
    """
    check_splits(data, ("train", "validation"))
    validation, labels = evaluated_batches(data.validation, transform, recipe), labels_of(data.validation)
    return train(
        network,
        smoothed_loss(recipe.smoothing),
        examples,
        recipe,
        folder or run.checkpoints,
        device=run.device,
        evaluate=lambda model: validation_row(predict_logits(model, validation), labels),
        progress=run.progress,
    )


def check_splits(data: LabelledSplits, splits: Sequence[str] = ("train", "validation", "test")) -> None:
    """Raise OptionError for a split without an example, and for a label that is no place in data.class_names."""
    classes = len(data.class_names)
    for split in splits:
        labels = labels_of(getattr(data, split))
        if not len(labels):
            raise OptionError(f"no example in data.{split}", allowed="one or more")
        if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= classes:
            what = f"labels of data.{split}: {labels.dtype}, {labels.min()} to {labels.max()}"
            raise OptionError(what, allowed=f"whole numbers from 0 to {classes - 1}: there are {classes} class_names")


def evaluated_batches(examples: Sequence[Example], transform: Transform, recipe: Recipe) -> DataLoader:
    """Images of a split for evaluation, in their order."""
    return DataLoader(Transformed(examples, transform), batch_size=EVAL_BATCH, num_workers=recipe.workers)


def smoothed_loss(smoothing: float) -> Callable:
    """The loss of classifiers for `train`: cross-entropy with smoothed labels (Szegedy et al. 2016, §7).

    smoothing: 0 to 1. Logged are the cross-entropy without smoothing, in nats, and the accuracy.
    """

    def loss_of(network: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> tuple[torch.Tensor, dict]:
        inputs, labels = batch
        logits = network(inputs.contiguous(memory_format=memory_format(inputs))).float()
        loss = nn.functional.cross_entropy(logits, labels, label_smoothing=smoothing)
        plain = nn.functional.cross_entropy(logits.detach(), labels)
        return loss, {"loss": plain, "accuracy": (logits.argmax(1) == labels).float().mean()}

    return loss_of
