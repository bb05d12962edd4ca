"""Small networks trained and evaluated with several seeds. It imports torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from torch import nn

from cnnlab.data.pixel_batches import EvaluationBatches, PixelBatches, Scaling, whole
from cnnlab.data.pixels import Pixels, PixelSplits
from cnnlab.evaluation import classification
from cnnlab.experiments.small_classifiers.options import SmallOptions
from cnnlab.experiments.small_classifiers.result import SeedRun, SmallEpoch
from cnnlab.models.weights_torch import parameters
from cnnlab.results import Run
from cnnlab.training.classifier import smoothed_loss
from cnnlab.training.classifier_metrics import predict_logits
from cnnlab.training.loop import train


def train_seeds(
    build: Callable[[], nn.Module], data: PixelSplits, options: SmallOptions, run: Run
) -> tuple[dict[str, Any], list[nn.Module]]:
    """Train a network once for each seed: the fields of a SmallClassifier but for its name, and the trained networks.

    build: makes the network with random weights; it takes pictures (n, c, h, w) to logits (n, classes). The arrays of
    SmallClassifier are kept.

    Raises: what `train` raises.
    """
    scaling = Scaling.of(data.train, options.standardised)
    networks, runs, logits = [], [], []
    for seed in options.seeds:
        network, curve = train_seed(build, data, scaling, options, seed, run)
        validation, test = (
            predict_logits(network, EvaluationBatches(split, scaling)) for split in (data.validation, data.test)
        )
        metrics = (classification.metrics(a, s.labels) for a, s in ((validation, data.validation), (test, data.test)))
        runs.append(SeedRun(seed, tuple(SmallEpoch(**row) for row in curve), *metrics))
        networks.append(network)
        logits.append(test)
    keep_predictions(np.stack(logits), data.test, options.misread, run)
    fields = {
        "parameters": parameters(networks[0]),
        "pictures": len(data.train),
        "held_out": len(data.validation),
        "tested": len(data.test),
        "class_names": data.class_names,
        "runs": tuple(runs),
    }
    return fields, networks


def train_seed(
    build: Callable[[], nn.Module],
    data: PixelSplits,
    scaling: Scaling,
    options: SmallOptions,
    seed: int,
    run: Run,
    *,
    name: str = "seed",
) -> tuple[nn.Module, list[dict]]:
    """The network trained with one seed, in eval mode, and its learning curve.

    Each epoch is evaluated on training pictures, on those held out and on the test pictures. name: of the folder of its
    checkpoints, beside the seed.
    """
    run.seed(seed)
    fitted = data.train[: options.fitted] if options.fitted else data.train
    splits = {"fitted": fitted, "validation": data.validation, "test": data.test}
    folder = run.checkpoints / f"{name}-{seed}"
    folder.mkdir(exist_ok=True)
    return train(
        build(),
        smoothed_loss(options.recipe.smoothing),
        PixelBatches(data.train, scaling, options.distortion, seed=seed),
        replace(options.recipe, seed=seed),
        folder,
        device=run.device,
        evaluate=lambda network: evaluated(network, splits, scaling),
        progress=run.progress,
        collate=whole,
    )


def evaluated(network: nn.Module, splits: dict[str, Pixels], scaling: Scaling) -> dict[str, float]:
    """What the learning curve says of a network in eval mode: loss and accuracy on each split."""
    row = {}
    for name, pixels in splits.items():
        logits = predict_logits(network, EvaluationBatches(pixels, scaling))
        row[f"{name}_loss"] = classification.cross_entropy(logits, pixels.labels)
        row[f"{name}_accuracy"] = float((logits.argmax(axis=1) == pixels.labels).mean())
    return row


def keep_predictions(logits: np.ndarray, test: Pixels, misread: int, run: Run) -> None:
    """Keep the arrays of a SmallClassifier. logits: (seeds, n, classes) of the test pictures."""
    predicted = logits.argmax(axis=2)
    confidence = np.stack([classification.softmax(each).max(axis=1) for each in logits])
    wrong = np.flatnonzero(predicted[0] != test.labels)
    surest = wrong[np.argsort(-confidence[0, wrong], kind="stable")][:misread]
    run.array("test_label", test.labels.astype(np.uint8))
    run.array("test_predicted", predicted.astype(np.uint8))
    run.array("test_confidence", confidence.astype(np.float32))
    run.array("misread", test.images[surest])
    run.array("misread_place", surest.astype(np.int32))
