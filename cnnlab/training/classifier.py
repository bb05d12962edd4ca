"""A classifier of flowers trained and measured: the shape that every result of row A8 has."""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader

from cnnlab.data import flowers
from cnnlab.data.photos import Augmented, Centred, Photo, decode
from cnnlab.evaluation import classification
from cnnlab.evaluation.classification import CalibratedMetrics
from cnnlab.models.weights_torch import parameters
from cnnlab.results import Run
from cnnlab.runtime import autocast
from cnnlab.training.classifier_result import ConfusedPair, Epoch
from cnnlab.training.loop import train
from cnnlab.training.recipe import Recipe

CONFUSED, SHOWN = 10, 160  # pairs of species that are told, side in pixels of their photos
EVAL_BATCH = 16  # photos measured at a time: on a CPU more no longer fit its cache, and are slower


def fine_tuned(network: nn.Module, recipe: Recipe, side: int, eval_size: int, min_area: float, run: Run) -> dict:
    """Train on random crops of `side` pixels; measure at `eval_size` on validation each epoch, at the end on test.

    Objects look larger in a random crop than in the whole photo: measuring with a larger side than that of training
    makes up for it (Touvron et al. 2019). At the end each photo is seen as it is and mirrored, and the logits averaged.
    """
    data = flowers.load(run.data("flowers102"))
    validation = DataLoader(Centred(data.validation, eval_size), batch_size=EVAL_BATCH, num_workers=recipe.workers)
    network, curve = train(
        network,
        smoothed_loss(recipe.smoothing),
        Augmented(data.train, side, min_area=min_area, seed=recipe.seed),
        recipe,
        run.checkpoints,
        device=run.device,
        evaluate=lambda model: on_validation(predict_logits(model, validation), labels_of(data.validation)),
        progress=run.progress,
    )
    measured = []
    begin = time.monotonic()
    for photos, label in ((data.validation, "validation"), (data.test, "test")):
        loader = DataLoader(Centred(photos, eval_size), batch_size=EVAL_BATCH, num_workers=recipe.workers)
        measured.append(predict_logits(network, run.progress(loader, label), mirrored=True))
    spent = time.monotonic() - begin
    told = trained(network, curve, recipe, len(data.train))
    return {**told, "measuring_seconds": spent, "left_out": tuple(data.left_out), **measurement(*measured, data, run)}


def smoothed_loss(smoothing: float):
    """The loss of classifiers, with labels smoothed (Szegedy et al. 2016, §7); logged is the plain cross-entropy."""

    def loss_of(network, batch):
        inputs, labels = batch
        logits = network(inputs.contiguous(memory_format=channels_last(inputs))).float()
        loss = nn.functional.cross_entropy(logits, labels, label_smoothing=smoothing)
        plain = nn.functional.cross_entropy(logits.detach(), labels)
        return loss, {"loss": plain, "accuracy": (logits.argmax(1) == labels).float().mean()}

    return loss_of


def channels_last(batch: torch.Tensor) -> torch.memory_format:
    return torch.channels_last if batch.ndim == 4 else torch.contiguous_format


@torch.inference_mode()
def predict_logits(network: nn.Module, loader, mirrored: bool = False) -> np.ndarray:
    """The logits (n, classes), float32, of a loader's photos in order; mirrored: averaged with the mirror image's."""
    device, out = next(network.parameters()).device, []
    for inputs, _ in loader:
        inputs = inputs.to(device).contiguous(memory_format=channels_last(inputs))
        with autocast(device.type):
            logits = network(inputs).float()
            if mirrored:
                logits = (logits + network(inputs.flip(3)).float()) / 2
        out.append(logits.cpu().numpy())
    return np.concatenate(out)


def labels_of(photos: list[Photo]) -> np.ndarray:
    return np.array([photo.label for photo in photos])


def on_validation(logits: np.ndarray, labels: np.ndarray) -> dict:
    accuracy = float((logits.argmax(axis=1) == labels).mean())
    return {"validation_loss": classification.cross_entropy(logits, labels), "validation_accuracy": accuracy}


def trained(network: nn.Module, curve: list[dict], recipe: Recipe, photos: int) -> dict:
    """What is told of a training. photos_per_second: in the epochs' training parts, the median epoch."""
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


def measurement(validation: np.ndarray, test: np.ndarray, data: flowers.Flowers, run: Run) -> dict:
    """Accuracy, calibration and confusions from the logits of both splits; the temperature is fitted on validation.

    Keeps arrays test_label, test_predicted, test_confidence (scaled by nothing), and a pair of photos for each of the
    most confused pairs of species: a test photo taken for the other species, and a training photo of that species.
    """
    right, tested = labels_of(data.validation), labels_of(data.test)
    temperature = classification.temperature(validation, right)
    chances = classification.softmax(test)
    predicted = test.argmax(axis=1)
    run.array("test_label", tested.astype(np.uint8))
    run.array("test_predicted", predicted.astype(np.uint8))
    run.array("test_confidence", chances.max(axis=1).astype(np.float32))
    scaled = classification.softmax(test / temperature).max(axis=1)
    species, pairs = flowers.names(), []
    for place, (actual, taken_for, count) in enumerate(classification.confused(predicted, tested, CONFUSED), 1):
        pairs.append(ConfusedPair(species[actual], species[taken_for], count, int((tested == actual).sum())))
        if place <= CONFUSED // 2:
            wrong = np.flatnonzero((tested == actual) & (predicted == taken_for))
            surest = wrong[chances[wrong, taken_for].argmax()]
            run.picture(f"confused-{place}-actual", square(data.test[surest]), quality=70)
            example = next(photo for photo in data.train if photo.label == taken_for)
            run.picture(f"confused-{place}-predicted", square(example), quality=70)
    return {
        "temperature": temperature,
        "validation": classification.metrics(validation, right),
        "test": CalibratedMetrics(
            **vars(classification.metrics(test, tested)),
            ece_scaled=classification.calibration_error(test / temperature, tested),
        ),
        "reliability": classification.reliability(chances.max(axis=1), predicted == tested),
        "reliability_scaled": classification.reliability(scaled, predicted == tested),
        "confused": tuple(pairs),
    }


def square(photo: Photo):
    """The largest centred square of a photo, small."""
    picture = decode(photo)
    edge = min(picture.size)
    left, upper = (picture.width - edge) // 2, (picture.height - edge) // 2
    return picture.resize((SHOWN, SHOWN), box=(left, upper, left + edge, upper + edge), reducing_gap=3)
