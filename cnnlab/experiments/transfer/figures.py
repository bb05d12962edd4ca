"""Figures of the trainings on a set of photos, and of the maps of its test photos.

Chapter: l5-transferencia.
"""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from cnnlab.experiments.small_classifiers.names import class_label
from cnnlab.experiments.transfer.map_result import TransferMaps
from cnnlab.experiments.transfer.result import Trainings
from cnnlab.plots.learning_curves import learning_curves
from cnnlab.plots.picture_grid import captioned
from cnnlab.plots.point_maps import point_maps
from cnnlab.words import Words

NAMES = {"train": "while_training", "validation": "held_out"}  # of the curves, keys of the words


def curves(result: Trainings, *, words: Words, theme: str, alternative: str = "plain") -> Figure:
    """Loss and accuracy of an alternative by epoch, while training and in the photos held out: mean over the seeds and
    range.
    """
    panels = {
        quantity: {name: result.curves(alternative, f"{split}_{quantity}") for split, name in NAMES.items()}
        for quantity in ("loss", "accuracy")
    }
    return learning_curves(panels, words=words, theme=theme, least=0.5)


def maps(result: TransferMaps, *, words: Words, theme: str, place: int = 0) -> Figure:
    """The maps of one seed of t-SNE, the first by default, by four ways of training; a point is a test photo. Drawn is
    the straight line of fewest errors, and in the title is their number.
    """
    seed = result.options.seeds[place]
    keys = [each.key for each in result.layers]
    panels = {
        f"{titled(words(line.key))}: {words.integer(line.errors[place])}": result.arrays[
            f"{line.key}_map_{seed}"
        ].astype(np.float32)
        for line in result.lines
    }
    lines = [result.arrays[f"{key}_line_{seed}"] for key in keys]
    names = [class_label(name, words) for name in result.class_names]
    return point_maps(panels, result.arrays["label"], names, theme=theme, lines=lines, size=8)


def titled(name: str) -> str:
    """A name with a capital at its beginning; other capitals stay."""
    return name[:1].upper() + name[1:]


def misread(result: Trainings, *, words: Words, theme: str, count: int = 10) -> Figure:
    """The test photos that the first seed's network, fine-tuned with augmentation, classifies wrongly, with the class
    that it says and its probability.
    """
    images, places = result.arrays["misread"][:count], result.arrays["misread_place"][:count]
    label, confidence = result.arrays["test_label"], result.arrays["misread_confidence"]
    captions = [
        f"{class_label(result.class_names[label[place]], words)}\n→ "
        f"{class_label(result.class_names[1 - label[place]], words)}, {words.percent(float(each), 1)}"
        for place, each in zip(places, confidence, strict=False)
    ]
    return captioned(images, captions, theme=theme)
