"""Measured time against multiply-adds.

Chapter: l7-arquitecturas.
"""

from __future__ import annotations

from typing import Any

from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy import geomspace

from cnnlab.experiments.architecture_times.compute import ArchitectureTimes, NetworkTime
from cnnlab.experiments.architecture_times.groups import legend, marks
from cnnlab.experiments.architecture_times.ranks import named, rate
from cnnlab.look import inks
from cnnlab.plots.labels import label_points
from cnnlab.plots.style import inches
from cnnlab.words import Words

RADIUS = 2.5  # of a mark, in points
MACS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)  # thousands of millions
MILLISECONDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


def time_by_macs(result: ArchitectureTimes, *, words: Words, theme: str) -> Figure:
    """Milliseconds against MACs, both on logarithmic axes; on the line are those with the rate of the reference."""
    ink, _ = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 1.05))
    figure.subplots_adjust(left=0.105, right=0.985, top=0.985, bottom=0.2)
    places = [place(each) for each in result.networks]
    x, y = zip(*places, strict=True)
    axes.set(xscale="log", yscale="log", xlim=(min(x) / 1.5, 2.2 * max(x)), ylim=(min(y) / 1.5, 1.6 * max(y)))
    axes.set(xlabel=words("macs_giga"), ylabel=words("milliseconds_photo"))
    low, high = axes.get_ylim()
    ticks = [each for each in MILLISECONDS if low <= each <= high]
    axes.set_xticks(MACS, [words.exact(each) for each in MACS])
    axes.set_yticks(ticks, [words.integer(each) for each in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    reference = rate(named(result, result.options.reference))
    ends = axes.get_xlim()
    axes.plot(ends, [1e12 * end / reference for end in ends], color=ink["rule-strong"], linewidth=1, zorder=1)
    for group, colour, marker in marks(theme):
        shown = [place(each) for each in result.networks if each.group == group]
        look: dict[str, Any] = {
            "marker": marker,
            "color": colour,
            "linestyle": "none",
            "zorder": 3,
            "markersize": 2 * RADIUS,
        }
        axes.plot(*(zip(*shown, strict=True) if shown else ((), ())), **look)
    order = sorted(result.networks, key=lambda each: (each.name != result.options.reference, each.multiply_adds))
    line = [(giga, 1e12 * giga / reference, 0.5) for giga in geomspace(*ends, 200)]  # which names leave free
    label_points(axes, [(*place(each), RADIUS) for each in order], [each.name for each in order], line, fontsize=8.25)
    legend(figure, words, theme)
    return figure


def place(network: NetworkTime) -> tuple[float, float]:
    """Where a network stands: thousands of millions of MACs, milliseconds."""
    return network.multiply_adds / 1e9, 1000 * network.seconds
