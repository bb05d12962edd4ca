"""The formulas of `cnnlab.models.convolution` beside torch and scipy, on random shapes and on printed numbers.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import process_time

import numpy as np

from cnnlab.experiments.fundamentals import printed
from cnnlab.models import convolution
from cnnlab.results import Timing

REPEATS = 20


@dataclass(frozen=True)
class Agreement:
    """cases: random shapes; sizes_equal: of how many the size of the output is torch's. The others are the largest
    absolute differences in float64: of loops and product from torch's layer, of correlation and convolution from
    scipy's, of both kinds of pooling from torch's, of both gradients from autograd's."""

    cases: int
    sizes_equal: int
    loops: float
    product: float
    scipy: float
    pooling: float
    gradients: float


@dataclass(frozen=True)
class Printed:
    """correlation, convolution: of the printed 3×3, by loops in float64; turned: the correlation with the input turned
    by 180°; …_single: by scipy in float32, as the document has them.

    Of random maps with zeros around them: associative_convolution, associative_correlation: ‖(A∘B)∘C − A∘(B∘C)‖ over
    ‖(A∘B)∘C‖; mixed: the same of (A⋆B)⋆C and A⋆(B∗C).
    """

    correlation: float
    convolution: float
    turned: float
    correlation_single: float
    convolution_single: float
    associative_convolution: float
    associative_correlation: float
    mixed: float


@dataclass(frozen=True)
class Times:
    """CPU seconds for one layer, medians of the rounds: by loops, by im2col and a product, by torch, which has one
    thread. Other processes of the machine do not count. The ratios are those of the medians."""

    loops: Timing
    product: Timing
    torch: Timing
    loops_ratio: Timing
    product_ratio: Timing


def random_shapes(cases: int, seed: int) -> Iterator[tuple]:
    """Sides (h, w), kernel (a, b), stride, padding, dilation, channels; the kernel fits into the padded input."""
    rng = np.random.default_rng(seed)
    while cases:
        sides, kernel = tuple(rng.integers(1, 13, 2).tolist()), tuple(rng.integers(1, 6, 2).tolist())
        stride, padding, dilation, channels = (
            int(rng.integers(low, high)) for low, high in ((1, 5), (0, 4), (1, 4), (1, 4))
        )
        if all(dilation * (k - 1) < n + 2 * padding for n, k in zip(sides, kernel, strict=True)):
            cases -= 1
            yield sides, kernel, stride, padding, dilation, channels


def agreement(cases: int, seed: int) -> Agreement:
    """Compare every function with its judge on `cases` random shapes."""
    import torch
    from scipy import signal

    rng, equal = np.random.default_rng(seed), 0
    worst = dict.fromkeys(("loops", "product", "scipy", "pooling", "gradients"), 0.0)

    def compare(name: str, ours: np.ndarray, theirs: np.ndarray) -> None:
        worst[name] = max(worst[name], float(np.abs(ours - theirs).max()))

    for sides, kernel, stride, padding, dilation, channels in random_shapes(cases, seed):
        how = {"stride": stride, "padding": padding, "dilation": dilation}
        maps, weights = rng.standard_normal((channels, *sides)), rng.standard_normal((2, channels, *kernel))
        bias = rng.standard_normal(2)
        theirs = torch.nn.functional.conv2d(*map(torch.from_numpy, (maps, weights, bias)), **how).numpy()  # type: ignore[call-overload]
        equal += convolution.output_sides(sides, kernel, stride, padding, dilation) == list(theirs.shape[1:])
        pairs = zip(maps, weights[0], strict=True)
        compare("loops", sum(convolution.cross_correlation(a, k, **how) for a, k in pairs) + bias[0], theirs[0])
        compare("product", convolution.layer_as_product(maps, weights, bias, **how), theirs)
        image, one = np.pad(maps[0], 4), weights[0, 0]  # no kernel is larger than the padded map
        compare("scipy", convolution.cross_correlation(image, one), signal.correlate2d(image, one, mode="valid"))
        compare("scipy", convolution.convolve(image, one), signal.convolve2d(image, one, mode="valid"))
        tensor = torch.from_numpy(image)[None]
        for reduce, layer in ((np.max, torch.nn.MaxPool2d), (np.mean, torch.nn.AvgPool2d)):
            compare(
                "pooling", convolution.pool(image, kernel, stride, reduce), layer(kernel, stride)(tensor)[0].numpy()
            )
        a, k = (torch.from_numpy(each).requires_grad_() for each in (image, one))
        out = torch.nn.functional.conv2d(a[None, None], k[None, None], stride=stride, padding=padding)[0, 0]
        gradient = rng.standard_normal(out.shape)
        out.backward(torch.from_numpy(gradient))
        for ours, by_torch in zip(
            convolution.gradients(image, one, gradient, stride, padding), (k.grad, a.grad), strict=True
        ):
            compare("gradients", ours, by_torch.numpy())  # type: ignore[union-attr]
    return Agreement(cases, equal, **worst)


