"""t-SNE's maps of the test photos of a set by four ways of training, and the best straight line in each.

It imports torch, by way of what computes the maps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.evaluation.straight_line import best_line
from cnnlab.experiments.layer_maps.maps import separation
from cnnlab.experiments.layer_maps.result import MappedLayer
from cnnlab.experiments.transfer.map_result import Line, MapOptions
from cnnlab.interpret.embeddings import tsne
from cnnlab.results import Run


def map_fields(
    features: Mapping[str, np.ndarray], labels: np.ndarray, class_names: tuple[str, ...], options: MapOptions, run: Run
) -> dict[str, Any]:
    """The fields of a TransferMaps; its arrays are kept. features: (n, d) by key of the words; labels: (n,), 0 or 1."""
    run.array("label", labels.astype(np.uint8))
    mapped, lines = [], []
    for key, values in features.items():
        values = values.astype(np.float32)
        separations, errors = [], []
        for seed in run.progress(options.seeds, f"t-SNE of {key}"):
            run.seed(seed)
            flat = tsne(values, seed=seed, perplexity=options.perplexity).astype(np.float16)
            run.array(f"{key}_map_{seed}", flat)
            separations.append(separation(flat, labels, options.neighbours))
            line = best_line(flat, labels)
            run.array(f"{key}_line_{seed}", np.array([*line.normal, line.offset]))
            errors.append(line.errors)
        whole = separation(values, labels, options.neighbours)
        mapped.append(MappedLayer(key, "", values.shape[1], whole, tuple(separations)))
        chance = np.random.default_rng(options.seeds[0])
        shuffled = tuple(best_line(flat, chance.permutation(labels)).errors for _ in range(options.shuffles))
        lines.append(Line(key, tuple(errors), shuffled))
    return {"pictures": len(labels), "class_names": class_names, "layers": tuple(mapped), "lines": tuple(lines)}
