"""Features of the last layer before a network's head, for photos in their order. It imports torch."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral

import numpy as np
from torch import nn
from torch.utils.data import DataLoader

from cnnlab.data.augment import Transform, Transformed
from cnnlab.data.labelled import Example
from cnnlab.errors import OptionError
from cnnlab.results import Run
from cnnlab.training.classifier import EVAL_BATCH
from cnnlab.training.linear_probe import extract_pooled


def last_features(
    network: nn.Module, layer: str, photos: Sequence[Example], transform: Transform, run: Run, label: str
) -> np.ndarray:
    """(n, channels), float32: the mean of each channel of a layer, which the head of a ResNet reads.

    transform: of the photos; label: of the progress.

    Raises: DataError for a photo that is no whole picture; OptionError for what is no list of photos with numbers as
    their labels, and for a layer that gives no maps.
    """
    for each in photos if isinstance(photos, Sequence) else [photos]:
        label_of = getattr(each, "label", None)
        if not isinstance(label_of, Integral):
            what = f"photos: a {type(each).__name__} with label {label_of!r}"
            raise OptionError(what, allowed="a list of Photo(content, label, number, source), labels 0 and 1")
    batches = DataLoader(Transformed(photos, transform), batch_size=EVAL_BATCH)
    pooled = extract_pooled(network, (layer,), run.progress(batches, label)).numpy()
    return pooled[:, : pooled.shape[1] // 2]  # means, then maxima
