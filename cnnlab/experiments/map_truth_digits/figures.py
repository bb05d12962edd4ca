"""Maps of digits as the layers of L3's network are drawn anew.

Chapter: l6-por-dentro.
"""

import numpy as np
from matplotlib.figure import Figure

from cnnlab.experiments.inside_maps.curves import by_layer
from cnnlab.experiments.map_truth_digits.compute import DigitTruth
from cnnlab.plots.heat import Tile, tiles
from cnnlab.words import Words


def layers(result: DigitTruth, *, words: Words, theme: str) -> Figure:
    """Rank correlation and SSIM of maps with those of the trained network, by the layers drawn anew so far."""
    measures = [(words("rank_correlation"), result.arrays["rank"]), ("SSIM", result.arrays["similarity"])]
    return by_layer(measures, result.methods, result.layers, words, theme)


def first(result: DigitTruth, *, words: Words, theme: str) -> Figure:
    """The maps of the first digit with the trained weights, and with all layers drawn anew."""
    digit = np.repeat(result.arrays["digit"][..., None], 3, axis=2)
    rows = [
        [
            Tile(digit),
            *(
                Tile(map=values, caption=words(f"method_{method}"))
                for method, values in zip(result.methods, result.arrays[kind], strict=True)
            ),
        ]
        for kind in ("trained", "drawn")
    ]
    return tiles(rows, theme=theme, names=[words("weights_trained"), words("weights_random")], left=0.14)
