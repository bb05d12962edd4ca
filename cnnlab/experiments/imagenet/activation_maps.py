"""Class activation maps of a network whose dense layer reads averaged features.

Source: B. Zhou, A. Khosla, A. Lapedriza, A. Oliva, A. Torralba, "Learning Deep Features for Discriminative
Localization", CVPR 2016, equation 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def class_maps(features: np.ndarray, kernel: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """The maps (n, k, h, w) of some classes: at each position, the features there weighed as the dense layer does.

    features: (n, h, w, c), before the average; kernel: (c, all classes), of the dense layer; classes: (n, k), indices.
    The mean of a map and the class's bias add up to the class's logit. Units: those of logits.
    """
    import numpy as np

    return np.einsum("nhwc,cnk->nkhw", features, kernel[:, classes])
