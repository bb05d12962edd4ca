"""The groups of networks in charts: colours, marks, legend; and those that the laboratory asks for."""

from __future__ import annotations

from typing import Any

from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.look import inks, tokens
from cnnlab.words import Words

GROUPS = ("plain", "residual", "regnet", "separable", "convnext", "attention")  # in the order of the colours
ASKED = (  # the networks whose parameters the laboratory asks for
    *("alexnet", "vgg16", "vgg19", "googlenet"),
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
)


def marks(theme: str) -> list[tuple[str, str, str]]:
    """(group, colour, marker) of each group."""
    _, categories = inks(theme)
    return list(zip(GROUPS, categories, tokens()["categorical"]["marker"], strict=True))


def legend(figure: Figure, words: Words, theme: str) -> None:
    """The groups with their marks, in three rows at the bottom of a figure."""
    ink, _ = inks(theme)
    handles = [
        pyplot.Line2D([], [], marker=marker, color=colour, linestyle="none", markersize=5)
        for _, colour, marker in marks(theme)
    ]
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0.08, -0.01), "ncols": 2}
    labels = [words(f"group_{group}") for group in GROUPS]
    figure.legend(handles, labels, handletextpad=0.3, columnspacing=1.4, labelcolor=ink["ink-2"], **place)
