"""Where a detector of COCO's classes fails most, and what its errors are like."""

from matplotlib.figure import Figure

from cnnlab.detection.names import class_name
from cnnlab.experiments.found_coco.compute import FoundCoco, JudgedPhoto
from cnnlab.experiments.found_coco.errors import Example
from cnnlab.plots.photo import OUTCOMES, Shot, gallery
from cnnlab.words import Words

COLUMNS = 3  # of the examples


def worst(result: FoundCoco, *, words: Words, theme: str) -> Figure:
    """Photos of `found_coco`: above those with most false negatives, below those with most false positives.

    Detections bear the names of their classes. Below each photo its counts. What lies inside a crowd is not drawn.
    """
    rows = [
        [shot(result, each, words) for each in kind]
        for kind in (result.chosen.false_negatives, result.chosen.false_positives)
    ]
    return gallery(rows, theme=theme, line=1.4)


def shot(result: FoundCoco, photo: JudgedPhoto, words: Words) -> Shot:
    """A photo with its boxes by outcome, the names of what was detected, and their numbers as its caption."""
    names = [class_name(name, words.lang) for name in photo.found.names]
    rows = list(zip(photo.found.boxes, names, photo.true_positives, photo.judged, strict=True))
    right = [(box, name) for box, name, true, _ in rows if true]
    wrong = [(box, name) for box, name, true, counts in rows if counts and not true]
    boxes = {
        "true_positives": [box for box, _ in right],
        "false_positives": [box for box, _ in wrong],
        "false_negatives": photo.false_negatives,
    }
    named = {"true_positives": [name for _, name in right], "false_positives": [name for _, name in wrong]}
    counts = (f"{words.integer(len(boxes[outcome]))} {words(outcome)}" for outcome in OUTCOMES)
    return Shot(result.picture(f"photo-{photo.number}"), photo.size, " · ".join(counts), boxes, named)


def kinds(result: FoundCoco, *, words: Words, theme: str) -> Figure:
    """An error of each kind: the detection as a false positive, the box that makes it one of its kind dashed; below,
    the kind, what was detected with its score, and what is annotated."""
    shots = [example_shot(result, each, words) for each in result.examples]
    return gallery([shots[at : at + COLUMNS] for at in range(0, len(shots), COLUMNS)], theme=theme, line=1.6)


def example_shot(result: FoundCoco, example: Example, words: Words) -> Shot:
    """What is shown of an error, the detection that is right, too, for a repeated one."""
    boxes = {
        "false_positives": example.found.boxes[:1],
        "true_positives": example.found.boxes[1:],
        "false_negatives": example.true_boxes,
    }
    said = [f"{class_name(name, words.lang)} {words.decimal(score, 2)}" for name, score in named(example)]
    true = [f"{words('annotated')}: {class_name(name, words.lang)}" for name in example.true_names]
    lines = (words(f"kind_{example.kind}").capitalize(), *said[:1], *true)
    return Shot(result.picture(f"kind-{example.kind}"), example.size, "\n".join(lines), boxes)


def named(example: Example) -> list[tuple[str, float]]:
    """The names and scores of an example's detections."""
    return list(zip(example.found.names, example.found.scores, strict=True))
