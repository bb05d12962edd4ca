"""Where a detector of COCO's classes fails most."""

from matplotlib.figure import Figure

from cnnlab.experiments.found_coco.compute import FoundCoco, JudgedPhoto
from cnnlab.plots.photo import OUTCOME_WORDS, Shot, gallery
from cnnlab.words import Words


def worst(result: FoundCoco, *, words: Words, theme: str) -> Figure:
    """Photos of `found_coco`: above those with most false negatives, below those with most false positives.

    Below each its counts. What lies inside a crowd is not drawn.
    """
    rows = [
        [shot(result, each, words) for each in kind]
        for kind in (result.chosen.false_negatives, result.chosen.false_positives)
    ]
    return gallery(rows, theme=theme, line=1.4)


def shot(result: FoundCoco, photo: JudgedPhoto, words: Words) -> Shot:
    """A photo with its boxes by outcome, and their numbers as its caption."""
    judged = list(zip(photo.found.boxes, photo.true_positives, photo.judged, strict=True))
    boxes = {
        "true_positives": [box for box, true, _ in judged if true],
        "false_positives": [box for box, true, counts in judged if counts and not true],
        "false_negatives": photo.false_negatives,
    }
    counts = (f"{words(word)}: {words.integer(len(boxes[outcome]))}" for outcome, word in OUTCOME_WORDS.items())
    return Shot(result.picture(f"photo-{photo.number}"), photo.size, " · ".join(counts), boxes)
