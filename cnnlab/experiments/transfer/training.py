"""Networks trained on a set of photos in several ways, with several seeds. It imports torch.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from torch import nn
from torchvision.models import resnet18

from cnnlab.data.augment import Augmented, augmentation, centre_crop
from cnnlab.data.labelled import LabelledSplits
from cnnlab.evaluation import classification
from cnnlab.experiments.transfer.features import last_features
from cnnlab.experiments.transfer.options import Alternative, TrainingOptions
from cnnlab.experiments.transfer.result import Training
from cnnlab.models.heads import replace_head
from cnnlab.models.pretrained import resnet50
from cnnlab.models.weights_torch import parameters
from cnnlab.results import Run
from cnnlab.training.classifier import evaluated_batches, fit
from cnnlab.training.classifier_metrics import labels_of, predict_logits, thumbnail
from cnnlab.training.classifier_result import Epoch

LAST_STAGE = "layer4"  # of every ResNet; what its head reads are the means of its channels
HIDDEN = "hidden.npz"  # the file of the features of the test photos, by alternative


def trained_alternatives(data: LabelledSplits, options: TrainingOptions, run: Run) -> dict[str, Any]:
    """Train each alternative with each seed: the fields of a Trainings but for its variant; its arrays are kept.

    Kept outside of git: for each alternative the features of the test photos, of the first seed's network, (n, d).

    Raises: what `fit` raises.
    """
    trainings, logits, hidden, sizes = [], {}, {}, {}
    for seed in options.seeds:
        for name, how in options.alternatives:
            network, curve = trained(name, seed, how, data, run)
            crop = centre_crop(how.eval_size)
            found = [
                predict_logits(network, evaluated_batches(s, crop, how.recipe)) for s in (data.validation, data.test)
            ]
            metrics = (
                classification.metrics(each, labels_of(split))
                for each, split in zip(found, (data.validation, data.test), strict=True)
            )
            trainings.append(Training(name, seed, tuple(Epoch(**row) for row in curve), *metrics))
            logits[name, seed] = found[1]
            sizes[name] = parameters(network), parameters(network, trained=True)
            if seed == options.seeds[0]:
                hidden[name] = last_features(network, LAST_STAGE, data.test, crop, run, "features").astype(np.float16)
    run.keep(HIDDEN, lambda path: np.savez(path, allow_pickle=False, **hidden))
    keep_predictions(logits, data, options, run)
    return {
        "photos": len(data.train),
        "held_out": len(data.validation),
        "tested": len(data.test),
        "class_names": data.class_names,
        "parameters": {name: count for name, (count, _) in sizes.items()},
        "trained_parameters": {name: count for name, (_, count) in sizes.items()},
        "trainings": tuple(trainings),
    }


def trained(name: str, seed: int, how: Alternative, data: LabelledSplits, run: Run) -> tuple[nn.Module, list[dict]]:
    """A network trained on data.train, in eval mode, and its learning curve; no test photo is opened.

    name: of the folder of its checkpoints, beside the seed.
    """
    run.seed(seed)
    recipe = replace(how.recipe, seed=seed)
    classes = len(data.class_names)
    if how.pretrained:
        network: nn.Module = replace_head(resnet50(run.weights("resnet50_keras")), classes)
    else:
        network = resnet18(weights=None, num_classes=classes)
    transform = augmentation(how.side, how.min_area) if how.augmented else centre_crop(how.side)
    examples = Augmented(data.train, transform, seed=seed, shorter=round(how.side / how.min_area**0.5))
    return fit(
        network, data, examples, centre_crop(how.eval_size), recipe, run, folder=run.checkpoints / f"{name}-{seed}"
    )


def keep_predictions(
    logits: dict[tuple[str, int], np.ndarray], data: LabelledSplits, options: TrainingOptions, run: Run
) -> None:
    """Keep the arrays of a Trainings. logits: (n, classes) of the test photos, by alternative and seed."""
    labels = labels_of(data.test)
    run.array("test_label", labels.astype(np.uint8))
    for name, _ in options.alternatives:
        predicted = np.stack([logits[name, seed].argmax(axis=1) for seed in options.seeds])
        run.array(f"{name}_predicted", predicted.astype(np.uint8))
    last = logits[options.alternatives[-1][0], options.seeds[0]]
    confidence = classification.softmax(last).max(axis=1)
    wrong = np.flatnonzero(last.argmax(axis=1) != labels)
    surest = wrong[np.argsort(-confidence[wrong], kind="stable")][: options.misread]
    side = options.thumbnail
    photos = [np.moveaxis(np.asarray(thumbnail(data.test[place]).resize((side, side))), 2, 0) for place in surest]
    run.array("misread", np.stack(photos) if photos else np.zeros((0, 3, side, side), np.uint8))
    run.array("misread_place", surest.astype(np.int32))
    run.array("misread_confidence", confidence[surest].astype(np.float32))
