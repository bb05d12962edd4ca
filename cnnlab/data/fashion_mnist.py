"""Fashion-MNIST (Xiao et al. 2017): pictures of clothes in the format of MNIST, from the official files."""

from __future__ import annotations

from pathlib import Path

from cnnlab.data import idx
from cnnlab.data.pixels import Pixels, PixelSplits, held_out_splits

CLASS_NAMES = (  # as its authors name them, by label
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)


def splits(folder: Path, held_out: int = 5000) -> PixelSplits:
    """The data set; validation are the last `held_out` of its 60,000 training pictures.

    Pictures are (n, 1, 28, 28), uint8, 0 the background. folder: of the catalogue's `fashion_mnist`.

    Raises: DataError where a file is missing or damaged.
    """
    read = (idx.labelled_images(folder, split) for split in idx.SPLITS)
    train, test = (Pixels(images[:, None], labels, len(CLASS_NAMES)) for images, labels in read)
    return held_out_splits(train, test, held_out, CLASS_NAMES)
