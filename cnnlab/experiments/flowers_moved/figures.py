"""How far the layers of a network moved in a training: their weights, and what they say of the same photos."""

from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.plots.style import inches, inks


def moved(result, *, words, theme: str) -> Figure:
    """From the first layer to the last: on top the relative change of the weights, below the likeness (CKA)."""
    _, categories = inks(theme)
    figure, panels = pyplot.subplots(2, 1, figsize=inches("text", 0.62), sharex=True)
    names = [row["layer"] for row in result.layers]
    places = range(len(names))
    panels[0].bar(places, [row["weights"] for row in result.layers], width=0.66, color=categories[0])
    panels[0].yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    panels[1].plot(places, [row["cka"] for row in result.layers], "o-", color=categories[1], clip_on=False)
    least = min(row["cka"] for row in result.layers)
    panels[1].set(ylim=(min(0.9, int(10 * least) / 10), 1))
    panels[1].yaxis.set_major_formatter(lambda value, _: words.decimal(value, 1 if least < 0.8 else 2))
    panels[1].set_xticks(places, [short(name) for name in names])
    panels[1].set_xlabel(words("stage_block"))
    for axes, title in zip(panels, ("weight_change", "likeness"), strict=True):
        axes.set_title(words(title))
    figure.subplots_adjust(left=0.09, right=0.985, top=0.905, bottom=0.155, hspace=0.36)
    return figure


def short(name: str) -> str:
    """layer3.5 is printed 3.5, the first convolution as it is called."""
    return name.removeprefix("layer")
