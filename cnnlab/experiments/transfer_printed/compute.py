"""What documents 002 and 003 print on transfer learning, counted again: VGG16's table, four accuracies.

Chapter: l5-transferencia.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from cnnlab.experiments.transfer.result import Share
from cnnlab.results import Result, Run, experiment

BYTES, MEGABYTE = 4, 2**20  # of a number; as the documents' summaries count them
SIDE = 224  # pixels
MOST, INSECTS = 1000, 153  # test photos that are tried; those of ants and bees
WIDTHS = (("vgg16", 512), ("resnet50", 2048), ("squeezenet", 512))  # features that the head of 002 is given


@dataclass(frozen=True)
class Options:
    """It has none."""


@dataclass(frozen=True)
class Row:
    """A layer as it is called: kind, output for one photo, parameters, multiply-adds; what the document prints of the
    last but the multiply-adds."""

    kind: str
    output: tuple[int, ...]
    parameters: int
    macs: int
    printed: tuple[str, tuple[int, ...], int]


@dataclass(frozen=True)
class Accuracy:
    """An accuracy that 003 prints, as correct photos of the fewest test photos that all four allow."""

    alternative: str
    share: Share


@dataclass(frozen=True)
class TransferPrinted(Result):
    """rows: of VGG16 with the head of 002, frozen but for it. macs, macs_biases: without and with the addition of each
    bias. megabytes: in 2²⁰ bytes: of the input, of what the layers with parameters write, forwards and backwards, of
    the parameters, and all of them. heads: parameters of the head by network.

    tested: the fewest test photos of which the four accuracies are whole numbers; possible: the numbers up to MOST.
    insects_possible: how many of the four the INSECTS test photos allow, to two decimals.
    """

    rows: tuple[Row, ...]
    parameters: int
    trained: int
    macs: int
    macs_biases: int
    megabytes: dict[str, float]
    heads: dict[str, int]
    tested: int
    possible: tuple[int, ...]
    insects_possible: int
    accuracies: tuple[Accuracy, ...]


@experiment("transfer_printed", options=Options, result=TransferPrinted, engine="torch")
def transfer_printed(options: Options, run: Run) -> TransferPrinted:
    """The table is read off the network while it computes, without numbers (on torch's `meta` device).

    `cnnlab run transfer_printed`: 14,780,481 and 65,793 parameters, 15.36 thousand million; 200 photos. A second.
    """
    import torch

    from cnnlab.experiments.transfer_printed.printed import ACCURACIES, table
    from cnnlab.models.document_head import printed_head
    from cnnlab.models.sizes import layer_sizes
    from cnnlab.models.torchvision_zoo import build
    from cnnlab.models.weights_torch import parameters

    with torch.device("meta"):
        network = build("vgg16", SIDE)
        for each in network.parameters():
            each.requires_grad = False
        network.avgpool = torch.nn.AdaptiveAvgPool2d((1, 1))
        network.classifier = printed_head(512)
        found = layer_sizes(network, 3, SIDE, SIDE)
        heads = {name: parameters(printed_head(width)) for name, width in WIDTHS}
    rows = tuple(
        Row(each.kind, each.output, each.parameters, each.macs, printed)
        for each, printed in zip(found, table(), strict=True)
    )
    total = sum(row.parameters for row in rows)
    written = sum(math.prod(row.output) for row in rows if row.parameters)
    sizes = {"input": 3 * SIDE * SIDE, "passes": 2 * written, "parameters": total}
    megabytes = {name: BYTES * count / MEGABYTE for name, count in sizes.items()}
    possible = tuple(
        count for count in range(1, MOST + 1) if all(is_whole(each, count) for each in ACCURACIES.values())
    )
    return TransferPrinted(
        rows=rows,
        parameters=total,
        trained=parameters(network, trained=True),
        macs=sum(row.macs for row in rows),
        macs_biases=sum(row.macs for row in rows) + written,
        megabytes=megabytes | {"total": sum(megabytes.values())},
        heads=heads,
        tested=possible[0],
        possible=possible,
        insects_possible=sum(is_whole(each, INSECTS) for each in ACCURACIES.values()),
        accuracies=tuple(
            Accuracy(name, Share(round(each * possible[0]), possible[0])) for name, each in ACCURACIES.items()
        ),
    )


def is_whole(accuracy: float, count: int) -> bool:
    """Whether some number of `count` photos gives this accuracy, rounded to two decimals of a percentage."""
    return abs(round(accuracy * count) / count - accuracy) < 0.5e-4
