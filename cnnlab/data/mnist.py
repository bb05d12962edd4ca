"""The digits of MNIST (LeCun et al. 1998), from the official files: gzip as published, xz in the compact variant."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cnnlab.data import idx
from cnnlab.data.pixels import Pixels, PixelSplits, held_out_splits

CLASS_NAMES = tuple("0123456789")


def load(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, 28, 28), uint8, 0 (paper) to 255 (ink), and their digits (n,), uint8; split: "train" or "test".

    Raises: DataError where a file is missing or damaged.
    """
    return idx.labelled_images(folder, split)


def splits(folder: Path, held_out: int = 5000) -> PixelSplits:
    """The data set; validation are the last `held_out` of its 60,000 training digits. Raises as `load` does."""
    train, test = (Pixels(images[:, None], labels, 10) for images, labels in (load(folder, s) for s in idx.SPLITS))
    return held_out_splits(train, test, held_out, CLASS_NAMES)
