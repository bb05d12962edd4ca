"""How far fine-tuning moved each layer: change of its weights, similarity of its features, correlation of its channels.

Chapter: a09-dentro.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError
from cnnlab.models.hooks import layer, outputs

GRID = 7  # positions a side to which a map is averaged before it is compared


def weight_change(before: nn.Module, after: nn.Module, name: str) -> float:
    """Relative change ‖w′ − w‖ / ‖w‖ of all weights of the convolutions and linear layers inside the layer `name`.

    before, after: networks of the same architecture; biases and normalisation are left out.

    Raises: OptionError for a layer that does not exist, that has no such weights, or another number in each network.
    """
    return float(weight_difference(before, after, name).norm() / all_weights(before, name).norm())


def weight_difference(before: nn.Module, after: nn.Module, name: str, decay: float = 0.0) -> torch.Tensor:
    """w′ − (1 − decay) w, float32, (k,), of all weights of the convolutions and linear layers inside the layer `name`.

    before, after: networks of the same architecture. decay: the share by which weight decay alone has shrunk w, 0 to 1.

    Raises: as `weight_change`.
    """
    old, new = all_weights(before, name), all_weights(after, name)
    if old.shape != new.shape:
        raise OptionError(f"layer {name!r} has {len(old)} weights before and {len(new)} after")
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

    Raises: OptionError for a layer that does not exist, with the nearest names.
    """
    device = next(network.parameters()).device
    parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for images, _ in batches:
        for name, maps in outputs(network, names, images.to(device)).items():
            grid = (min(GRID, maps.shape[2]), min(GRID, maps.shape[3]))
            averaged = nn.functional.adaptive_avg_pool2d(maps.float(), grid).flatten(1)
            parts[name].append(averaged.cpu().numpy())
    return {name: np.concatenate(parts.pop(name)) for name in names}


def cka(one: np.ndarray, other: np.ndarray) -> float:
    """Linear CKA, 0 to 1, of two sets of features, (n, d) and (n, d′), of the same n examples.

    It is 1 where one is the other rotated, reflected, scaled by one factor or shifted. Computed from the centred n × n
    Gram matrices, which gives the same as the features' cross-covariance.

    Raises: OptionError for fewer than two examples, different numbers of them, or features that are constant.

    Source: Kornblith et al. 2019, section 3.
    """
    if len(one) != len(other) or len(one) < 2:
        raise OptionError(f"{len(one)} and {len(other)} examples", allowed="the same two or more examples")
    grams = []
    for features in (one, other):
        centred = features - features.mean(axis=0)
        grams.append((centred @ centred.T).astype(np.float64))
    scale = np.linalg.norm(grams[0]) * np.linalg.norm(grams[1])
    if scale == 0:
        raise OptionError("features that are the same for every example", allowed="features that vary")
    return float((grams[0] * grams[1]).sum() / scale)


def debiased_cka(one: np.ndarray, other: np.ndarray) -> float:
    """Linear CKA, about 0 to 1, of two sets of features, (n, d) and (n, d′), of the same n examples, without bias.

    `cka` of unrelated features nears 1 where they are many more than the examples (Murphy et al. 2024); here that of
    unrelated features has an expected value near 0, so it may be a little negative, and 1 still is one set rotated,
    reflected, scaled by one factor or shifted. It is the quotient of unbiased estimates of HSIC (Song et al. 2012).

    Raises: OptionError for fewer than four examples, different numbers of them, or features that are constant.

    Source: Nguyen et al. 2021, equation 3; the U-centred matrices are those of Székely and Rizzo 2014.
    """
    if len(one) != len(other) or len(one) < 4:
        raise OptionError(f"{len(one)} and {len(other)} examples", allowed="the same four or more examples")
    return gram_cosine(u_centred(one), u_centred(other))


def gram_cosine(one: np.ndarray, other: np.ndarray) -> float:
    """The cosine of two centred Gram matrices (n, n): debiased CKA where they are `u_centred`.

    For many pairs of networks the matrices, n × n whatever the features, are computed once and kept.

    Raises: OptionError for one that is zero, of features that are constant.
    """
    scale = np.linalg.norm(one) * np.linalg.norm(other)
    if scale == 0:
        raise OptionError("features that are the same for every example", allowed="features that vary")
    return float((one * other).sum() / scale)


def u_centred(features: np.ndarray) -> np.ndarray:
    """The Gram matrix (n, n), float64, of features (n, d) without its diagonal; every row and column adds up to 0.

    The sum of the products of two of them, over n (n − 3), is the unbiased estimate of HSIC.
    """
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

    Raises: OptionError for a layer that does not exist, or that has another number of channels in each network.
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

    Raises: as `channel_correlations`.
    """
    sums: dict[str, torch.Tensor] = {}  # (pairs, 6, channels): number, Σx, Σy, Σx², Σy², Σxy
    for images, _ in batches:
        found = [outputs(each, names, images.to(next(each.parameters()).device)) for each in networks]
        for name in names:
            maps = [each.pop(name).double().transpose(0, 1).flatten(1) for each in found]  # (channels, positions)
            counts = [torch.full((len(each),), each.shape[1], dtype=torch.double, device=each.device) for each in maps]
            totals, squares = [each.sum(dim=1) for each in maps], [each.square().sum(dim=1) for each in maps]
            terms = []
            for x, y in pairs:
                if len(maps[x]) != len(maps[y]):
                    there = f"{len(maps[x])} channels in one network and {len(maps[y])} in the other"
                    raise OptionError(f"layer {name!r} has {there}")
                products = (maps[x] * maps[y]).sum(dim=1)
                terms.append(torch.stack([counts[x], totals[x], totals[y], squares[x], squares[y], products]))
            sums[name] = sums.get(name, 0) + torch.stack(terms)
    return {name: np.stack([pearson(each) for each in sums[name].cpu().numpy()]) for name in names}


def pearson(sums: np.ndarray) -> np.ndarray:
    """Correlations (k,) from (6, k): the number of pairs, Σx, Σy, Σx², Σy² and Σxy; 0 where x or y is constant."""
    count, x, y, xx, yy, xy = sums
    variances = (count * xx - x * x).clip(0) * (count * yy - y * y).clip(0)
    varies = (count * xx - x * x > 1e-9 * count * xx) & (count * yy - y * y > 1e-9 * count * yy)
    quotient = (count * xy - x * y) / np.sqrt(np.where(varies, variances, 1))
    return np.where(varies, quotient.clip(-1, 1), 0.0)