def printed_numbers(seed: int) -> Printed:
    """The numbers of the document's 3×3, and whether the two operations are associative."""
    from scipy import signal

    a, k = np.array(printed.A), np.array(printed.K)
    single = a.astype(np.float32), k.astype(np.float32)
    rng = np.random.default_rng(seed)
    maps, b, c = (rng.standard_normal((side, side)) for side in (12, 3, 3))

    def convolved(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        return convolution.convolve(x, kernel, padding=len(kernel) - 1)

    def correlated(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        return convolution.cross_correlation(x, kernel, padding=len(kernel) - 1)

    def apart(one: np.ndarray, other: np.ndarray) -> float:
        return float(np.linalg.norm(one - other) / np.linalg.norm(one))

    return Printed(
        correlation=float(convolution.cross_correlation(a, k)[0, 0]),
        convolution=float(convolution.convolve(a, k)[0, 0]),
        turned=float(convolution.cross_correlation(a[::-1, ::-1], k)[0, 0]),
        correlation_single=float(signal.correlate2d(*single, mode="valid")[0, 0]),
        convolution_single=float(signal.convolve2d(*single, mode="valid")[0, 0]),
        associative_convolution=apart(convolved(convolved(maps, b), c), convolved(maps, convolved(b, c))),
        associative_correlation=apart(correlated(correlated(maps, b), c), correlated(maps, correlated(b, c))),
        mixed=apart(correlated(correlated(maps, b), c), correlated(maps, convolved(b, c))),
    )


def repeated(way: Callable[[], object]) -> Callable[[], None]:
    """A call REPEATS times: one of them is too short for the clock."""

    def calls() -> None:
        for _ in range(REPEATS):
            way()

    return calls


def times(side: int, channels_in: int, channels_out: int, kernel: int, rounds: int, seed: int) -> Times:
    """Time one layer of (channels_in, side, side) three ways, which take turns; a first pass does not count."""
    import torch

    rng = np.random.default_rng(seed)
    maps = rng.standard_normal((channels_in, side, side)).astype(np.float32)
    weights = rng.standard_normal((channels_out, channels_in, kernel, kernel)).astype(np.float32)
    bias = np.zeros(channels_out, np.float32)
    tensors = [torch.from_numpy(each) for each in (maps[None], weights, bias)]

    def loops() -> None:
        for of_one in weights:
            sum(convolution.cross_correlation(a, k) for a, k in zip(maps, of_one, strict=True))

    ways = {
        "loops": loops,
        "product": repeated(lambda: convolution.layer_as_product(maps, weights, bias)),
        "torch": repeated(lambda: torch.nn.functional.conv2d(*tensors)),  # type: ignore[call-overload]
    }
    seconds = np.empty((rounds + 1, len(ways)))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.no_grad():
            for at in range(rounds + 1):
                for place, way in enumerate(ways.values()):
                    start = process_time()
                    way()
                    seconds[at, place] = process_time() - start
    finally:
        torch.set_num_threads(threads)
    by_loops, by_product, by_torch = (np.median(seconds[1:], axis=0) / (1, REPEATS, REPEATS)).tolist()
    return Times(by_loops, by_product, by_torch, by_loops / by_torch, by_product / by_torch)
