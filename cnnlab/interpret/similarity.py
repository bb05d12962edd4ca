"""How far fine-tuning moved each layer: change of its weights, similarity of its features, correlation of its channels.

Chapter: a09-dentro.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError, TrainingError
from cnnlab.interpret.activations import activations, joined
from cnnlab.interpret.arguments import checked_layers, device_of
from cnnlab.models.hooks import layer

GRID = 7  # positions a side to which a map is averaged before it is compared


def weight_change(before: nn.Module, after: nn.Module, name: str) -> float:
    """Relative change ‖w′ − w‖ / ‖w‖ of all weights of the convolutions and linear layers inside the layer `name`.

    before, after: networks of the same architecture; biases and normalisation are left out.

    Raises: OptionError for a layer that does not exist, that has no such weights or others in each network, or whose
    weights before are all 0; TrainingError for weights that are not finite.
    """
    moved, start = weight_difference(before, after, name).norm(), all_weights(before, name).norm()
    if not moved.isfinite() or not start.isfinite():
        raise TrainingError(f"layer {name!r} has weights that are not finite", remedy="look at both networks' weights")
    if start == 0:
        raise OptionError(f"layer {name!r} has only weights of 0 before", allowed="some that are not 0")
    return float(moved / start)


def weight_difference(before: nn.Module, after: nn.Module, name: str, decay: float = 0.0) -> torch.Tensor:
    """w′ − (1 − decay) w, float32, (k,), of all weights of the convolutions and linear layers inside the layer `name`.

    before, after: networks of the same architecture. decay: the share by which weight decay alone has shrunk w, 0 to 1.

    Raises: as `weight_change`.
    """
    if not isinstance(decay, Real) or not 0 <= decay <= 1:
        raise OptionError(f"decay={decay!r}", allowed="0 to 1")
    old, new = all_weights(before, name), all_weights(after, name)
    if old.shape != new.shape:
        raise OptionError(f"layer {name!r} has {len(old)} weights before and {len(new)} after")
    shapes = [[tuple(each.shape) for each in kernels(layer(network, name))] for network in (before, after)]
    for one, other in zip(*shapes, strict=False):
        if one != other:
            raise OptionError(f"layer {name!r} has weights of shape {one} before and {other} after")
    return new - (1 - decay) * old


def all_weights(network: nn.Module, name: str) -> torch.Tensor:
    """Those of the convolutions and linear layers inside a layer, flattened, (k,)."""
    return torch.cat([each.flatten() for each in kernels(layer(network, name))])


def kernels(module: nn.Module) -> list[torch.Tensor]:
    """The weights of all convolutions and linear layers inside a module. Raises: OptionError where there are none."""
    found = [each.weight.detach().float() for each in module.modules() if isinstance(each, (nn.Conv2d, nn.Linear))]
    if not found:
        raise OptionError(f"a layer {type(module).__name__} without weights", allowed="layers with convolutions")
    return found


@torch.inference_mode()
def extract_features(
    network: nn.Module, names: Sequence[str], batches: Iterable[tuple[torch.Tensor, Any]]
) -> dict[str, np.ndarray]:
    """{layer: features (n, channels × positions), float32} of all examples: each map averaged to 7 × 7 positions.

    Rows or columns that are fewer than 7 are kept as they are. network: in eval mode. batches: (images (b, 3, h, w),
    labels, which are not used), as a DataLoader gives them.

    Raises: OptionError for a layer that does not exist, with the nearest names, or gives no maps, for no batch, and
    where the layer's positions differ; TrainingError for features that are not finite.
    """
    device, names = device_of(network), checked_layers(names)
    parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for batch in batches:
        for name, maps in activations(network, names, images_of(batch).to(device)).items():
            grid = (min(GRID, maps.shape[2]), min(GRID, maps.shape[3]))
            averaged = nn.functional.adaptive_avg_pool2d(maps.float(), grid).flatten(1)
            parts[name].append(averaged.cpu().numpy())
    if not all(parts.values()):
        raise OptionError("no batch of images", allowed="one or more")
    return {name: joined(name, parts.pop(name)) for name in names}


def images_of(batch: Any) -> torch.Tensor:
    """The images of a batch, as a DataLoader gives it. OptionError for anything else."""
    if not isinstance(batch, (tuple, list)) or len(batch) != 2 or not isinstance(batch[0], torch.Tensor):
        raise OptionError(f"a batch of type {type(batch).__name__}", allowed="(images (b, 3, h, w), labels)")
    images = batch[0]
    if images.ndim != 4 or not images.is_floating_point():
        raise OptionError(f"images {images.dtype} {tuple(images.shape)}", allowed="floating-point numbers (b, 3, h, w)")
    return images


def cka(one: np.ndarray, other: np.ndarray) -> float:
    """Linear CKA, 0 to 1, of two sets of features, (n, d) and (n, d′), of the same n examples.

    It is 1 where one is the other rotated, reflected, scaled by one factor or shifted. Computed from the centred n × n
    Gram matrices, which gives the same as the features' cross-covariance.

    Raises: OptionError for fewer than two examples, different numbers of them, features that are constant, or no real
    numbers (n, d).

    Source: Kornblith et al. 2019, section 3.
    """
    grams = []
    for features in comparable(one, other, 2):
        centred = features - features.mean(axis=0)
        grams.append((centred @ centred.T).astype(np.float64))
    return gram_cosine(*grams)


def debiased_cka(one: np.ndarray, other: np.ndarray) -> float:
    """Linear CKA, about 0 to 1, of two sets of features, (n, d) and (n, d′), of the same n examples, without bias.

    `cka` of unrelated features nears 1 where they are many more than the examples (Murphy et al. 2024); here that of
    unrelated features has an expected value near 0, so it may be a little negative, and 1 still is one set rotated,
    reflected, scaled by one factor or shifted. It is the quotient of unbiased estimates of HSIC (Song et al. 2012).

    Raises: OptionError for fewer than four examples, different numbers of them, features that are constant or as far
    from each other for every two examples, or no real numbers (n, d).

    Source: Nguyen et al. 2021, equation 3; the U-centred matrices are those of Székely and Rizzo 2014.
    """
    grams = []
    for features in comparable(one, other, 4):
        grams.append(u_centred(features))
        rounding = np.finfo(features.dtype).eps * len(features) * float((features - features.mean(axis=0)).var())
        if np.abs(grams[-1]).max() <= rounding * features.shape[1]:
            raise OptionError(
                "examples that are all as far from each other", allowed="some that are nearer than others"
            )
    return gram_cosine(*grams)


def comparable(one: object, other: object, least: int) -> list[np.ndarray]:
    """Two sets of features of the same examples, (n, d) and (n, d′), each times a power of 2 to numbers of −1 to 1.

    OptionError for fewer than `least` examples, other shapes or types, numbers that are not finite, constant features.
    """
    try:
        sets = [np.asarray(each) for each in (one, other)]
    except (TypeError, ValueError, RuntimeError) as error:  # lists of several lengths; tensors of autograd
        what = f"features of type {type(one).__name__} and {type(other).__name__}: {error}"
        raise OptionError(what, allowed="arrays (n, d)", remedy="of a tensor: .detach().cpu()") from None
    if any(each.dtype.kind not in "biuf" or each.ndim != 2 for each in sets):
        what = " and ".join(f"{each.dtype} {each.shape}" for each in sets)
        raise OptionError(f"features: {what}", allowed="two arrays of real numbers, (n, d) and (n, d′)")
    if len(sets[0]) != len(sets[1]) or len(sets[0]) < least:
        numbers = {2: "two", 4: "four"}[least]
        what = f"{len(sets[0])} and {len(sets[1])} examples"
        raise OptionError(what, allowed=f"the same {numbers} or more examples")
    found = []
    for each in sets:
        features = each if each.dtype in (np.float32, np.float64) else each.astype(np.float64)
        if not np.isfinite(features).all():
            raise OptionError("features that are not finite", allowed="finite numbers", remedy="look at the network")
        rounding = 4 * np.finfo(features.dtype).eps * np.abs(features).max(initial=0)
        if np.abs(features - features[0]).max(initial=0) <= rounding:
            raise OptionError("features that are the same for every example", allowed="features that vary")
        found.append(np.ldexp(features, -np.frexp(np.abs(features).max())[1]))  # exact; squares stay in range
    return found


def gram_cosine(one: np.ndarray, other: np.ndarray) -> float:
    """The cosine of two centred Gram matrices (n, n): debiased CKA where they are `u_centred`.

    For many pairs of networks the matrices, n × n whatever the features, are computed once and kept.

    Raises: OptionError for one that is zero, of features that are constant, or not finite, and for two shapes.
    """
    if one.shape != other.shape:
        raise OptionError(f"Gram matrices {one.shape} and {other.shape}", allowed="of the same examples")
    scale = np.linalg.norm(one) * np.linalg.norm(other)
    if not np.isfinite(scale):
        raise OptionError("Gram matrices that are not finite", allowed="features that are finite, and not too large")
    if scale == 0:
        raise OptionError("features that are the same for every example", allowed="features that vary")
    return float((one * other).sum() / scale)


def u_centred(features: np.ndarray) -> np.ndarray:
    """The Gram matrix (n, n), float64, of features (n, d) without its diagonal; every row and column adds up to 0.

    The sum of the products of two of them, over n (n − 3), is the unbiased estimate of HSIC.

    Raises: OptionError for fewer than four examples.
    """
    if features.ndim != 2 or len(features) < 4:
        raise OptionError(f"features of shape {features.shape}", allowed="(n, d), of four examples or more")
    centred = features - features.mean(axis=0)  # changes nothing, but for fewer rounding errors
    gram = (centred @ centred.T).astype(np.float64)
    np.fill_diagonal(gram, 0)
    count, sums = len(gram), gram.sum(axis=0)
    gram += sums.sum() / ((count - 1) * (count - 2)) - (sums[:, None] + sums) / (count - 2)
    np.fill_diagonal(gram, 0)
    return gram


def channel_correlations(
    one: nn.Module, other: nn.Module, names: Sequence[str], batches: Iterable[tuple[torch.Tensor, Any]]
) -> dict[str, np.ndarray]:
    """{layer: Pearson's correlation (channels,), −1 to 1, of each channel in two networks}, float64.

    It is that of the activations at all positions of all images, at the layer's own resolution; 0 for a channel that
    is constant in either network. one, other: in eval mode, with as many channels. batches: as for `extract_features`.

    Raises: OptionError for a layer that does not exist, or that has another number of channels or positions in each
    network, and for no batch; TrainingError for activations that are not finite.
    """
    found = correlations_of_pairs((one, other), [(0, 1)], names, batches)
    return {name: each[0] for name, each in found.items()}


@torch.inference_mode()
def correlations_of_pairs(
    networks: Sequence[nn.Module],
    pairs: Sequence[tuple[int, int]],
    names: Sequence[str],
    batches: Iterable[tuple[torch.Tensor, Any]],
) -> dict[str, np.ndarray]:
    """{layer: `channel_correlations` of each pair of networks, (pairs, channels)}, float64: each network runs once.

    pairs: places in `networks`, which are in eval mode.

    Raises: as `channel_correlations`; OptionError for places that are not in `networks`.
    """
    names, devices = checked_layers(names), [device_of(each) for each in networks]
    if not pairs or not all(0 <= place < len(networks) for pair in pairs for place in pair):
        raise OptionError(f"pairs={pairs}", allowed=f"one or more, of places from 0 to {len(networks) - 1}")
    sums: dict[str, torch.Tensor] = {}  # (pairs, 6, channels): number, Σx, Σy, Σx², Σy², Σxy
    for batch in batches:
        images = images_of(batch)
        placed = [images.to(device) for device in devices]
        found = [activations(each, names, these, (4, 2)) for each, these in zip(networks, placed, strict=True)]
        for name in names:
            several = [each.pop(name).double() for each in found]
            maps = [each.transpose(0, 1).flatten(1) for each in several]  # (channels, positions)
            counts = [torch.full((len(each),), each.shape[1], dtype=torch.double, device=each.device) for each in maps]
            totals, squares = [each.sum(dim=1) for each in maps], [each.square().sum(dim=1) for each in maps]
            terms = []
            for x, y in pairs:
                if len(maps[x]) != len(maps[y]):
                    there = f"{len(maps[x])} channels in one network and {len(maps[y])} in the other"
                    raise OptionError(f"layer {name!r} has {there}")
                if maps[x].shape != maps[y].shape:
                    shapes = f"{tuple(several[x].shape)} in one network and {tuple(several[y].shape)} in the other"
                    raise OptionError(f"layer {name!r} has maps {shapes}", allowed="maps of one size")
                products = (maps[x] * maps[y]).sum(dim=1)
                terms.append(torch.stack([counts[x], totals[x], totals[y], squares[x], squares[y], products]))
            sums[name] = sums.get(name, 0) + torch.stack(terms)
            if not sums[name].isfinite().all():
                raise TrainingError(f"activations of {name!r} are not finite", remedy="look at the networks' weights")
    if len(sums) < len(names):
        raise OptionError("no batch of images", allowed="one or more")
    return {name: np.stack([pearson(each) for each in sums[name].cpu().numpy()]) for name in names}


def pearson(sums: np.ndarray) -> np.ndarray:
    """Correlations (k,) from (6, k): the number of pairs, Σx, Σy, Σx², Σy² and Σxy; 0 where x or y is constant."""
    count, x, y, xx, yy, xy = sums
    variances = (count * xx - x * x).clip(0) * (count * yy - y * y).clip(0)
    varies = (count * xx - x * x > 1e-9 * count * xx) & (count * yy - y * y > 1e-9 * count * yy)
    quotient = (count * xy - x * y) / np.sqrt(np.where(varies, variances, 1))
    return np.where(varies, quotient.clip(-1, 1), 0.0)
