"""All test photos of `raccoons` with their boxes, those with most errors first: printed, and under a slider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.experiments.raccoons.compute import RaccoonsResult
from cnnlab.experiments.raccoons.outcomes import SCORE_THRESHOLD, Counts, found_after, hit, matched, truth_of
from cnnlab.look import inks
from cnnlab.plots.photo import PALE, data_address, loop, outline, show
from cnnlab.plots.style import inches
from cnnlab.words import Words

PARTS = {"ground_truth": 2, "true_positives": 0, "false_positives": 1, "false_negatives": 3}  # categorical colours
LEGEND = {"ground_truth": "boxes_true", **{name: name for name in list(PARTS)[1:]}}  # keys of the words
DASHED = ("ground_truth", "false_negatives")  # what was annotated
COLUMNS, ROW, GAP = 6, 84, 8  # printed: photos in a row, least height of one and distance in pixels
LINE = 14  # pixels of a line below a photo
TEXT = 608
STEPS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
ACROSS, CELL, LABEL, EDGE = 4, (150, 112), 30, 6  # interactive: photos in a row, units of one, of its label, around all


@dataclass(frozen=True, eq=False)
class Seen:
    """A test photo at a score threshold. place: in `result.test`; parts: boxes by name in PARTS, each
    (n, 4), `ground_truth` being the boxes that were found."""

    place: int
    parts: dict[str, np.ndarray]

    @property
    def wrong(self) -> tuple[int, int]:
        """Numbers of false positives and false negatives."""
        return len(self.parts["false_positives"]), len(self.parts["false_negatives"])

    def label(self, number: int, words: Words) -> list[str]:
        """The photo's number, and below it the errors, if there are any."""
        told = [
            f"{count} {words(name)}"
            for count, name in zip(self.wrong, ("false_positives", "false_negatives"), strict=True)
            if count
        ]
        return [words.integer(number), *([" ".join(told)] if told else [])]


def seen(result: RaccoonsResult, score_threshold: float = SCORE_THRESHOLD) -> list[Seen]:
    """The test photos after the last epoch, with one look: those with most errors first, else in their order."""
    found, truth = found_after(result, result.curve[-1].epoch), truth_of(result)
    place, photo = matched(found, truth)[:, 0], found[:, 0].astype(int)
    counted = found[:, 1] >= score_threshold
    right = hit(found, truth, score_threshold)
    out = []
    for each in range(truth.photos):
        mine, own = counted & (photo == each), truth.photo == each
        parts = {
            "ground_truth": truth.boxes[own & right],
            "true_positives": found[mine & (place >= 0), 2:],
            "false_positives": found[mine & (place < 0), 2:],
            "false_negatives": truth.boxes[own & ~right],
        }
        out.append(Seen(each, parts))
    return sorted(out, key=lambda each: -sum(each.wrong))


def all_photos(result: RaccoonsResult, *, words: Words, theme: str) -> Figure:
    """A page of the test photos. Annotated boxes are dashed; below each photo its number and its errors."""
    ink, categories = inks(theme)
    shots = seen(result)
    rows = [shots[at : at + COLUMNS] for at in range(0, len(shots), COLUMNS)]
    heights = [row_height(result, row) for row in rows]
    below = [LINE * max(len(each.label(1, words)) for each in row) + 5 for row in rows]
    height = sum(heights) + sum(below) + 2 * LINE
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    legend(figure, words, categories, ink["ink"], 1 - 0.5 * LINE / height)
    top = height - 2 * LINE
    for row, tall, under in zip(rows, heights, below, strict=True):
        left = 0.0
        for each in row:
            photo = result.test[each.place]
            wide = tall * photo.size[0] / photo.size[1]
            axes = figure.add_axes((left / TEXT, (top - tall) / height, wide / TEXT, tall / height))
            show(axes, result.picture(f"photo-{each.place}"), photo.size)
            for name in PARTS:
                thin = 1.0 if name == "ground_truth" else 1.5
                for box in each.parts[name]:
                    dashes: Any = (0, (3, 1.5)) if name in DASHED else "solid"
                    outline(axes, box, categories[PARTS[name]], thin, dashes)
            for line, text in enumerate(each.label(photo.number, words)):
                place = (left / TEXT, (top - tall - 2 - LINE * line) / height)
                colour = ink["ink-2"] if line == 0 else ink["ink"]
                figure.text(*place, text, va="top", fontsize=8.25, color=colour)
            left += wide + GAP
        top -= tall + under
    return figure


def row_height(result: RaccoonsResult, row: list[Seen]) -> float:
    """The height at which the photos of a row fill the width; a row of few is no higher than usual."""
    ratios = [result.test[each.place].size[0] / result.test[each.place].size[1] for each in row]
    fill = (TEXT - GAP * (len(row) - 1)) / sum(ratios)
    return fill if len(row) == COLUMNS else min(fill, ROW)


def legend(figure: Figure, words: Words, categories: list[str], ink: str, top: float) -> None:
    """A line that says which box is which."""
    handles = [
        pyplot.Line2D([], [], color=categories[PARTS[name]], linestyle=(0, (3, 1.5)) if name in DASHED else "solid")
        for name in PARTS
    ]
    figure.legend(
        handles,
        [words(LEGEND[name]) for name in PARTS],
        loc="upper left",
        bbox_to_anchor=(-0.008, top + 0.008),
        ncols=len(PARTS),
        fontsize=9.25,
        labelcolor=ink,
        borderaxespad=0,
        borderpad=0,
        handlelength=2.2,
    )


