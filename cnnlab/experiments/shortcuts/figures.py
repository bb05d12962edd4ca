"""The gradient's norm at initialisation, with shortcuts (verdigris) and without them (copper, dashed)."""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from cnnlab.experiments.shortcuts.compute import Shortcuts
from cnnlab.look import inks
from cnnlab.plots.style import DASHED, end_label, inches, legible
from cnnlab.words import Words

WITH_AND_WITHOUT = ("with", "without")  # shortcuts, in the names of arrays


def gradient_norms(result: Shortcuts, *, words: Words, theme: str, depths: tuple[int, ...] = (18, 50, 152)) -> Figure:
    """Norm by convolution, from the input to the output, one panel a depth: geometric mean over the seeds, and range.

    Only kernels larger than 1×1 are drawn: the norm depends on the kernel's size, too, and the three convolutions of a
    bottleneck would give a zigzag.
    """
    ink, categories = inks(theme)
    figure, panels = pyplot.subplots(1, len(depths), figsize=inches("text", 0.5), sharey=True)
    for axes, depth in zip(panels, depths, strict=True):
        large = np.flatnonzero(result.arrays[f"sides_{depth}"] > 1)
        for name, colour, dash in zip(WITH_AND_WITHOUT, categories, ("-", DASHED), strict=False):
            norms = np.log10(result.arrays[f"{name}_{depth}"][:, large])  # (seeds, convolutions)
            axes.fill_between(large + 1, 10 ** norms.min(0), 10 ** norms.max(0), color=colour, alpha=0.18, linewidth=0)
            axes.plot(large + 1, 10 ** norms.mean(0), color=colour, linestyle=dash)
            if axes is panels[-1]:
                at, offset = (0, (4, 15)) if name == "with" else (len(large) // 3, (7, 8))
                height = 10 ** norms[:, at].mean()
                end_label(axes, large[at] + 1, height, words(f"{name}_shortcuts"), legible(colour, theme), offset)
        layers = len(result.arrays[f"sides_{depth}"])
        axes.set_title(f"{depth} {words('layers')}")
        axes.set(yscale="log", xlim=(1, layers), xticks=[1, layers], xlabel=words("convolution"))
        axes.yaxis.set_major_locator(LogLocator(base=100))
        axes.yaxis.set_minor_locator(NullLocator())
    figure.text(0, 0.965, words("gradient_norm").capitalize(), va="center", color=ink["ink-2"])
    figure.subplots_adjust(left=0.075, right=0.975, top=0.83, bottom=0.17, wspace=0.14)
    return figure


def ratios(result: Shortcuts, *, words: Words, theme: str) -> Figure:
    """First layer's norm over the last one's, by depth, normalised: geometric mean over the seeds, and range."""
    _, categories = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.44))
    for residual, key, colour, dash, marker in (
        (True, "with_shortcuts", categories[0], "-", "o"),
        (False, "without_shortcuts", categories[1], DASHED, "s"),
    ):
        rows = [row for row in result.depths if row.shortcuts == residual]
        depth, ratio = [row.depth for row in rows], [row.ratio for row in rows]
        least, most = [row.ratio_least for row in rows], [row.ratio_most for row in rows]
        axes.fill_between(depth, least, most, color=colour, alpha=0.18, linewidth=0)
        axes.plot(depth, ratio, color=colour, linestyle=dash, marker=marker)
        end_label(axes, depth[-1], ratio[-1], words(key), legible(colour, theme), (8, 0))
    axes.set(yscale="log", xticks=depth, xlabel=words("depth_layers"))
    axes.set_title(words("gradient_ratio").capitalize())
    axes.yaxis.set_major_locator(LogLocator(base=100))
    axes.yaxis.set_minor_locator(NullLocator())
    figure.subplots_adjust(left=0.065, right=0.84, top=0.88, bottom=0.2)
    return figure
