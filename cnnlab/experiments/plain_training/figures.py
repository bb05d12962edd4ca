"""Training error by epoch, without shortcuts at the left and with them at the right."""

from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.experiments.plain_training.compute import PlainTraining
from cnnlab.look import inks
from cnnlab.plots.style import DASHED, inches, legible
from cnnlab.words import Words


def training_error(result: PlainTraining, *, words: Words, theme: str) -> Figure:
    """Mean over the seeds and range; the shallower networks are dashed."""
    _, categories = inks(theme)
    figure, panels = pyplot.subplots(1, 2, figsize=inches("text", 0.48), sharey=True)
    depths = sorted({row.depth for row in result.networks})
    for axes, name, colour in zip(panels, ("without", "with"), (categories[1], categories[0]), strict=True):
        for depth, dash in zip(depths, (DASHED, "-"), strict=False):
            error = result.arrays[f"error_{name}_{depth}"]  # (seeds, epochs)
            epochs = range(1, error.shape[1] + 1)
            axes.fill_between(epochs, error.min(0), error.max(0), color=colour, alpha=0.18, linewidth=0)
            axes.plot(epochs, error.mean(0), color=colour, linestyle=dash, label=f"{depth} {words('layers')}")
        axes.set(xlim=(1, result.epochs), xticks=epochs, ylim=(0, 1), xlabel=words("epoch"))
        axes.set_title(words(f"{name}_shortcuts"), color=legible(colour, theme))
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        axes.legend(loc="upper right")
    figure.text(0, 0.965, words("training_error").capitalize(), va="center", color=inks(theme)[0]["ink-2"])
    figure.subplots_adjust(left=0.09, right=0.985, top=0.82, bottom=0.19, wspace=0.1)
    return figure
