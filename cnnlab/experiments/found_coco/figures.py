"""Where a detector of COCO's classes fails most."""

from matplotlib.figure import Figure

from cnnlab.plots.photo import VERDICTS, Shot, gallery


def worst(result, *, words, theme: str) -> Figure:
    """Photos of `found_coco`: above those with most misses, below those with most false boxes, with their counts.

    What lies inside a crowd is not drawn.
    """
    rows = [[shot(result, each, words) for each in result.chosen[kind]] for kind in ("missed", "wrong")]
    return gallery(rows, theme=theme, line=1.4)


def shot(result, each, words) -> Shot:
    judged = list(zip(each["found"]["boxes"], each["right"], each["judged"], strict=True))
    boxes = {
        "right": [box for box, right, _ in judged if right],
        "wrong": [box for box, right, counts in judged if counts and not right],
        "missed": each["missed"],
    }
    said = " · ".join(f"{words(f'boxes_{verdict}')}: {words.integer(len(boxes[verdict]))}" for verdict in VERDICTS)
    return Shot(result.picture(f"photo-{each['number']}"), each["size"], said, boxes)
