"""Figures of every small network: learning curves, confusion matrix, misread pictures."""

from matplotlib.figure import Figure

from cnnlab.experiments.small_classifiers.confusions import matrix
from cnnlab.experiments.small_classifiers.names import class_label
from cnnlab.experiments.small_classifiers.result import SmallClassifier
from cnnlab.plots import confusion
from cnnlab.plots.learning_curves import learning_curves
from cnnlab.plots.picture_grid import captioned
from cnnlab.words import Words

CURVES = ("fitted", "validation", "test")
NAMES = {"train": "while_training", "fitted": "train", "validation": "held_out", "test": "test"}


def curves(
    result: SmallClassifier, *, words: Words, theme: str, splits: tuple[str, ...] = CURVES, least: float | None = None
) -> Figure:
    """Loss and accuracy by epoch on training, held-out and test pictures: mean over the seeds and range.

    splits: of CURVES, or "train", which is measured while the network changes. least: the lowest accuracy drawn; None:
    0.8, or 0 where a curve ends below that.
    """
    panels = {
        quantity: {NAMES[split]: result.curves(f"{split}_{quantity}") for split in splits}
        for quantity in ("loss", "accuracy")
    }
    if least is None:
        least = 0.8 if min(each[:, -1].min() for each in panels["accuracy"].values()) > 0.8 else 0.0
    return learning_curves(panels, words=words, theme=theme, least=least)


def confusions(result: SmallClassifier, *, words: Words, theme: str) -> Figure:
    """The confusion matrix of the first seed's network on the test pictures."""
    names = [class_label(name, words) for name in result.class_names]
    return confusion.confusion(matrix(result), names, words=words, theme=theme)


def misread(result: SmallClassifier, *, words: Words, theme: str, count: int = 10) -> Figure:
    """The first misread pictures that were kept: what each is, and for what it was taken with which probability."""
    images, places = result.arrays["misread"][:count], result.arrays["misread_place"][:count]
    label, predicted = result.arrays["test_label"], result.arrays["test_predicted"][0]
    confidence = result.arrays["test_confidence"][0]
    captions = [
        f"{class_label(result.class_names[label[place]], words)}\n→ "
        f"{class_label(result.class_names[predicted[place]], words)}, {words.percent(float(confidence[place]), 1)}"
        for place in places
    ]
    return captioned(images, captions, theme=theme)
