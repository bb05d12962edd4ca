"""One interface for maps of what in a photo speaks for a class: `attribute(model, image, target, method=…)`.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError, nearest
from cnnlab.interpret.gradient_maps import RULES, input_gradient, weighted_activations
from cnnlab.interpret.map_input import checked_target, pixels_of, resized_map, scaled
from cnnlab.interpret.occlusion import occlusion_map, occlusions
from cnnlab.models.pretrained import normalise

OCCLUSION, GRAD_CAM = "occlusion", "grad-cam"
METHODS = (OCCLUSION, *RULES, GRAD_CAM)
OPTIONS: dict[str, dict[str, Any]] = {  # of each method, with their defaults
    OCCLUSION: {
        "window": 32,
        "stride": 16,
        "filling": "grey",
        "form": "difference",
        "batch": 32,
        "precision": "float32",
        "seed": 0,
    },
    **{rule: {} for rule in RULES},
    GRAD_CAM: {"layer": None, "percentile": None},
}


def attribute(
    model: nn.Module,
    image: Any,
    target: int,
    *,
    method: str = GRAD_CAM,
    side: int | None = 224,
    prepare: Callable[[torch.Tensor], torch.Tensor] = normalise,
    **options: Any,
) -> np.ndarray:
    """The map (H, W) of a photo of H × W pixels, float32, −1 to 1: positive where the photo speaks for the class.

    model: a classifier, images (n, 3, h, w) in, one score a class out; in eval mode, and unchanged afterwards. image: a
    path, a PIL picture, an array or a tensor, of any size. target: the class's number. side: pixels of the shorter side
    of what the network gets. prepare: from pixels (n, 3, h, w), 0–1, to the network's input.

    method and its options, whose lengths are in pixels of the network's input:
    "occlusion": window=32, stride=16, filling="grey" ("noise", "blur"), form="difference" ("reciprocal"), batch=32,
    precision="float32" ("bfloat16"), seed=0: see `occlusions` and `occlusion_map`;
    "gradient", "deconvnet", "guided": the largest magnitude over the colours at each pixel (Simonyan et al. 2014, §3):
    see `input_gradient`;
    "grad-cam": layer, which must be named, percentile=None (50 for 004's median): see `weighted_activations`.

    Each map is divided by its largest magnitude, so that it can be compared with another by its form and not by its
    size. The three of gradients tell how much a pixel matters and not in which direction, so they have no negative
    values; those of "occlusion" and "grad-cam" speak against the class. A map without any influence is all zeros.

    Raises: OptionError for a method, option, class or layer that there is not, for a window larger than the photo, and
    for "deconvnet" and "guided" with a network that has activations other than modules of nn.ReLU; DataError for what
    is no picture.
    """
    chosen = checked_options(method, options)
    picture, pixels = pixels_of(image, side)
    values = raw_map(model, pixels, target, method=method, prepare=prepare, **chosen)
    return scaled(resized_map(values, picture.height, picture.width))


def raw_map(
    model: nn.Module,
    pixels: torch.Tensor,
    target: int,
    *,
    method: str,
    prepare: Callable[[torch.Tensor], torch.Tensor] = normalise,
    **options: Any,
) -> np.ndarray:
    """The map of pixels (1, c, h, w), 0–1, in the method's own units: (h, w), or with "grad-cam" (h′, w′) of the layer.

    The rest is as in `attribute`.
    """
    chosen = checked_options(method, options)
    if method == OCCLUSION:
        form, target = chosen.pop("form"), checked_target(model, prepare(pixels), target)
        return occlusion_map(occlusions(model, pixels, prepare=prepare, **chosen), target, form)
    if method == GRAD_CAM:
        if chosen["layer"] is None:
            raise OptionError("layer=None", allowed="the name of a layer that gives maps, as 'layer4' of ResNet-50")
        return weighted_activations(model, prepare(pixels), target, **chosen)
    return input_gradient(model, prepare(pixels), target, rule=method).abs().amax(dim=0).cpu().numpy()


def checked_options(method: object, options: dict[str, Any]) -> dict[str, Any]:
    """A method's options with its defaults. OptionError for a method or an option that there is not."""
    if method not in METHODS:
        raise OptionError(f"method={method!r}", allowed=METHODS, remedy=nearest(str(method), METHODS))
    known = OPTIONS[str(method)]
    for name in options:
        if name not in known:
            allowed = ", ".join(known) or "no options of its own"
            raise OptionError(f"option {name!r} of method {method!r}", allowed=allowed, remedy=nearest(name, known))
    return {**known, **options}
