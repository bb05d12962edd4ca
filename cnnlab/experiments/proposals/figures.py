"""Boxes of one photo before and after each of the two suppressions of Faster R-CNN."""

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.evaluation.boxes import iou
from cnnlab.experiments.proposals.compute import Proposals
from cnnlab.look import inks
from cnnlab.plots.photo import OUTCOMES, PALE, loop, outline, show
from cnnlab.plots.style import inches
from cnnlab.words import Words

TEXT, GAP, TITLE = 608, 16, 44  # pixels: the figure, between its panels, above each
DRAWN = 100  # boxes of a panel, those of highest score
GOOD_IOU = 0.5  # with an annotated box, of the boxes that are drawn in green


def suppressions(result: Proposals, *, words: Words, theme: str) -> Figure:
    """Four panels: the RPN's proposals before and after suppression, the head's boxes before and after."""
    ink, categories = inks(theme)
    arrays = result.arrays
    panels = (
        ("proposals_before", arrays["before"]),
        ("proposals_after", arrays["after"]),
        ("boxes_before", arrays["boxes"]),
        ("boxes_after", arrays["boxes"][arrays["kept"]]),
    )
    wide = (TEXT - GAP) / 2
    tall = wide * result.size[1] / result.size[0]
    height = 2 * (TITLE + tall) + GAP
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    for number, (name, boxes) in enumerate(panels):
        row, column = divmod(number, 2)
        left, top = column * (wide + GAP), row * (TITLE + tall + GAP)
        title, below = f"{number + 1}. {words(name)}", counted(boxes, words)
        figure.text(left / TEXT, 1 - (top + 3) / height, title, va="top", fontweight=600, fontsize=10.5)
        figure.text(left / TEXT, 1 - (top + 21) / height, below, va="top", fontsize=9.25, color=ink["ink-2"])
        axes = figure.add_axes((left / TEXT, 1 - (top + TITLE + tall) / height, wide / TEXT, tall / height))
        show(axes, result.picture("photo"), result.size)
        for box in arrays["true_boxes"]:
            outline(axes, box, PALE, 2.4, (0, (3, 1.5)))
        drawn = boxes[:DRAWN]
        good = iou(drawn, arrays["true_boxes"]).max(axis=1) >= GOOD_IOU
        for part, outcome in ((drawn[~good], "false_positives"), (drawn[good], "true_positives")):
            axes.plot(*loop(part), color=categories[OUTCOMES[outcome]], linewidth=0.8 if len(drawn) > 20 else 1.8)
    return figure


def counted(boxes: np.ndarray, words: Words) -> str:
    """ "2 855 cajas, las 100 de mayor puntaje"."""
    number = f"{words.integer(len(boxes))} {words('boxes')}"
    return f"{number}; {words('drawn_best')} {DRAWN}" if len(boxes) > DRAWN else number
