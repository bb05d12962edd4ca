"""Logits of several classifiers of the same photos, summed with weights chosen on validation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from cnnlab.data.flowers import Flowers
from cnnlab.errors import DataError
from cnnlab.evaluation import classification

Logits = Mapping[str, np.ndarray]


def frozen_logits(path: Path, data: Flowers) -> dict[str, np.ndarray]:
    """Logits (n, classes) of `flowers_probes` for "validation" and "test", from its file.

    Raises: DataError where they are of other photos than those of `data`.
    """
    found = {}
    with np.load(path) as kept:
        for split in ("validation", "test"):
            numbers = [photo.number for photo in getattr(data, split)]  # type: ignore[attr-defined]
            if kept[f"{split}_number"].tolist() != numbers:
                raise DataError(
                    f"the {split} logits of flowers_probes are of other photos", remedy="cnnlab run flowers_probes"
                )
            found[split] = kept[f"{split}_logits"].astype(np.float32)
    return found


def best_weights(logits: Logits, labels: np.ndarray, steps: int) -> tuple[dict[str, float], dict[str, float]]:
    """Weights of the sum, and the temperature of each part, both of validation: logits (n, classes), labels (n,).

    Weights are multiples of 1 / steps that add up to 1. Those of the highest accuracy are taken; among equals those of
    the lowest cross-entropy.
    """
    temperatures = {name: classification.temperature(each, labels) for name, each in logits.items()}

    def quality(weights: dict[str, float]) -> tuple[float, float]:
        found = summed(logits, weights, temperatures)
        return float((found.argmax(axis=1) == labels).mean()), -classification.cross_entropy(found, labels)

    shares = ([count / steps for count in counts] for counts in compositions(steps, len(logits)))
    return max((dict(zip(logits, each, strict=True)) for each in shares), key=quality), temperatures


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write `total` as a sum of `parts` integers from 0, in order."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def summed(logits: Logits, weights: Mapping[str, float], temperatures: Mapping[str, float]) -> np.ndarray:
    """(n, classes), float32: Σ weight · logits / temperature over the parts."""
    each = [weights[name] * logits[name] / temperatures[name] for name in logits]
    return np.asarray(np.sum(each, axis=0, dtype=np.float32))
