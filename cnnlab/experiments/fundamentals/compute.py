"""What a convolutional layer computes: each formula beside torch and scipy, each printed number computed again.

Chapter: l1-fundamentos.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.experiments.fundamentals.checks import Agreement, Printed, Times
from cnnlab.experiments.fundamentals.layers import Kernels, Layer, Refused, ResCase, TensorKind
from cnnlab.results import Result, Run, experiment

PHOTOS = ("coffee", "rocket")  # of cnnlab.data.imagenet


@dataclass(frozen=True)
class Options:
    """cases: random shapes that every function is compared on. side, channels_in, channels_out, kernel: of the layer
    that is timed, `rounds` times. photo_side: of the photos, in pixels. residual_kernels: 1 to that of ResLayer.
    """

    cases: int = 400
    side: int = 28
    channels_in: int = 8
    channels_out: int = 16
    kernel: int = 5
    rounds: int = 9
    photo_side: int = 240
    residual_kernels: int = 9
    seed: int = 0


@dataclass(frozen=True)
class Fundamentals(Result):
    """lenet, alexnet: layer by layer; lenet_parameters: without its output layer, as the paper counts;
    alexnet_unpadded: side of the first map without padding. The rest: see their types.
    """

    agreement: Agreement
    printed: Printed
    kernels: Kernels
    tensors: tuple[TensorKind, ...]
    lenet: tuple[Layer, ...]
    lenet_parameters: int
    alexnet: tuple[Layer, ...]
    alexnet_unpadded: int
    residual: tuple[ResCase, ...]
    refused: Refused
    times: Times


@experiment("fundamentals", options=Options, result=Fundamentals, engine="torch", smoke=dict(cases=8, rounds=1, side=8))
def fundamentals(options: Options, run: Run) -> Fundamentals:
    """Differences from torch and scipy, sizes and parameters of layers, the time of im2col.

    Arrays: `padded` (5, 5), the output of 002's example by loops. Pictures: the photos of the edge detectors, grey.

    `cnnlab run fundamentals`: all differences below 1e-12; −1.1027, −0.2611, 114. One CPU core: half a minute.
    """
    import numpy as np

    from cnnlab.data import imagenet
    from cnnlab.experiments.fundamentals import checks, layers, printed
    from cnnlab.models.convolution import cross_correlation

    run.seed(options.seed)
    networks = layers.networks()
    run.array("padded", cross_correlation(np.array(printed.IMAGE), np.array(printed.SHARPEN), padding=1))
    for name in PHOTOS:
        run.picture(name, imagenet.photo(name, options.photo_side).convert("L"))
    return Fundamentals(
        agreement=checks.agreement(options.cases, options.seed),
        printed=checks.printed_numbers(options.seed),
        kernels=layers.kernels(),
        tensors=layers.tensor_kinds(),
        lenet=networks["lenet"],
        lenet_parameters=sum(layer.parameters for layer in networks["lenet"][:-1]),
        alexnet=networks["alexnet"],
        alexnet_unpadded=networks["alexnet_unpadded"][0].size[1],
        residual=layers.residual_cases(options.residual_kernels),
        refused=layers.refused(),
        times=checks.times(
            options.side, options.channels_in, options.channels_out, options.kernel, options.rounds, options.seed
        ),
    )
