"""First kernels, and the strongest activation maps of layers.

Chapter: l6-por-dentro.
"""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.experiments.inside_layers.compute import InsideLayers
from cnnlab.look import inks
from cnnlab.plots.heat import Tile, tiles
from cnnlab.plots.photo import show
from cnnlab.plots.style import inches
from cnnlab.words import Words

TEXT, GAP, HEAD, COLUMNS = 608, 4, 26, 16


def kernels(result: InsideLayers, *, words: Words, theme: str) -> Figure:
    """The kernels of each network's first layer, row by row, each brought from its least to its largest value."""
    ink, _ = inks(theme)
    side = (TEXT - GAP * (COLUMNS - 1)) / COLUMNS
    rows = [-(-each.kernels // COLUMNS) for each in result.networks]
    height = sum(rows) * (side + GAP) + len(rows) * HEAD
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    top = height
    for network, count in zip(result.networks, rows, strict=True):
        title = f"{words(f'network_{network.name}')}, {words.size(network.side, network.side)}"
        figure.text(0, (top - 6) / height, title, va="top", fontsize=9.25, color=ink["ink-2"])
        top -= HEAD
        for place, kernel in enumerate(result.arrays[f"{network.name}_kernels"]):
            left, down = (place % COLUMNS) * (side + GAP), top - (place // COLUMNS) * (side + GAP) - side
            axes = figure.add_axes((left / TEXT, down / height, side / TEXT, side / height))
            span = max(float(np.ptp(kernel)), 1e-12)
            axes.imshow(np.moveaxis((kernel - kernel.min()) / span, 0, -1), interpolation="nearest")
            axes.axis("off")
        top -= count * (side + GAP)
    return figure


def photo(result: InsideLayers, *, words: Words, theme: str) -> Figure:
    """The photo that the networks get."""
    figure, axes = pyplot.subplots(figsize=inches("half", 1))
    figure.subplots_adjust(left=0, right=1, top=1, bottom=0)
    show(axes, result.picture("photo"), (1, 1))
    return figure


def resnet50(result: InsideLayers, *, words: Words, theme: str) -> Figure:
    """The strongest channels of ResNet-50's layers, a row a layer; white is the channel's highest activation."""
    return strongest(result, "resnet50", theme)


def squeezenet(result: InsideLayers, *, words: Words, theme: str) -> Figure:
    """The same of SqueezeNet."""
    return strongest(result, "squeezenet", theme)


def strongest(result: InsideLayers, name: str, theme: str) -> Figure:
    """A row of maps for each layer of a network, the layer's name at its left, the channels' numbers below."""
    network = next(each for each in result.networks if each.name == name)
    rows = [
        [Tile(map=one, caption=str(channel)) for one, channel in zip(maps, seen.strongest, strict=True)]
        for place, seen in enumerate(network.layers)
        for maps in [result.arrays[f"{name}_{place}"]]
    ]
    return tiles(rows, theme=theme, names=[seen.layer for seen in network.layers])
