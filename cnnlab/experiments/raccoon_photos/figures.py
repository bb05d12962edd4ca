"""Raccoon photos whose annotation, or whose place in the split, is open to dispute."""

from matplotlib.figure import Figure

from cnnlab.experiments.raccoon_photos.compute import RaccoonPhotos
from cnnlab.plots.photo import Shot, gallery
from cnnlab.words import Words

COLUMNS = 4


def odd(result: RaccoonPhotos, *, words: Words, theme: str) -> Figure:
    """The photos kept, with their annotated boxes; below, their number and their part in the handout's split."""
    places = {each.number: place for place, each in enumerate(result.photos)}
    shots = []
    for number in result.options.shown:
        each = result.photos[places[number]]
        boxes = result.arrays["boxes"][result.arrays["photo"] == places[number]]
        caption = f"{words.integer(number)}, {words(each.handout)}"
        shots.append(Shot(result.picture(f"photo-{number}"), each.size, caption, {"true_positives": boxes}))
    return gallery([shots[at : at + COLUMNS] for at in range(0, len(shots), COLUMNS)], theme=theme)
