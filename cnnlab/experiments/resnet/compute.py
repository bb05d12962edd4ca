"""The five networks of table 1: sizes, parameters and multiply-adds; ResNet-50 against that of `keras.applications`.

Chapters: a04-etapas, a05-clasificador, a06-red.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from cnnlab.experiments.resnet.architecture import (
    Architecture,
    Unread,
    describe,
    multiply_adds,
    receptive_fields,
    unread,
)
from cnnlab.experiments.resnet.comparison import compare_with_keras
from cnnlab.experiments.resnet.layers import layers_of
from cnnlab.experiments.resnet.random_weights import RandomWeights, random_weights
from cnnlab.experiments.resnet.widened import Widened, widened
from cnnlab.results import Result, Run, experiment

PRINTED_FLOPS = {18: 1.8e9, 34: 3.6e9, 50: 3.8e9, 101: 7.6e9, 152: 11.3e9}  # table 1 of the paper, last row
TORCHVISION_PARAMETERS = 25_557_032  # of its ResNet-50, as published: no biases before a normalisation


@dataclass(frozen=True)
class Options:
    """seeds: of the random weights. photo: to which these are applied, of `cnnlab.data.imagenet.PHOTOS`. compared: the
    number of photos given to our ResNet-50 and to Keras's.
    """

    depths: tuple[int, ...] = (18, 34, 50, 101, 152)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    photo: str = "cat"
    compared: int = 4


@dataclass(frozen=True)
class Specification:
    """A column of table 1. blocks: their number in conv2_x … conv5_x; convolutions: those of a block of each stage, as
    (side of the kernel, channels).
    """

    depth: int
    kind: str
    blocks: tuple[int, ...]
    convolutions: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class Network(Architecture):
    """An architecture; with the stride in the 3×3 its multiply-adds, and how many of its convolutions pad unevenly; the
    FLOPs that the paper prints.
    """

    stride_in_3x3: int
    uneven_in_3x3: int
    printed: float


@dataclass(frozen=True)
class ResNets(Result):
    """depths: the networks by depth, with the stride in the 1×1. flops_table: the FLOPs that the paper prints.

    Of ResNet-50: stride_in_1x1, stride_in_3x3: multiply-adds by the place of the stride; receptive_field (pixels of
    the input's side) and unread, by the same places. layers_compared … softmax_sum: see `comparison.Comparison`.
    widened: ResNet-50 with twice the channels, in "all" convolutions of its blocks or in the "inner" ones alone.
    """

    specification: tuple[Specification, ...]
    depths: dict[str, Network]
    flops_table: dict[str, float]
    stride_in_1x1: int
    stride_in_3x3: int
    receptive_field: dict[str, int]
    unread: dict[str, Unread]
    torchvision_parameters: int
    layers_compared: int
    layers_equal: int
    max_output_difference: float
    compared_photos: int
    compared_largest: float
    softmax_sum: float
    changed: dict[str, float]
    random: RandomWeights
    widened: dict[str, Widened]


@experiment(
    "resnet",
    options=Options,
    result=ResNets,
    engine="tensorflow",
    smoke=dict(depths=(18, 50), seeds=(0,), compared=1),
)
def resnet(options: Options, run: Run) -> ResNets:
    """Sizes after every block, parameters and multiply-adds by stage of the five networks at 224 px; the paper's FLOPs
    beside our counts; ResNet-50's layers and outputs against `keras.applications.ResNet50(weights=None)`; outputs with
    random weights.

    `cnnlab run resnet`: 25,636,712 parameters for 50 layers, 53,120 not trainable; outputs within 1e-5. CPU: 1 minute.
    """
    from cnnlab.models.resnet_keras import build_resnet

    depths = {str(depth): _network(depth) for depth in run.progress(options.depths, "depth")}
    strides = ("1x1", "3x3")
    return ResNets(
        specification=_specification(),
        depths=depths,
        flops_table={str(depth): flops for depth, flops in PRINTED_FLOPS.items()},
        stride_in_1x1=multiply_adds(build_resnet(50)),
        stride_in_3x3=multiply_adds(build_resnet(50, stride_in="3x3")),
        receptive_field={
            stride: list(receptive_fields(build_resnet(50, stride_in=stride)).values())[-1] for stride in strides
        },
        unread={stride: unread(build_resnet(50, stride_in=stride)) for stride in strides},
        torchvision_parameters=TORCHVISION_PARAMETERS,
        **asdict(compare_with_keras(options.seeds[0], options.compared, run)),
        random=random_weights(options.photo, options.seeds, run),
        widened=widened(),
    )


def _network(depth: int) -> Network:
    from cnnlab.models.resnet_keras import build_resnet

    architecture, moved = describe(build_resnet(depth)), build_resnet(depth, stride_in="3x3")
    return Network(
        **vars(architecture),
        stride_in_3x3=multiply_adds(moved),
        uneven_in_3x3=sum(layer.uneven for layer in layers_of(moved)),
        printed=PRINTED_FLOPS[depth],
    )


def _specification() -> tuple[Specification, ...]:
    from cnnlab.models.resnet_keras import SPECIFICATION, WIDTHS, block_convolutions

    return tuple(
        Specification(
            depth=depth,
            kind=kind,
            blocks=blocks,
            convolutions=tuple(
                tuple((side, channels) for channels, side, _ in block_convolutions(kind, width)) for width in WIDTHS
            ),
        )
        for depth, (kind, blocks) in SPECIFICATION.items()
    )
