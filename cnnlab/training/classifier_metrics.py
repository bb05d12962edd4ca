"""Metrics of a trained classifier, and the examples of its errors that are kept with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from cnnlab.data.labelled import Example, LabelledSplits
from cnnlab.errors import OptionError
from cnnlab.evaluation import classification
from cnnlab.evaluation.classification import CalibratedMetrics
from cnnlab.models.hooks import evaluating
from cnnlab.models.weights_torch import parameters
from cnnlab.results import Run
from cnnlab.runtime import autocast
from cnnlab.training.classifier_result import ConfusedPair, Epoch
from cnnlab.training.recipe import Recipe

CONFUSED_PAIRS = 10  # of classes, that are kept
PICTURED_PAIRS = 5  # of those, the ones of which two photos are kept
THUMBNAIL = 160  # pixels, side of such a photo


@torch.inference_mode()
def predict_logits(
    network: nn.Module, batches: Iterable[tuple[torch.Tensor, Any]], mirrored: bool = False
) -> np.ndarray:
    """The logits (n, classes), float32, of all examples in their order.

    network: is run in eval mode. batches: (inputs, labels, which are not used), as a DataLoader gives them. mirrored:
    the logits are averaged with those of the mirror images; inputs are then (b, 3, h, w). OptionError for no
    batch.
    """
    device, out = next(network.parameters()).device, []
    with evaluating(network):
        for inputs, _ in batches:
            inputs = inputs.to(device).contiguous(memory_format=memory_format(inputs))
            with autocast(device.type):
                logits = network(inputs).float()
                if mirrored:
                    logits = (logits + network(inputs.flip(3)).float()) / 2
            out.append(logits.cpu().numpy())
    if not out:
        raise OptionError("no batch of examples", allowed="one or more")
    return np.concatenate(out)


def memory_format(batch: torch.Tensor) -> torch.memory_format:
    """That in which a batch is computed: images (b, c, h, w) channels-last."""
    return torch.channels_last if batch.ndim == 4 else torch.contiguous_format


def labels_of(examples: Sequence[Example]) -> np.ndarray:
    """The labels (n,), int64."""
    return np.array([example.label for example in examples])


def validation_row(logits: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """What the learning curve says of the validation after an epoch."""
    accuracy = float((logits.argmax(axis=1) == labels).mean())
    return {"validation_loss": classification.cross_entropy(logits, labels), "validation_accuracy": accuracy}


def training_fields(network: nn.Module, curve: list[dict], recipe: Recipe, photos: int) -> dict[str, Any]:
    """The fields of a TrainedClassifier that describe its training. photos_per_second: of the median epoch."""
    seconds = float(np.median([row["train_seconds"] for row in curve]))
    return {
        "parameters": parameters(network),
        "trained_parameters": parameters(network, trained=True),
        "photos": photos,
        "epochs": recipe.epochs,
        "curve": tuple(Epoch(**row) for row in curve),
        "training_seconds": sum(row["seconds"] for row in curve),
        "photos_per_second": photos // recipe.batch * recipe.batch / seconds,
    }


def evaluation_fields(
    validation: np.ndarray, test: np.ndarray, data: LabelledSplits, run: Run, pairs: int = CONFUSED_PAIRS
) -> dict[str, Any]:
    """The fields of a TrainedClassifier that describe its evaluation; the temperature is fitted on validation.

    validation, test: logits (n, classes) of the splits of `data`. pairs: how many pairs of classes are kept. Arrays
    that are kept: test_label, test_predicted, test_confidence (of the logits as they are). Pictures: those of
    `keep_examples`.
    """
    validation_labels, test_labels = labels_of(data.validation), labels_of(data.test)
    temperature = classification.temperature(validation, validation_labels)
    probabilities = classification.softmax(test)
    predicted, confidence = test.argmax(axis=1), probabilities.max(axis=1)
    integers = np.min_scalar_type(len(data.class_names) - 1)
    run.array("test_label", test_labels.astype(integers))
    run.array("test_predicted", predicted.astype(integers))
    run.array("test_confidence", confidence.astype(np.float32))
    confused = classification.confused(predicted, test_labels, pairs)
    keep_examples(confused[:PICTURED_PAIRS], predicted, probabilities, data, run)
    scaled = classification.softmax(test / temperature).max(axis=1)
    names = data.class_names
    return {
        "temperature": temperature,
        "validation": classification.metrics(validation, validation_labels),
        "test": CalibratedMetrics(
            **vars(classification.metrics(test, test_labels)),
            ece_scaled=classification.calibration_error(test / temperature, test_labels),
        ),
        "reliability": classification.reliability(confidence, predicted == test_labels),
        "reliability_scaled": classification.reliability(scaled, predicted == test_labels),
        "confused": tuple(
            ConfusedPair(names[actual], names[other], count, int((test_labels == actual).sum()))
            for actual, other, count in confused
        ),
    }


def keep_examples(
    confused: Iterable[tuple[int, int, int]],
    predicted: np.ndarray,
    probabilities: np.ndarray,
    data: LabelledSplits,
    run: Run,
) -> None:
    """Keep two photos of each confused pair, K from 1.

    `confused-K-actual`: the misclassified test photo whose predicted class has the highest probability;
    `confused-K-predicted`: the first training photo of that class, where there is one. predicted (n,), probabilities
    (n, classes): of the test photos.
    """
    labels = labels_of(data.test)
    for place, (actual, other, _) in enumerate(confused, 1):
        errors = np.flatnonzero((labels == actual) & (predicted == other))
        most_confident = errors[probabilities[errors, other].argmax()]
        run.picture(f"confused-{place}-actual", thumbnail(data.test[most_confident]), quality=70)
        for example in [example for example in data.train if example.label == other][:1]:
            run.picture(f"confused-{place}-predicted", thumbnail(example), quality=70)


def thumbnail(example: Example) -> Image.Image:
    """The largest centred square of an image, THUMBNAIL × THUMBNAIL pixels."""
    picture = example.picture()
    edge = min(picture.size)
    left, upper = (picture.width - edge) // 2, (picture.height - edge) // 2
    box = (left, upper, left + edge, upper + edge)
    return picture.resize((THUMBNAIL, THUMBNAIL), box=box, reducing_gap=3)
