"""The first pictures of each class of Fashion-MNIST."""

from matplotlib.figure import Figure

from cnnlab.experiments.fashion_data.compute import FashionData
from cnnlab.experiments.small_classifiers.names import class_label
from cnnlab.plots.picture_grid import named_rows
from cnnlab.words import Words


def samples(result: FashionData, *, words: Words, theme: str) -> Figure:
    """A row a class, in the order of the labels."""
    names = [class_label(name, words) for name in result.class_names]
    return named_rows(result.arrays["samples"][:, :, None], names, theme=theme)
