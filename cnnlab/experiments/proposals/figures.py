"""Boxes of one photo before and after each of the two suppressions of Faster R-CNN."""

from matplotlib import pyplot
from matplotlib.figure import Figure

from cnnlab.evaluation.boxes import iou
from cnnlab.experiments.proposals.compute import DRAWN, SURE, Proposals
from cnnlab.look import inks
from cnnlab.plots.photo import OUTCOMES, PALE, loop, show
from cnnlab.plots.style import inches
from cnnlab.words import Words

TEXT, GAP, TITLE = 608, 16, 44  # pixels: the figure, between its panels, above each
GOOD_IOU = 0.5  # with an annotated box, of the boxes that are drawn in green


def suppressions(result: Proposals, *, words: Words, theme: str) -> Figure:
    """Four panels: the RPN's proposals before and after suppression, the head's boxes before and after."""
    ink, categories = inks(theme)
    arrays = result.arrays
    kept = arrays["kept"]
    panels = (
        ("proposals_before", arrays["before"], None),
        ("proposals_after", arrays["after"], None),
        ("boxes_before", arrays["boxes"], arrays["scores"]),
        ("boxes_after", arrays["boxes"][kept], arrays["scores"][kept]),
    )
    wide = (TEXT - GAP) / 2
    tall = wide * result.size[1] / result.size[0]
    height = 2 * (TITLE + tall) + GAP
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    for number, (name, boxes, scores) in enumerate(panels):
        row, column = divmod(number, 2)
        left, top = column * (wide + GAP), row * (TITLE + tall + GAP)
        title = f"{number + 1}. {words(name)}"
        below, sure = f"{words.integer(len(boxes))} {words('boxes')}", len(boxes)
        if scores is not None:
            sure = int((scores >= SURE).sum())
            below += f", {words.integer(sure)} {words('with_score')} ≥ {words.decimal(SURE, 1)}"
        figure.text(left / TEXT, 1 - (top + 3) / height, title, va="top", fontweight=600, fontsize=10.5)
        figure.text(left / TEXT, 1 - (top + 21) / height, below, va="top", fontsize=9.25, color=ink["ink-2"])
        axes = figure.add_axes((left / TEXT, 1 - (top + TITLE + tall) / height, wide / TEXT, tall / height))
        show(axes, result.picture("photo"), result.size)
        for box in arrays["true_boxes"]:
            axes.plot(*loop(box[None]), color="black", linewidth=2.6)
            axes.plot(*loop(box[None]), color=PALE, linewidth=1.6, dashes=(4, 2))
        good = iou(boxes, arrays["true_boxes"]).max(axis=1) >= GOOD_IOU
        for k in reversed(range(min(DRAWN, len(boxes)))):
            colour = categories[OUTCOMES["true_positives" if good[k] else "false_positives"]]
            axes.plot(*loop(boxes[k : k + 1]), color=colour, linewidth=1.1 if k < sure else 0.4)
    return figure
