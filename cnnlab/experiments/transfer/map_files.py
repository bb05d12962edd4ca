"""The features of the test photos that other experiments keep, in the order in which they are mapped."""

from __future__ import annotations

import numpy as np

from cnnlab.results import Run

HIDDEN, FEATURES = "hidden.npz", "features.npz"  # of the trainings, and of the frozen network


def hidden_features(name: str, run: Run) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """(features by key of the words, labels) of the test photos of a set: from scratch, frozen, plain, augmented."""
    frozen = np.load(run.needed("transfer_features", FEATURES))
    trained = np.load(run.needed(f"transfer_{name}", HIDDEN))
    found = {
        "alternative_scratch": trained["scratch"],
        "alternative_svm": frozen[f"{name}_resnet50_test"],
        "alternative_plain": trained["plain"],
        "alternative_augmented": trained["augmented"],
    }
    return found, frozen[f"{name}_test_label"].astype(np.int64)
