"""A ResNet's parameters and multiply-adds by stage, for one depth and for the five."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnlab.experiments.resnet.compute import Network, ResNets
from cnnlab.experiments.resnet.figures.names import stage_name
from cnnlab.look import inks
from cnnlab.plots.style import inches, ramp
from cnnlab.words import Words

if TYPE_CHECKING:
    from plotly import graph_objects

MILLION = 1e6
KINDS = ("parameters", "multiply_adds")
NAMES = 92  # pixels at the left of the interactive figure, for the names of the stages
SHOWN_FIRST = "50"  # layers, in the interactive figure


def all_depths(result: ResNets, *, words: Words, theme: str) -> Figure:
    """The five networks as bars divided by stage: their length is the total, which is printed at their end."""
    ink, _ = inks(theme)
    depths = list(result.depths)
    names = [stage.name for stage in result.depths[depths[0]].stages]
    colours = ramp(theme, len(names))
    figure, panels = pyplot.subplots(1, 2, figsize=inches("text", 0.46), sharey=True)
    for axes, kind in zip(panels, KINDS, strict=True):
        widest = max(getattr(network, kind) for network in result.depths.values()) / MILLION
        for y, depth in enumerate(depths):
            left = 0.0
            for stage, colour in zip(result.depths[depth].stages, colours, strict=True):
                width = getattr(stage, kind) / MILLION
                axes.barh(y, width, left=left, height=0.62, color=colour, edgecolor=ink["paper"], linewidth=0.6)
                left += width
            axes.text(left + 0.015 * widest, y, _millions(left, words), va="center", color=ink["ink-2"])
        _panel(axes, words(f"{kind}_millions"), 1.22 * widest, len(depths))
    _names(panels[0], [f"{depth} {words('layers')}" for depth in depths])
    figure.subplots_adjust(left=0.135, right=1, top=0.885, bottom=0.13, wspace=0.06)
    handles = [pyplot.Rectangle((0, 0), 1, 1, facecolor=colour) for colour in colours]
    figure.legend(
        handles,
        [stage_name(name, words) for name in names],
        ncols=len(names),
        loc="lower left",
        bbox_to_anchor=(0.122, -0.015),
        handlelength=1,
        handleheight=1,
        handletextpad=0.5,
        columnspacing=1.4,
        labelcolor=ink["ink-2"],
    )
    return figure


def interactive(result: ResNets, *, words: Words) -> graph_objects.Figure:
    """A plotly figure: each stage's share of the parameters above, of the multiply-adds below; the reader chooses the
    depth.

    Labels say millions and share. No colour is set: the page's template gives them.
    """
    from plotly import graph_objects
    from plotly.subplots import make_subplots

    depths = list(result.depths)
    shares = {depth: _shares(network) for depth, network in result.depths.items()}
    labels = {depth: _labels(network, words) for depth, network in result.depths.items()}
    titles = {depth: _titles(network, words) for depth, network in result.depths.items()}
    names = [stage_name(stage.name, words) for stage in result.depths[SHOWN_FIRST].stages]
    longest = max(share for depth in depths for kind in shares[depth] for share in kind)

    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.14, subplot_titles=titles[SHOWN_FIRST])
    for row, (x, text) in enumerate(zip(shares[SHOWN_FIRST], labels[SHOWN_FIRST], strict=True), start=1):
        bars: dict[str, Any] = {"orientation": "h", "textposition": "outside", "cliponaxis": False}
        trace = graph_objects.Bar(x=x, y=names, text=text, hovertemplate="%{y}: %{text}<extra></extra>", **bars)
        figure.add_trace(trace, row=row, col=1)
    figure.update_xaxes(visible=False, range=[0, 1.4 * longest], fixedrange=True)
    figure.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True, ticklabelstandoff=6)
    figure.update_annotations(x=0, xshift=-NAMES, xanchor="left", align="left", font={"weight": 600})
    menu = {"name": words("layers"), "type": "buttons", "direction": "right", "active": depths.index(SHOWN_FIRST)}
    buttons = [_button(depth, shares[depth], labels[depth], titles[depth]) for depth in depths]
    figure.update_layout(
        template=graph_objects.layout.Template(),
        height=460,
        bargap=0.4,
        margin={"l": NAMES, "r": 12, "t": 28, "b": 6},
        updatemenus=[{**menu, "buttons": buttons}],
    )
    return figure


def _shares(network: Network) -> list[list[float]]:
    """Of each kind, each stage's share of the network's."""
    return [[getattr(stage, kind) / getattr(network, kind) for stage in network.stages] for kind in KINDS]


def _labels(network: Network, words: Words) -> list[list[str]]:
    """Of each kind, each stage's millions and percentage."""
    labels = []
    for kind, shares in zip(KINDS, _shares(network), strict=True):
        values = [_millions(getattr(stage, kind) / MILLION, words) for stage in network.stages]
        labels.append([f"{value} ({words.percent(share, 0)})" for value, share in zip(values, shares, strict=True)])
    return labels


def _titles(network: Network, words: Words) -> list[str]:
    """Each kind with the network's millions."""
    totals = [_millions(getattr(network, kind) / MILLION, words) for kind in KINDS]
    names = [words(kind)[0].upper() + words(kind)[1:] for kind in KINDS]  # "MAC" keeps its capitals
    return [f"{name}: {total} {words('millions')}" for name, total in zip(names, totals, strict=True)]


def _button(depth: str, shares: list[list[float]], labels: list[list[str]], titles: list[str]) -> dict:
    """A button that shows one depth."""
    texts = {f"annotations[{place}].text": title for place, title in enumerate(titles)}
    return {"label": depth, "method": "update", "args": [{"x": shares, "text": labels}, texts]}


def _panel(axes: Axes, title: str, right: float, bars: int) -> None:
    """A panel of bars whose values stand at their ends, without an axis."""
    axes.set_title(title)
    axes.set(xlim=(0, right), ylim=(bars - 0.5, -0.5), xticks=[], yticks=[])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)


def _names(axes: Axes, names: list[str]) -> None:
    """The name of each bar, at its left."""
    for y, name in enumerate(names):
        axes.annotate(
            name, (0, y), xytext=(-7, 0), textcoords="offset points", ha="right", va="center", annotation_clip=False
        )


def _millions(value: float, words: Words) -> str:
    """A number of millions with about three significant digits."""
    return words.decimal(value, 2 if value < 1 else 1 if value < 100 else 0)
