"""What the raccoon detector finds in photos of cats and dogs."""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.experiments.raccoons.compute import RaccoonsResult
from cnnlab.experiments.raccoons.figures.epochs import STYLES
from cnnlab.experiments.raccoons.outcomes import ANIMALS, found_after, matched, truth_of
from cnnlab.look import inks
from cnnlab.plots.photo import Shot, gallery
from cnnlab.plots.style import inches
from cnnlab.words import Words

THRESHOLDS = np.linspace(0.05, 1, 191)


def false_alarms(result: RaccoonsResult, *, words: Words, theme: str) -> Figure:
    """The share of the photos of cats and of dogs with a detection, and that of the test raccoons found, by score."""
    _, categories = inks(theme)
    figure, axes = pyplot.subplots(figsize=inches("text", 0.44))
    best, label = result.arrays["alarm"], result.arrays["alarm_label"]
    lines = {name: share(best[label == number]) for number, name in enumerate(ANIMALS)}
    found = found_after(result, result.curve[-1].epoch)
    truth = truth_of(result)
    scores = found[matched(found, truth)[:, 0] >= 0, 1]
    lines["raccoons_found"] = share(scores, len(truth.boxes))
    for (name, values), place, dashes in zip(lines.items(), (1, 2, 0), (STYLES[1], STYLES[2], STYLES[0]), strict=True):
        axes.plot(THRESHOLDS, values, color=categories[place], linestyle=dashes, label=words(name))
    axes.set(xlim=(THRESHOLDS[0], 1), ylim=(0, 1.02), xlabel=words("score_threshold"))
    title = words("photos_detected")
    axes.set_title(title[:1].upper() + title[1:])
    axes.xaxis.set_major_formatter(lambda value, _: words.decimal(float(value), 1))
    axes.yaxis.set_major_formatter(lambda value, _: words.percent(float(value), 0))
    axes.legend(loc="center left", fontsize=9.25, handlelength=2.2)
    figure.subplots_adjust(left=0.08, right=0.97, top=0.88, bottom=0.19)
    return figure


def share(scores: np.ndarray, count: int | None = None) -> np.ndarray:
    """The share of `count`, by default of the scores, that reaches each of THRESHOLDS."""
    return (scores[:, None] >= THRESHOLDS).sum(axis=0) / (len(scores) if count is None else count)


def alarm_photos(result: RaccoonsResult, *, words: Words, theme: str) -> Figure:
    """The photos with the highest scores, each with its box."""
    boxes, sizes, scores = (result.arrays[name] for name in ("alarm_box", "alarm_size", "alarm"))
    shots = [
        Shot(
            result.picture(f"alarm-{place}"),
            sizes[place].tolist(),
            words.decimal(float(scores[place]), 2),
            {"false_positives": boxes[place][None]},
        )
        for place in result.alarms
    ]
    return gallery([shots], theme=theme)
