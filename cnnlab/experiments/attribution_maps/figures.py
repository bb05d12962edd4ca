"""Maps of a photo with two classes, of six photos, and of a network without training.

Chapter: l6-por-dentro.
"""

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from cnnlab.experiments.attribution_maps.compute import RULES, STATISTICS, AttributionMaps
from cnnlab.plots.heat import Tile, tiles
from cnnlab.words import Words

OVER, ALONE = ("occlusion", "grad-cam"), ("gradient", "deconvnet", "guided")  # how the maps of methods are drawn
HALVES = ("left", "right")


def depths(result: AttributionMaps, *, words: Words, theme: str) -> Figure:
    """Weighted activations of ResNet-50 for the class at the right: a row a layer, a column a statistic."""
    return weighted(result, "resnet50", result.options.layers, words, theme)


def depths_squeezenet(result: AttributionMaps, *, words: Words, theme: str) -> Figure:
    """The same of SqueezeNet."""
    return weighted(result, "squeezenet", result.options.squeezenet_layers, words, theme)


def weighted(result: AttributionMaps, name: str, layers: tuple[str, ...], words: Words, theme: str) -> Figure:
    photo = opened(result, "pair")
    rows = []
    for place, layer in enumerate(layers):
        shares = {
            each.statistic: each.own_share
            for each in result.weighted
            if (each.network, each.layer, each.half) == (name, layer, HALVES[1])
        }
        rows.append(
            [
                Tile(
                    photo,
                    result.arrays[f"pair_{name}_{place}_{statistic}_{HALVES[1]}"],
                    f"{words(f'statistic_{statistic}')}, {words.percent(shares[statistic], 0)}",
                )
                for statistic in STATISTICS
            ]
        )
    return tiles(rows, theme=theme, names=layers)


def two_classes(result: AttributionMaps, *, words: Words, theme: str) -> Figure:
    """Both classes of the photo of two, in columns: Grad-CAM at the last layer, then the rules of gradients."""
    photo, last = opened(result, "pair"), len(result.options.layers) - 1
    rows = [
        [
            Tile(photo, result.arrays[f"pair_resnet50_{last}_mean_{half}"], label)
            for half, label in zip(HALVES, result.pair_labels, strict=True)
        ]
    ]
    for rule in RULES:
        rows.append([Tile(map=result.arrays[f"pair_{rule}_{half}"]) for half in HALVES])
    return tiles(rows, theme=theme, names=[words(f"method_{each}") for each in ("grad-cam", *RULES)], left=0.2)


def six(result: AttributionMaps, *, words: Words, theme: str) -> Figure:
    """A row a photo: the photo with its most probable class, and the maps of that class by five methods."""
    rows = []
    for place, photo in enumerate(result.photos):
        caption = f"{photo.top[0].label}\n{words.percent(photo.top[0].probability, 0)}"
        pixels = opened(result, f"photo_{place}")
        maps = {method: result.arrays[f"photo_{place}_{method}"] for method in (*OVER, *ALONE)}
        rows.append([Tile(pixels, caption=caption), *of_methods(pixels, maps, words if not place else None)])
    return tiles(rows, theme=theme)


def untrained(result: AttributionMaps, *, words: Words, theme: str) -> Figure:
    """The maps of the first photo with the trained weights, and with random ones."""
    pixels = opened(result, "photo_0")
    rows = []
    for kind in ("photo_0", "untrained"):
        maps = {method: result.arrays[f"{kind}_{method}"] for method in (*OVER, *ALONE)}
        rows.append(of_methods(pixels, maps, words))
    return tiles(rows, theme=theme, names=[words("weights_trained"), words("weights_random")], left=0.14)


def of_methods(pixels: np.ndarray, maps: dict[str, np.ndarray], words: Words | None) -> list[Tile]:
    """A tile a method, over the photo or alone; words: None for no captions."""
    return [
        Tile(pixels if method in OVER else None, values, words(f"method_{method}") if words else "")
        for method, values in maps.items()
    ]


def opened(result: AttributionMaps, name: str) -> np.ndarray:
    with Image.open(result.picture(name)) as picture:
        return np.asarray(picture.convert("RGB"))
