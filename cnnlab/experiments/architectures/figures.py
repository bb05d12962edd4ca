"""Accuracy against cost of torchvision's networks: MACs on paper; on pages MACs, parameters or measured time.

Chapter: l7-arquitecturas.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from cnnlab.experiments.architecture_times.compute import ArchitectureTimes
from cnnlab.experiments.architecture_times.groups import GROUPS, legend, marks
from cnnlab.experiments.architectures.chart import (
    Point,
    from_imagenet_alone,
    named_first,
    pareto_front,
    points,
    recipes,
)
from cnnlab.experiments.architectures.compute import Architectures
from cnnlab.experiments.architectures.names import placed
from cnnlab.look import inks
from cnnlab.plots.labels import label_points
from cnnlab.plots.style import inches
from cnnlab.words import Words

if TYPE_CHECKING:
    from plotly import graph_objects

SYMBOLS = ("circle", "square", "triangle-up", "diamond", "triangle-down", "x")  # plotly's, of the tokens' markers
COSTS = ("multiply_adds", "parameters", "time")
UNIT = {"multiply_adds": 1e9, "parameters": 1e6, "time": 1e-3}
ENDS = (0.54, 0.9)  # of the axis of accuracy


def accuracy_by_macs(result: Architectures, *, words: Words, theme: str) -> Figure:
    """All sets of weights; a thin line joins two of one network; the Pareto front of those trained with ImageNet alone
    as a line, its names first. The area of a mark grows with the parameters."""
    ink, _ = inks(theme)
    every = points(result)
    plain = from_imagenet_alone(every)
    front = pareto_front(plain, lambda point: point.multiply_adds)
    figure, axes = pyplot.subplots(figsize=inches("text", 1.3))
    figure.subplots_adjust(left=0.115, right=0.985, top=0.985, bottom=0.165)
    axes.set(xscale="log", xlim=(0.03, 1500), ylim=ENDS, xlabel=words("macs_giga"), ylabel=words("accuracy_first"))
    places = ticks(0.03, 1500)
    axes.set_xticks(places, [words.exact(each) for each in places])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))
    for pair in recipes(plain):
        x, y = zip(*(place(point) for point in pair), strict=True)
        axes.plot(x, y, color=ink["rule-strong"], linewidth=0.7, zorder=1)
    axes.step(*zip(*map(place, front), strict=True), where="post", color=ink["ink-2"], linewidth=1.2, zorder=2)
    for group, colour, marker in marks(theme):
        for extra in (False, True):
            shown = [point for point in every if (point.group, point.extra) == (group, extra)]
            face = ink["paper"] if extra else colour
            x, y = zip(*map(place, shown), strict=True) if shown else ((), ())
            look: dict[str, Any] = {"marker": marker, "s": [area(point) for point in shown], "linewidth": 0.9}
            axes.scatter(x, y, facecolor=face, edgecolor=colour, zorder=3, **look)
    named = named_first(every, front)
    lines = [each for line in (front, *recipes(plain)) for each in along(line, place)]
    others = [*(mark(point) for point in every if point not in named), *((x, y, 0.5) for x, y in lines)]
    look = {"fontsize": 8.25, "color": ink["ink"]}
    label_points(axes, list(map(mark, named)), [point.network for point in named], others, **look)
    legend(figure, words, theme)
    return figure


def place(point: Point) -> tuple[float, float]:
    """Where a set of weights stands: thousands of millions of MACs, accuracy."""
    return point.multiply_adds / UNIT["multiply_adds"], point.accuracy


def mark(point: Point) -> tuple[float, float, float]:
    """Where a set of weights stands, and the radius of its mark in points."""
    return (*place(point), math.sqrt(area(point)) / 2)


def along(
    line: Sequence[Point], place: Callable[[Point], tuple[float, float]], steps: int = 8
) -> list[tuple[float, float]]:
    """Places along a line with steps, on a logarithmic axis, which names are to leave free."""
    found = []
    for (x, y), (next_x, next_y) in pairwise(map(place, line)):
        for part in (step / steps for step in range(steps + 1)):
            found += [(x * (next_x / x) ** part, y), (next_x, y + part * (next_y - y))]
    return found


def area(point: Point) -> float:
    """The area of a mark, in square points: from 8, with the parameters."""
    return 8 + point.parameters / 4e6


def ticks(low: float, high: float) -> list[float]:
    """Round numbers between the ends of a logarithmic axis: decades where there are many, else 1, 2, 5 of each."""
    steps = (1,) if math.log10(high / low) > 4 else (1, 2, 5)
    return [each for decade in range(-2, 4) for step in steps if low <= (each := step * 10.0**decade) <= high]


def interactive(results: Sequence[Architectures | ArchitectureTimes], *, words: Words) -> graph_objects.Figure:
    """A plotly figure of the same; the reader chooses the cost: MACs, parameters, or time where it was measured.

    A mark says its network and weights, accuracy, and all costs; names stand beside as many as a narrow screen has
    place for. Marks of weights with extra data are open. Time is of photos of 224 pixels, and stands at the accuracy of
    weights that are used with that size.
    """
    from plotly import graph_objects

    (counted,) = (each for each in results if isinstance(each, Architectures))
    (measured,) = (each for each in results if isinstance(each, ArchitectureTimes))
    seconds = {each.name: each.seconds for each in measured.networks}
    every = points(counted)

    def cost(point: Point, kind: str) -> float | None:
        if kind != "time":
            return getattr(point, kind) / UNIT[kind]
        same_side = point.side == measured.options.side and point.network in seconds
        return seconds[point.network] / UNIT[kind] if same_side else None

    groups = [[point for point in every if point.group == group] for group in GROUPS]
    buttons = [button(kind, groups, partial(cost, kind=kind), words) for kind in COSTS]
    shown, texts = buttons[0]["args"]
    figure = graph_objects.Figure(
        [
            graph_objects.Scatter(
                x=shown["x"][k],
                y=shown["y"][k],
                text=[label(point, cost(point, "time"), words) for point in groups[k]],
                name=words(f"group_{group}"),
                mode="markers",
                marker={
                    "color": f"var(--cat-{k + 1})",
                    "size": 9,
                    "symbol": [SYMBOLS[k] + ("-open" if point.extra else "") for point in groups[k]],
                },
                hovertemplate="%{text}<extra></extra>",
            )
            for k, group in enumerate(GROUPS)
        ]
    )
    line = {"color": "var(--ink-2)", "width": 1.5, "shape": "hv"}
    x, y = shown["x"][-1], shown["y"][-1]
    figure.add_scatter(x=x, y=y, mode="lines", name=words("pareto_front"), line=line, hoverinfo="skip")
    axis = {name.removeprefix("xaxis."): value for name, value in texts.items() if name.startswith("xaxis.")}
    axis["title"] = axis.pop("title.text")
    figure.update_xaxes(type="log", fixedrange=True, **axis)
    shares = [step / 20 for step in range(11, 19)]
    percents = [words.percent(share, 0) for share in shares]
    title = words("accuracy_first")
    figure.update_yaxes(tickvals=shares, ticktext=percents, title=title, range=ENDS, fixedrange=True)
    menu = {"name": words("cost"), "type": "buttons", "direction": "right", "active": 0, "buttons": buttons}
    figure.update_layout(
        template=graph_objects.layout.Template(),
        height=620,
        annotations=texts["annotations"],
        hovermode="closest",
        margin={"l": 56, "r": 12, "t": 12, "b": 130},
        showlegend=True,
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom"},
        updatemenus=[menu],
    )
    return figure


def button(kind: str, groups: list[list[Point]], cost: Callable[[Point], Any], words: Words) -> dict:
    """A button that shows accuracy against one cost, with its front; a point without that cost is not shown."""
    every = [point for group in groups for point in group if cost(point) is not None]
    front = pareto_front(from_imagenet_alone(every), cost)
    new = {
        "x": [*([cost(point) for point in group] for group in groups), [cost(point) for point in front]],
        "y": [*([point.accuracy for point in group] for group in groups), [point.accuracy for point in front]],
    }
    ends = min(map(cost, every)) / 1.5, max(map(cost, every)) * 1.5
    line = along(front, lambda point: (cost(point), point.accuracy))
    places = ticks(*ends)
    titles = {"multiply_adds": "macs_giga", "parameters": "parameters_millions", "time": "milliseconds_photo"}
    axis = {
        "xaxis.title.text": words(titles[kind]),
        "xaxis.range": [math.log10(end) for end in ends],
        "xaxis.tickvals": places,
        "xaxis.ticktext": [words.exact(each) for each in places],
        "annotations": placed(named_first(every, front), every, cost, line, across=ends, up=ENDS),
    }
    name = words(kind if kind != "time" else "measured_time")
    return {"label": name[0].upper() + name[1:], "method": "update", "args": [new, axis]}


def label(point: Point, milliseconds: float | None, words: Words) -> str:
    """What a mark says: network and weights, accuracy, costs."""
    giga = words.decimal(point.multiply_adds / UNIT["multiply_adds"], 2)
    millions = words.decimal(point.parameters / UNIT["parameters"], 1)
    costs = [f"{giga} {words('macs_giga_short')}", f"{millions} {words('millions_of_parameters')}"]
    if milliseconds is not None:
        costs.append(f"{words.decimal(milliseconds, 1)} ms")
    accuracy = f"{words.percent(point.accuracy, 1)} · {point.side} px"
    return f"<b>{point.network}</b> {point.weights}<br>{accuracy}<br>{'<br>'.join(costs)}"
