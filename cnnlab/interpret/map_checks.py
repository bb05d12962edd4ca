"""Whether maps are true: layers randomised, pixels deleted and inserted, the highest point inside a box or not.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import nn

from cnnlab.errors import OptionError
from cnnlab.interpret.activations import taking
from cnnlab.interpret.arguments import checked_output, device_of
from cnnlab.models.hooks import LABELS, layer
from cnnlab.models.pretrained import normalise
from cnnlab.runtime import autocast

TOLERANCE = 15  # pixels around a box in which a point still counts (Zhang et al. 2016, §4.1)


def randomised(network: nn.Module, groups: Sequence[Sequence[str]], seed: int = 0) -> Iterator[nn.Module]:
    """The network with its first group of layers drawn anew, then with the first two, and so on: a copy each.

    groups: names of layers from the output to the input; all that has weights in them is drawn as torch does when it is
    made (the statistics of batch normalisation are 0 and 1 again). Source: "cascading randomization" of Adebayo et al.
    2018, §3.1.

    Raises: OptionError for a layer that does not exist, or without anything to draw.
    """
    drawn = copy.deepcopy(network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        state = torch.random.get_rng_state()
    for group in groups:
        with torch.random.fork_rng(devices=[]):
            torch.random.set_rng_state(state)
            for name in group:
                resets = [getattr(each, "reset_parameters", None) for each in layer(drawn, name).modules()]
                able = [reset for reset in resets if callable(reset)]
                if not able:
                    raise OptionError(f"layer {name!r} has no weights", allowed="layers with weights")
                for reset in able:
                    reset()
            state = torch.random.get_rng_state()
        yield copy.deepcopy(drawn)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's rank correlation of two maps of one shape, −1 to 1, equal values with their mean rank; 0 where one is
    constant.
    """
    from scipy.stats import rankdata

    check_alike(first, second)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    ranks = [rankdata(each.ravel()) for each in (first, second)]
    return float(np.corrcoef(*ranks)[0, 1])


def structural_similarity(first: np.ndarray, second: np.ndarray) -> float:
    """SSIM (Wang et al. 2004) of the magnitudes of two maps, each brought to 0–1, −1 to 1: Gaussian windows of
    deviation 1.5, as in the paper. The maps have 11 pixels or more of a side.
    """
    from skimage.metrics import structural_similarity as ssim

    check_alike(first, second)
    if min(first.shape) < 11:
        raise OptionError(f"maps of shape {first.shape}", allowed="11 × 11 pixels or more, the window's size")
    brought = [np.abs(each) / max(float(np.abs(each).max()), np.finfo(np.float32).tiny) for each in (first, second)]
    return float(ssim(*brought, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False))


def check_alike(first: np.ndarray, second: np.ndarray) -> None:
    """Raise OptionError for two arrays that are not maps (h, w) of one shape."""
    if first.ndim != 2 or first.shape != second.shape:
        raise OptionError(f"maps of shapes {first.shape} and {second.shape}", allowed="two maps (h, w) of one shape")


@torch.inference_mode()
def perturbed_probabilities(
    network: nn.Module,
    pixels: torch.Tensor,
    ranking: np.ndarray,
    target: int,
    filling: torch.Tensor,
    *,
    insert: bool,
    steps: int = 16,
    prepare: Callable[[torch.Tensor], torch.Tensor] = normalise,
    precision: str = "float32",
    seed: int = 0,
) -> np.ndarray:
    """The class's probability (steps + 1,) as pixels go, highest of the map first; or come, with `insert`.

    pixels, filling: (1, c, h, w), 0–1: the photo, and what is in its place. ranking: a map (h, w) of its size; among
    equal values chance decides. At step k the first k/steps of the pixels are changed.

    Raises: OptionError for a map of another size.

    Source: the deletion and insertion metrics of Petsiuk et al. 2018, §4.1.
    """
    if ranking.shape != tuple(pixels.shape[2:]):
        raise OptionError(f"a map {ranking.shape} of pixels {tuple(pixels.shape[2:])}", allowed="a map of their size")
    device = device_of(network)
    chance = np.random.default_rng(seed).random(ranking.size)
    order = np.lexsort((chance, -ranking.ravel()))
    place = np.empty(ranking.size, np.int64)
    place[order] = np.arange(ranking.size)
    share = torch.from_numpy(place.reshape(ranking.shape)) / ranking.size
    levels = torch.arange(steps + 1).view(-1, 1, 1, 1) / steps
    changed = share[None, None] < levels
    before, after = (filling, pixels) if insert else (pixels, filling)
    inputs = prepare(torch.where(changed, after, before).to(device)).contiguous(memory_format=torch.channels_last)
    with taking(network, inputs), autocast(device.type, precision):
        output = checked_output(LABELS, network(inputs), (2,))
    return output.float().softmax(dim=1)[:, target].cpu().numpy()


def area_under(probabilities: np.ndarray) -> float:
    """The mean height of a curve over equal steps, by trapezoids."""
    return float((probabilities[1:] + probabilities[:-1]).mean() / 2)


def points_inside(values: np.ndarray, boxes: np.ndarray, tolerance: int = TOLERANCE) -> bool:
    """Whether the highest point of a map (h, w) lies in one of the boxes (n, 4), x1, y1, x2, y2 in its pixels, or at
    most `tolerance` pixels outside. Among equal values the point nearest to their middle is taken.

    Source: the pointing game of Zhang et al. 2016, §4.1.
    """
    rows, columns = np.nonzero(values == values.max())
    middle = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
    x, y = columns[middle] + 0.5, rows[middle] + 0.5
    return point_inside(x, y, boxes, tolerance)


def point_inside(x: float, y: float, boxes: np.ndarray, tolerance: int = TOLERANCE) -> bool:
    """Whether a point lies in one of the boxes (n, 4), or at most `tolerance` pixels outside."""
    outside = np.maximum(np.maximum(boxes[:, :2] - (x, y), (x, y) - boxes[:, 2:]), 0)
    return bool((np.hypot(*outside.T) <= tolerance).any())


def share_inside(boxes: np.ndarray, size: tuple[int, int], tolerance: int = TOLERANCE) -> float:
    """The share of the pixels of a photo (height, width) that `point_inside` takes: what a random point hits."""
    rows, columns = np.mgrid[: size[0], : size[1]] + 0.5
    hit = np.zeros(size, bool)
    for x1, y1, x2, y2 in boxes:
        across = np.maximum(np.maximum(x1 - columns, columns - x2), 0)
        down = np.maximum(np.maximum(y1 - rows, rows - y2), 0)
        hit |= np.hypot(across, down) <= tolerance
    return float(hit.mean())
