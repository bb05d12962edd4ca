"""Every number that the course documents print of the laboratories, beside what is computed here.

A row of a table: quantity, document, printed, here; "–" where nothing is computed here. One function a laboratory, for
its chapter and for the appendix. It imports no framework. Chapters: l1-fundamentos, z4-documentos.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.experiments.fashion_layers import printed as fashion_printed
from cnnlab.experiments.fundamentals import printed as fundamentals_printed

if TYPE_CHECKING:
    from cnnlab.experiments.architectures.documents import HeadOf002
    from cnnlab.experiments.fashion_layers.compute import FashionLayers
    from cnnlab.experiments.fundamentals.compute import Fundamentals
    from cnnlab.words import Words

HEADER = ("quantity", "document", "printed_value", "here")
ALEXNET = ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8")
TOP_5 = (("alexnet", "", 0.154, 1), ("second", "", 0.262, 1), ("today", "~", 0.03, 0))  # error, and its decimals


def fundamentals(result: Fundamentals, words: Words) -> list[list[str]]:
    """Laboratory 1: documents 001 and 002."""
    w, p, theirs = words, result.printed, fundamentals_printed
    first, second = w("document_001"), w("document_002")
    neurons = {layer.name: layer.neurons for layer in result.alexnet}
    return [
        [w("q_weights"), first, w.size(8, 1, 5, 5), w.size(*result.kernels.weights)],
        [w("q_biases"), first, "8", w.size(*result.kernels.biases)],
        [w("q_correlation"), first, w.decimal(theirs.CORRELATION, 4), w.decimal(p.correlation, 4)],
        [w("q_correlation_scipy"), first, w.decimal(theirs.CORRELATION_SCIPY, 7), w.decimal(p.correlation_single, 7)],
        [w("q_convolution_scipy"), first, w.decimal(theirs.CONVOLUTION_SCIPY, 7), w.decimal(p.convolution_single, 7)],
        [w("q_turned"), first, w.decimal(theirs.CONVOLUTION, 4), w.decimal(p.turned, 4)],
        [w("q_lenet_layers"), first, "5", w.integer(len(result.lenet))],
        [w("q_alexnet_input"), first, w.integer(theirs.ALEXNET_INPUT), w.integer(224 * 224 * 3)],
        *(
            [f"{w('q_alexnet_layer')} `{name}`", first, w.integer(count), w.integer(neurons[name])]
            for name, count in zip(ALEXNET, theirs.ALEXNET_NEURONS, strict=True)
        ),
        *(
            [w(f"q_top5_{which}"), first, f"{about}{w.percent(error, places)}", "–"]
            for which, about, error, places in TOP_5
        ),
        [w("q_first"), second, w.integer(theirs.FIRST), w.integer(round(float(result.arrays["padded"][0, 0])))],
    ]


def fashion(layers: FashionLayers, words: Words) -> list[list[str]]:
    """Laboratory 2: the table of document 002, layer by layer, beside the network that it describes."""
    w, theirs, document = words, fashion_printed, words("document_002")
    table = layers.printed
    before = next(each for each in layers.called.layers[::-1] if each.kind == "MaxPool2d")
    return [
        [w("q_last_map"), document, w.size(*theirs.LAST_MAP), w.size(*before.output)],
        *(
            [f"{w('q_output_of')} `{kind}-{place}`", document, w.size(*size), w.size(*ours.output)]
            for place, ((kind, size, _), ours) in enumerate(zip(theirs.LAYERS, table.layers, strict=True), 1)
        ),
        *(
            [f"{w('q_parameters_of')} `{kind}-{place}`", document, w.integer(count), w.integer(ours.parameters)]
            for place, ((kind, _, count), ours) in enumerate(zip(theirs.LAYERS, table.layers, strict=True), 1)
            if count
        ),
        [w("parameters"), document, w.integer(theirs.PARAMETERS), w.integer(layers.called.parameters)],
        [w("passes_mb"), document, w.decimal(theirs.PASSES_MB, 2), w.decimal(table.passes_mb, 2)],
        [w("parameters_mb"), document, w.decimal(theirs.PARAMETERS_MB, 2), w.decimal(table.parameters_mb, 2)],
        [w("total_mb"), document, w.decimal(theirs.TOTAL_MB, 2), w.decimal(table.total_mb, 2)],
    ]


def vgg_head(head: HeadOf002, words: Words) -> list[list[str]]:
    """Laboratories 5 and 7: VGG-16 with the head of document 002, counted. Sizes in 2²⁰ bytes, four a number; the
    multiply-adds count the addition of each bias too, and the passes twice what the layers write.
    """
    w, document = words, words("document_002")
    sizes = [4 * 3 * 224**2, 8 * head.outputs, 4 * head.parameters]
    rows = [
        ("q_head_parameters", w.integer(14_780_481), w.integer(head.parameters)),
        ("q_head_trained", w.integer(65_793), w.integer(head.trained)),
        ("q_head_frozen", w.integer(14_714_688), w.integer(head.parameters - head.trained)),
        ("q_head_giga", w.decimal(15.36, 2), w.decimal((head.multiply_adds + head.outputs) / 1e9, 2)),
        *(
            (key, w.decimal(theirs, 2), w.decimal(ours / 2**20, 2))
            for key, theirs, ours in zip(
                ("q_input_mb", "passes_mb", "parameters_mb", "total_mb"),
                (0.57, 103.36, 56.38, 160.32),
                (*sizes, sum(sizes)),
                strict=True,
            )
        ),
    ]
    return [[w(key), document, theirs, ours] for key, theirs, ours in rows]
