"""A linear probe in closed form: ridges on stored features of a frozen network, at several sizes of the photos."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader

from cnnlab import paths
from cnnlab.data.augment import Transformed, centre_crop
from cnnlab.data.labelled import Example
from cnnlab.errors import OptionError
from cnnlab.models.folding import folded
from cnnlab.models.hooks import outputs
from cnnlab.results import Run
from cnnlab.training.classifier import EVAL_BATCH
from cnnlab.training.classifier_metrics import labels_of
from cnnlab.training.linear_probe import extract_pooled
from cnnlab.training.ridge import Ridge, ridges
from cnnlab.training.ridge_settings import Extraction, FeatureSet, Grid, Setting, Trial


@dataclass(frozen=True)
class Stored:
    """features: by size (2, n, d), of the photos and of their mirror images; labels (n,); what each size took."""

    features: Mapping[int, np.ndarray]
    labels: np.ndarray
    extractions: tuple[Extraction, ...]


@dataclass(frozen=True)
class Pooled:
    """Pooled features of the named layers of a frozen network, and how many channels each layer has."""

    network: nn.Module
    layers: tuple[str, ...]
    channels: tuple[int, ...]

    def extract(
        self, examples: Sequence[Example], split: str, size: int, run: Run, workers: int = 0
    ) -> tuple[np.ndarray, Extraction]:
        """(2, n, features), float16: of the centred squares of `size` pixels of the photos, and of their mirror images.

        Kept among the run's checkpoints: a run that goes on reads them there, and the seconds that they took.

        Raises: DataError for a photo that is no whole picture.
        """
        path = run.checkpoints / f"features-{split}-{size}.npz"
        if path.is_file():
            with np.load(path) as kept:
                return kept["features"], Extraction(split, size, 2 * len(examples), float(kept["seconds"]))
        begin, views = time.monotonic(), []
        for mirrored in (False, True):
            images = Transformed(examples, centre_crop(size))
            batches = run.progress(
                DataLoader(images, batch_size=EVAL_BATCH, num_workers=workers), f"{split}, {size} pixels"
            )
            views.append(extract_pooled(self.network, self.layers, batches, mirrored).numpy().astype(np.float16))
        features, seconds = np.stack(views), time.monotonic() - begin
        buffer = io.BytesIO()
        np.savez(buffer, features=features, seconds=seconds)
        paths.write_atomically(path, buffer.getvalue())
        return features, Extraction(split, size, 2 * len(examples), seconds)

    def blocks(self, chosen: FeatureSet) -> list[np.ndarray]:
        """The places, among all features, of those of a feature set: of each layer the means, then the maxima.

        Raises: OptionError for no layer, for one that was not extracted, or one that is named twice.
        """
        unknown = [each for each in chosen.layers if each not in self.layers]
        if unknown or not chosen.layers or len(set(chosen.layers)) < len(chosen.layers):
            what = f"layers {tuple(chosen.layers)} of a feature set"
            raise OptionError(what, allowed=f"one or more of {', '.join(self.layers)}, each once")
        starts = np.cumsum([0, *(2 * count for count in self.channels)])
        places = []
        for at in map(self.layers.index, chosen.layers):
            for part in range(2 if chosen.maxima else 1):
                first = starts[at] + part * self.channels[at]
                places.append(np.arange(first, first + self.channels[at]))
        return places

    def scales(self, features: np.ndarray, chosen: FeatureSet) -> np.ndarray | None:
        """(chosen features,): the factors that balance the blocks of `design`ed features (n, d); None for no balance.

        A block that does not vary keeps its scale.
        """
        if not chosen.balanced:
            return None
        sizes = [len(block) for block in self.blocks(chosen)]
        variances = np.add.reduceat(features.var(axis=0), np.cumsum([0, *sizes[:-1]]))
        return np.repeat(1 / np.sqrt(np.where(variances > 0, variances, 1)), sizes)

    def design(self, stored: np.ndarray, chosen: FeatureSet) -> np.ndarray:
        """(2, n, features) stored -> (2, n, chosen features), float32."""
        values = stored[:, :, np.concatenate(self.blocks(chosen))].astype(np.float32)
        return np.sqrt(np.maximum(values, 0)) if chosen.root else values


def pooled(network: nn.Module, layers: Sequence[str], run: Run) -> Pooled:
    """A copy of the network on the run's device, its normalisations folded, and the channels of its layers.

    Raises: OptionError for a layer that does not exist.
    """
    network = folded(network).to(run.device).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        found = outputs(network, layers, torch.zeros(1, 3, 64, 64, device=run.device))
    return Pooled(network, tuple(layers), tuple(each.shape[1] for each in found.values()))


def stored(
    source: Pooled, examples: Sequence[Example], split: str, sizes: Iterable[int], run: Run, workers: int = 0
) -> Stored:
    """The features of a split at each size, as `Pooled.extract` gives them."""
    found = {size: source.extract(examples, split, size, run, workers) for size in sizes}
    features = {size: each for size, (each, _) in found.items()}
    return Stored(features, labels_of(examples), tuple(took for _, took in found.values()))


def fitted(
    source: Pooled, train: Stored, size: int, classes: int, chosen: FeatureSet, penalties: Sequence[float]
) -> Iterable[Ridge]:
    """A ridge for each penalty, on training photos and their mirror images alike."""
    features = source.design(train.features[size], chosen)
    features = features.reshape(-1, features.shape[2])
    return ridges(features, np.tile(train.labels, 2), classes, penalties, source.scales(features, chosen))


def mean_logits(source: Pooled, head: Ridge, features: np.ndarray, chosen: FeatureSet) -> np.ndarray:
    """(n, classes), float32: the mean of the logits of photo and mirror image, of features stored (2, n, …)."""
    return np.asarray(
        np.mean([head.logits(view) for view in source.design(features, chosen)], axis=0, dtype=np.float32)
    )


def search(
    source: Pooled,
    train: Stored,
    validation: Stored,
    classes: int,
    grid: Grid,
    progress: Callable = lambda items, label: items,
) -> tuple[Trial, ...]:
    """Every setting of the grid, fitted on training photos, measured on validation photos.

    Raises: OptionError for a grid without a setting, for a size without features, and where there is no photo.
    """
    if not grid.sets or not grid.sizes or not grid.penalties:
        counts = f"{len(grid.sets)} feature sets, {len(grid.sizes)} groups of sizes, {len(grid.penalties)} penalties"
        raise OptionError(f"a grid of {counts}", allowed="one or more of each")
    for group in grid.sizes:
        check_sizes(group, train, validation)
    trials = []
    for chosen in progress(grid.sets, "feature sets"):
        logits = {}
        for size in grid.all_sizes:
            heads = fitted(source, train, size, classes, chosen, grid.penalties)
            for penalty, head in zip(grid.penalties, heads, strict=True):
                logits[size, penalty] = mean_logits(source, head, validation.features[size], chosen)
        for group in grid.sizes:
            for penalty in grid.penalties:
                found = np.mean([logits[size, penalty] for size in group], axis=0)
                accuracy = float((found.argmax(axis=1) == validation.labels).mean())
                count = sum(map(len, source.blocks(chosen))) * len(group)
                trials.append(Trial(Setting(chosen, group, penalty), count, accuracy))
    return tuple(trials)


def setting_logits(source: Pooled, train: Stored, evaluated: Stored, classes: int, setting: Setting) -> np.ndarray:
    """(n, classes), float32: logits of a setting, fitted on training photos; their mean over its sizes.

    Raises: OptionError for no size, or one without features.
    """
    check_sizes(setting.sizes, train, evaluated)
    each = []
    for size in setting.sizes:
        (head,) = fitted(source, train, size, classes, setting.features, [setting.penalty])
        each.append(mean_logits(source, head, evaluated.features[size], setting.features))
    return np.asarray(np.mean(each, axis=0, dtype=np.float32))


def check_sizes(sizes: Sequence[int], *splits: Stored) -> None:
    """Raise OptionError for no size, and for one of which a split has no features, or of another number of photos."""
    for split in splits:
        if not sizes or not set(sizes) <= set(split.features):
            raise OptionError(f"sizes={tuple(sizes)}", allowed=f"one or more of {', '.join(map(str, split.features))}")
        for size in sizes:
            count = split.features[size].shape[1]
            if not count or count != len(split.labels):
                what = f"features of {count} photos of {size} pixels, {len(split.labels)} labels"
                raise OptionError(what, allowed="as many labels as photos, one or more")
