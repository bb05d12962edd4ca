"""Bars of a photo's most probable classes."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from cnnlab.data.imagenet import Prediction
from cnnlab.look import inks
from cnnlab.words import Words


def class_bars(axes: Axes, top: Sequence[Prediction], words: Words, theme: str) -> None:
    """Each class's name above its bar; the bars share the scale from 0 to 1, and copper marks the first."""
    ink, categories = inks(theme)
    for y, best in enumerate(top):
        axes.barh(y + 0.28, best.probability, height=0.2, color=categories[y == 0])
        axes.text(0, y - 0.12, best.label, va="center", fontweight=600 if y == 0 else 400, fontsize=9.25)
        percent = share(best.probability, words)
        axes.text(1, y - 0.12, percent, va="center", ha="right", color=ink["ink-2"], fontsize=9.25)
    axes.set(xlim=(0, 1), ylim=(len(top) - 0.55, -0.42))
    axes.axis("off")


def share(probability: float, words: Words) -> str:
    """A probability as a percentage with one decimal; "< 0.1%" for what would be rounded to zero."""
    return words.percent(probability, 1) if probability >= 0.0005 else f"< {words.percent(0.001, 1)}"
