"""ResNet-50 made wider, as the chapter's exercise does: by other values of two constants of `resnet_keras`."""

from __future__ import annotations

from dataclasses import dataclass
from unittest.mock import patch


@dataclass(frozen=True)
class Widened:
    """parameters; multiply_adds for one picture of 224×224."""

    parameters: int
    multiply_adds: int


def widened() -> dict[str, Widened]:
    """ResNet-50 with twice the channels in "all" convolutions of its blocks, and in the "inner" ones alone, the first
    1×1 and the 3×3, as S. Zagoruyko and N. Komodakis, "Wide Residual Networks", BMVC 2016, do in WRN-50-2-bottleneck.
    """
    from cnnlab.models import resnet_keras
    from cnnlab.models.cost_keras import cost

    double = tuple(2 * width for width in resnet_keras.WIDTHS)
    networks = {}
    for name, expansion in (("all", resnet_keras.EXPANSION), ("inner", resnet_keras.EXPANSION // 2)):
        with patch.multiple(resnet_keras, WIDTHS=double, EXPANSION=expansion):
            networks[name] = Widened(**cost(resnet_keras.build_resnet(50).layers))
    return networks
