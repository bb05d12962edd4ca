"""Maps of the outputs of a trained network's layers for test pictures. It imports torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from cnnlab.data.pixel_batches import EvaluationBatches, Scaling
from cnnlab.data.pixels import PixelSplits
from cnnlab.evaluation.separation import neighbour_accuracy, neighbour_shares, silhouettes
from cnnlab.experiments.layer_maps.result import MapOptions, MappedLayer, Mixed, Separation
from cnnlab.interpret.embeddings import layer_points, tsne
from cnnlab.results import Run

PIXELS, MIDDLE, LAST = "pixels_layer", "middle_layer", "last_layer"  # keys of the words
PAIRS = 6  # of classes that are kept


def map_fields(
    network: nn.Module,
    layers: tuple[str, str],
    data: PixelSplits,
    options: MapOptions,
    run: Run,
) -> dict[str, Any]:
    """The fields of a LayerMaps of the first test pictures; arrays are kept as it says.

    network: in eval mode, trained on data.train with mean 0 and deviation 1. layers: names of the middle and of the
    last layer, whose outputs are the logits.
    """
    test, class_names = data.test[: options.pictures], data.class_names
    batches = [inputs for inputs, _ in EvaluationBatches(test, Scaling.of(data.train, standardised=True))]
    labels, points = test.labels, layer_points(network, layers, batches)
    pixels = torch.cat(batches).flatten(1).numpy()
    found = {PIXELS: pixels, MIDDLE: points[layers[0]], LAST: points[layers[1]]}
    predicted = found[LAST].argmax(axis=1)
    run.array("label", labels.astype(np.uint8))
    run.array("predicted", predicted.astype(np.uint8))
    mapped, mixed = [], {}
    present = tuple(class_names[label] for label in np.unique(labels))  # of the rows of shares
    for (key, values), name in zip(found.items(), ("", *layers), strict=True):
        shares = neighbour_shares(values, labels, options.neighbours)
        run.array(f"{key}_shares", shares.astype(np.float32))
        mixed[key] = most_mixed(shares, present)
        separations = []
        for seed in run.progress(options.seeds, f"t-SNE of {key}"):
            run.seed(seed)
            flat = tsne(values, seed=seed, perplexity=options.perplexity)
            run.array(f"{key}_map_{seed}", flat.astype(np.float16))
            separations.append(separation(flat, labels, options.neighbours))
        whole = separation(values, labels, options.neighbours)
        mapped.append(MappedLayer(key, name, values.shape[1], whole, tuple(separations)))
    return {
        "pictures": len(labels),
        "class_names": class_names,
        "accuracy": float((predicted == labels).mean()),
        "layers": tuple(mapped),
        "mixed": mixed[LAST],
        "mixed_middle": mixed[MIDDLE],
    }


def separation(points: np.ndarray, labels: np.ndarray, neighbours: int) -> Separation:
    """How far the classes of points (n, d) lie apart."""
    return Separation(neighbour_accuracy(points, labels, neighbours), float(silhouettes(points, labels).mean()))


def most_mixed(shares: np.ndarray, class_names: tuple[str, ...]) -> tuple[Mixed, ...]:
    """The PAIRS pairs of different classes of the largest shares (classes, classes), largest first, or all."""
    others = np.where(np.eye(len(shares), dtype=bool), -1, shares)
    order = np.argsort(-others, axis=None, kind="stable")[: min(PAIRS, others.size - len(others))]
    places = zip(*np.unravel_index(order, shares.shape), strict=True)
    return tuple(Mixed(class_names[a], class_names[b], float(shares[a, b])) for a, b in places)
