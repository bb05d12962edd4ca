"""Maps of occlusion: windows by fillings, and two ways to write the score down.

Chapter: l6-por-dentro.
"""

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from cnnlab.experiments.occlusion_maps.compute import OcclusionMaps
from cnnlab.plots.heat import Tile, tiles
from cnnlab.words import Words

CODED = 127  # of the largest magnitude in a map that is kept


def left(result: OcclusionMaps, *, words: Words, theme: str) -> Figure:
    """Maps of the class at the left, a row a filling, a column a window; below each, the share in its own half."""
    return of_target(result, 0, words, theme)


def right(result: OcclusionMaps, *, words: Words, theme: str) -> Figure:
    """The same of the class at the right."""
    return of_target(result, 1, words, theme)


def of_target(result: OcclusionMaps, place: int, words: Words, theme: str) -> Figure:
    photo, target = photo_of(result), result.targets[place].index
    rows = [
        [
            Tile(
                photo,
                result.arrays[f"{target}_{window}_{filling}"],
                f"{window} px, {words.percent(result.map_of(target, window, filling).own_share, 0)}",
            )
            for window in result.options.windows
        ]
        for filling in result.options.fillings
    ]
    return tiles(rows, theme=theme, names=[words(f"filling_{each}") for each in result.options.fillings], left=0.1)


def forms(result: OcclusionMaps, *, words: Words, theme: str) -> Figure:
    """The plain form, and the document's sum of 1/s beside it: the classes in rows, grey windows of the middle size."""
    photo = photo_of(result)
    window = result.options.windows[len(result.options.windows) // 2]
    rows = []
    for target in result.targets:
        key = f"{target.index}_{window}_{result.options.fillings[0]}"
        plain, literal = (result.arrays[each].astype(np.float32) / CODED for each in (key, f"{key}_sum"))
        rows.append([Tile(photo, plain, words("form_difference")), Tile(photo, literal, words("form_reciprocal"))])
    return tiles(rows, theme=theme, names=[each.label.replace(" ", "\n") for each in result.targets])


def photo_of(result: OcclusionMaps) -> np.ndarray:
    with Image.open(result.picture("pair")) as picture:
        return np.asarray(picture.convert("RGB"))
