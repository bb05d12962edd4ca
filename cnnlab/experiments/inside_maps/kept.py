"""How maps are kept: in 8 bits, of a size that they fill.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LEVELS = 127  # of a map's magnitude


def small(values: np.ndarray, factor: int = 1) -> np.ndarray:
    """A map (h, w) divided by its largest magnitude, as int8 of −LEVELS to LEVELS; with a factor, smaller by it."""
    import numpy as np

    from cnnlab.interpret.map_input import resized_map, scaled

    height, width = values.shape
    fitted = resized_map(values, height // factor, width // factor) if factor > 1 else values
    return np.round(LEVELS * scaled(fitted)).astype(np.int8)


def right_share(values: np.ndarray) -> float:
    """Of the sum of a map's positive values, what lies in the right half; 0.5 where there is none."""
    import numpy as np

    positive = np.maximum(values, 0)
    total = positive.sum()
    return float(positive[:, positive.shape[1] // 2 :].sum() / total) if total > 0 else 0.5
