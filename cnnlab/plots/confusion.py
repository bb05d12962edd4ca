"""A confusion matrix: how many images of each class were taken for each class."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from cnnlab.errors import OptionError
from cnnlab.look import contrast, inks
from cnnlab.plots.style import inches, ramp
from cnnlab.words import Words

STEPS = 64  # of colour


def confusion(counts: np.ndarray, names: Sequence[str], *, words: Words, theme: str) -> Figure:
    """The counts (classes, classes), actual class by row; the errors are coloured by how many, the diagonal is not.

    names: of the classes. What did not occur has no number. Raises OptionError for anything but counts, such as shares,
    and for another number of names.
    """
    counts = np.asarray(counts)
    if counts.dtype.kind not in "iu" or counts.shape != (len(names),) * 2 or (counts < 0).any():
        what = f"counts of {counts.dtype} {counts.shape} and {len(names)} names"
        raise OptionError(what, allowed="whole numbers from 0, (classes, classes), and a name for each class")
    ink, _ = inks(theme)
    colours = ramp(theme, STEPS)
    errors = counts * (1 - np.eye(len(counts), dtype=int))
    figure, axes = pyplot.subplots(figsize=inches("text", 0.86), layout="constrained")
    shown = np.ma.masked_equal(errors, 0)
    axes.imshow(shown, cmap=ListedColormap(colours), vmin=0, vmax=max(errors.max(), 1))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            step = min(int(errors[row, column] / max(errors.max(), 1) * STEPS), STEPS - 1)
            ground = ink["paper"] if row == column else colours[step]
            dark = contrast(ink["ink"], ground) >= contrast(ink["paper"], ground)
            text = words.integer(int(count))
            weight = 600 if row == column else 400
            axes.text(column, row, text, ha="center", va="center", color=ink["ink" if dark else "paper"], weight=weight)
    places = range(len(names))
    axes.set_xticks(places, names, rotation=0 if max(map(len, names)) <= 2 else 90)  # slanted names touch
    axes.set_yticks(places, names)
    axes.set(xlabel=words("predicted_class"), ylabel=words("actual_class"))
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure
