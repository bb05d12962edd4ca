"""Outputs of a layer as points, and t-SNE's map of them in two dimensions.

A map shows which points are neighbours. The sizes of its clusters and the distances between them depend on the seed and
on the perplexity, and say little of those in the layer (Wattenberg et al. 2016): measure these with
`cnnlab.evaluation.separation`, on the points themselves too.

Chapters: l3-mnist, l4-cifar.
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError
from cnnlab.interpret.activations import joined, taking
from cnnlab.interpret.arguments import checked_layers, device_of
from cnnlab.models.hooks import outputs
from cnnlab.training.ridge import real

PERPLEXITY = 30.0  # the default of van der Maaten's code, and of scikit-learn
REACH = (1e-12, 1e10)  # of the points from their mean: beyond it scikit-learn finds no widths of neighbourhoods
COMPONENTS = 50  # of the points, that are kept before the map is made (van der Maaten and Hinton 2008, §4)


@torch.inference_mode()
def layer_points(network: nn.Module, layers: Iterable[str], batches: Iterable[torch.Tensor]) -> dict[str, np.ndarray]:
    """{layer: its outputs (n, values), float32} of all inputs in their order, each output flattened.

    network: in eval mode. layers: names as `cnnlab.models.hooks.outputs` takes them. batches: inputs (b, …).

    Raises: OptionError for a layer that does not exist, for batches that are no tensors, where there is no input, and
    where a layer's outputs differ in size or have no row for each input; TrainingError for outputs that are not finite.
    """
    if isinstance(batches, torch.Tensor) or not isinstance(batches, Iterable):
        what = "one tensor" if isinstance(batches, torch.Tensor) else f"of type {type(batches).__name__}"
        raise OptionError(f"batches: {what}", allowed="a list of batches", remedy="batches=[inputs]")
    names, device = checked_layers(layers), device_of(network)
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for inputs in batches:
        if not isinstance(inputs, torch.Tensor):
            raise OptionError(
                f"a batch of type {type(inputs).__name__}", allowed="a tensor of inputs (b, …), no labels"
            )
        with taking(network, inputs):
            values_of = outputs(network, names, inputs.to(device))
        for name, values in values_of.items():
            found[name].append(rows_of(name, values, inputs).float().cpu().numpy())
    if not names or not any(map(len, found[names[0]])):
        raise OptionError(f"{len(names)} layers of no input", allowed="one layer and one input or more")
    return {name: joined(name, each) for name, each in found.items()}


def rows_of(layer: str, values: object, inputs: torch.Tensor) -> torch.Tensor:
    """A layer's output for inputs (b, …) as (b, values). Raises: OptionError for one that has no row for each input."""
    if not isinstance(values, torch.Tensor) or not values.shape or values.shape[:1] != inputs.shape[:1]:
        given = f"shape {tuple(values.shape)}" if isinstance(values, torch.Tensor) else f"type {type(values).__name__}"
        raise OptionError(
            f"layer {layer!r} gives an output of {given} for inputs {tuple(inputs.shape)}",
            allowed="a tensor (b, …) for inputs (b, …)",
            remedy="name another layer; of one input make a batch: input[None]",
        )
    return values.flatten(1) if values.ndim > 1 else values[:, None]


def tsne(points: np.ndarray, *, seed: int = 0, perplexity: float = PERPLEXITY) -> np.ndarray:
    """(n, 2), float32: t-SNE's map (van der Maaten and Hinton 2008) of points (n, d), from a random start.

    Points of more than COMPONENTS dimensions are projected on their principal components first. scikit-learn computes
    it, with Barnes and Hut's approximation (van der Maaten 2014).

    Raises: OptionError for points that are no finite numbers (n, d), d of 1 or more, in float32, that lie outside REACH
    or closer to each other than float32 tells apart; a perplexity outside 1 to below n, a seed that is no whole number
    from 0 to 2³² − 1.
    """
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    with np.errstate(over="ignore"):
        given = real("points", points, 2)
        points = given.astype(np.float32)
    if not points.shape[1] or not np.isfinite(points).all():
        raise OptionError(
            f"points of shape {points.shape}", allowed="finite numbers (n, d), in float32, d of 1 or more"
        )
    check_spread(given, points)
    if not isinstance(perplexity, Real) or isinstance(perplexity, bool) or not 1 <= perplexity < len(points):
        raise OptionError(f"perplexity={perplexity!r} of {len(points)} points", allowed="1 to less than their number")
    if not isinstance(seed, Integral) or isinstance(seed, bool) or not 0 <= seed < 2**32:
        raise OptionError(f"seed={seed!r}", allowed="a whole number from 0 to 2³² − 1")
    if min(points.shape) > COMPONENTS:
        points = PCA(COMPONENTS, svd_solver="full", random_state=seed).fit_transform(points)
    return TSNE(2, perplexity=perplexity, init="random", random_state=seed).fit_transform(points)


def check_spread(given: np.ndarray, points: np.ndarray) -> None:
    """Raise OptionError for points, as given and in float32, that all are too near or too far for t-SNE, but equal."""
    if not len(points) or not (spread := float(np.ptp(given.astype(np.float64), axis=0).max())):
        return
    if np.abs(points - given.astype(np.float64)).max() > spread / 100:
        what = f"points that differ by {spread:g}, too little for float32 among numbers up to {np.abs(points).max():g}"
        raise OptionError(what, allowed="differences that float32 tells apart", remedy="subtract their mean")
    centred = points - points.mean(axis=0, dtype=np.float64)
    farthest = float(np.sqrt((centred**2).sum(axis=1).max()))
    if not REACH[0] <= farthest <= REACH[1]:
        what = f"points up to {farthest:g} from their mean"
        raise OptionError(what, allowed=f"{REACH[0]:g} to {REACH[1]:g}", remedy="divide them all by one number")