# ---- under a slider


def interactive(result: RaccoonsResult, *, words: Words):
    """The test photos in a grid with a slider for the score threshold, those with most errors at it first."""
    from plotly import graph_objects

    steps = [step(result, threshold, words) for threshold in STEPS]
    active = STEPS.index(SCORE_THRESHOLD)
    start, layout = steps[active]["args"]
    looks: list[dict] = [{"color": PALE, "width": 4}]
    for name, place in PARTS.items():
        dash = "4px 2px" if name in DASHED else "solid"
        looks.append({"color": f"var(--cat-{place + 1})", "width": 1.4 if name == "ground_truth" else 2, "dash": dash})
    names = [None, *(words(LEGEND[name]) for name in PARTS)]
    traces = [
        graph_objects.Scatter(
            x=start["x"][k],
            y=start["y"][k],
            text=[],
            mode="lines",
            line=look,
            name=name,
            showlegend=name is not None,
            hoverinfo="skip",
        )
        for k, (look, name) in enumerate(zip(looks, names, strict=True))
    ]
    labels = graph_objects.Scatter(
        x=start["x"][-1],
        y=start["y"][-1],
        text=start["text"][-1],
        mode="text",
        textposition="bottom right",
        showlegend=False,
        hoverinfo="skip",
    )
    figure = graph_objects.Figure([*traces, labels])
    width, height = extent(len(result.test))
    figure.update_xaxes(range=[0, width], visible=False, fixedrange=True, constrain="domain")
    figure.update_yaxes(range=[height, 0], visible=False, fixedrange=True, scaleanchor="x", constrain="domain")
    for place, photo in enumerate(result.test):
        wide, tall = fitted(photo.size)
        figure.add_layout_image(
            source=data_address(result.picture(f"photo-{place}")),
            xref="x",
            yref="y",
            x=layout[f"images[{place}].x"],
            y=layout[f"images[{place}].y"],
            sizex=wide,
            sizey=tall,
            sizing="stretch",
            layer="below",
        )
    prefix = words("score_threshold")
    slider = {"active": active, "steps": steps, "currentvalue": {"prefix": f"{prefix[:1].upper()}{prefix[1:]}: "}}
    figure.update_layout(
        template=graph_objects.layout.Template(),
        title={"text": layout["title.text"]},
        sliders=[slider],
        showlegend=True,
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        meta={"aspect": round(width / (height + 2 * LABEL), 3)},
        margin={"l": 0, "r": 0, "t": 0, "b": 44},
    )
    return figure


def step(result: RaccoonsResult, threshold: float, words: Words) -> dict:
    """A step of the slider: the boxes of all photos by part, where each photo stands, and the counts as title."""
    every = seen(result, threshold)
    moved: dict[str, list[np.ndarray]] = {name: [] for name in PARTS}
    layout: dict[str, Any] = {}
    marks: tuple[list, list, list] = ([], [], [])
    for (left, top), each in zip(cells(), every, strict=False):
        photo = result.test[each.place]
        wide, tall = fitted(photo.size)
        corner = np.array([left, top + CELL[1] - tall])
        for name, boxes in each.parts.items():
            moved[name].append(boxes * (wide / photo.size[0]) + np.tile(corner, 2))
        layout[f"images[{each.place}].x"], layout[f"images[{each.place}].y"] = (round(v, 1) for v in corner.tolist())
        for values, value in zip(
            marks, (left - 2, top + CELL[1] + 2, "  ".join(each.label(photo.number, words))), strict=True
        ):
            values.append(value)
    parts = [np.concatenate(moved[name]) for name in PARTS]
    lines = [loop(part) for part in (np.concatenate(parts[1:]), *parts)]
    new = {
        "x": [*(x for x, _ in lines), marks[0]],
        "y": [*(y for _, y in lines), marks[1]],
        "text": [*([] for _ in lines), marks[2]],
    }
    _, right, false, missed = (len(part) for part in parts)
    layout = {"title.text": counted(Counts(right, false, missed), words), **layout}
    return {"method": "update", "label": words.decimal(threshold, 2), "args": [new, layout]}


def counted(counts: Counts, words: Words) -> str:
    """ "43 VP, 7 FP, 3 FN: precisión 0,86, exhaustividad 0,93"."""
    told = ", ".join(
        f"{words.integer(getattr(counts, name))} {words(name)}"
        for name in ("true_positives", "false_positives", "false_negatives")
    )
    rates = ", ".join(f"{words(name)} {words.decimal(getattr(counts, name), 2)}" for name in ("precision", "recall"))
    return f"{told}: {rates}"


def cells() -> Iterator[tuple[int, int]]:
    """The upper left corner of each cell of the grid, row by row, without end."""
    place = 0
    while True:
        row, column = divmod(place, ACROSS)
        yield EDGE + column * (CELL[0] + EDGE), EDGE + row * (CELL[1] + LABEL)
        place += 1


def extent(count: int) -> tuple[int, int]:
    """Width and height of a grid of so many cells."""
    rows = -(-count // ACROSS)
    return ACROSS * (CELL[0] + EDGE) + EDGE, EDGE + rows * (CELL[1] + LABEL)


def fitted(size: tuple[int, int]) -> tuple[float, float]:
    """Width and height of a photo that fits a cell."""
    scale = min(CELL[0] / size[0], CELL[1] / size[1])
    return scale * size[0], scale * size[1]
