"""The gradient's norm at initialisation, with shortcuts (verdigris) and without them (copper, dashed)."""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from cnnlab.experiments.shortcuts.compute import Shortcuts
from cnnlab.experiments.shortcuts.stages import BLOCKS
from cnnlab.look import inks
from cnnlab.plots.style import DASHED, inches
from cnnlab.words import Words

WITH_AND_WITHOUT = ("with", "without")  # shortcuts, in the names of arrays


def gradient_norms(result: Shortcuts, *, words: Words, theme: str) -> Figure:
    """Norm by convolution, from the input to the output, one panel a depth: geometric mean over the seeds, and range.

    Only kernels larger than 1×1 are drawn: the norm depends on the kernel's size, too, and the three convolutions of a
    bottleneck would give a zigzag. Thin lines part the stages conv2_x … conv5_x.
    """
    ink, categories = inks(theme)
    figure, panels = pyplot.subplots(1, len(BLOCKS), figsize=inches("text", 0.54), sharey=True)
    for axes, (depth, blocks) in zip(panels, BLOCKS.items(), strict=True):
        sides = result.arrays[f"sides_{depth}"]
        large = np.flatnonzero(sides > 1)
        for name, colour, dash in zip(WITH_AND_WITHOUT, categories, ("-", DASHED), strict=False):
            norms = np.log10(result.arrays[f"{name}_{depth}"][:, large])  # (seeds, convolutions)
            axes.fill_between(large + 1, 10 ** norms.min(0), 10 ** norms.max(0), color=colour, alpha=0.18, linewidth=0)
            axes.plot(large + 1, 10 ** norms.mean(0), color=colour, linestyle=dash, label=words(f"{name}_shortcuts"))
        for end in np.cumsum(blocks[:-1]) * (len(sides) - 1) // sum(blocks):
            axes.axvline(end + 1.5, color=ink["rule"], linewidth=0.8, zorder=0)
        axes.set_title(f"{depth} {words('layers')}")
        axes.set(yscale="log", xlim=(1, len(sides)), xticks=[1, len(sides)])
        axes.yaxis.set_major_locator(LogLocator(base=100))
        axes.yaxis.set_minor_locator(NullLocator())
    panels[len(panels) // 2].set_xlabel(words("convolution"))
    lines, names = panels[0].get_legend_handles_labels()
    figure.legend(lines, names, loc="upper right", bbox_to_anchor=(0.985, 1.015), ncols=2)
    figure.text(0, 0.965, words("gradient_norm").capitalize(), va="center", color=ink["ink-2"])
    figure.subplots_adjust(left=0.075, right=0.975, top=0.83, bottom=0.155, wspace=0.24)
    return figure
