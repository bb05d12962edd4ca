"""Every number that the course documents print of the laboratories, beside what is computed here.

A row of a table: quantity, printed, here; "–" where nothing is computed here. One function a laboratory, for its
chapter and for the appendix. The rows of the first, which answers two documents, name theirs after the quantity. It
imports no framework. Chapters: l1-fundamentos, z4-documentos.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from cnnlab.experiments.cifar_optimisers.printed import PRINTED as CIFAR_LOG
from cnnlab.experiments.fashion_layers import printed as fashion_printed
from cnnlab.experiments.fundamentals import printed as fundamentals_printed
from cnnlab.experiments.small_classifiers.confusions import matrix
from cnnlab.experiments.small_classifiers.counting import counted
from cnnlab.experiments.small_classifiers.names import class_label
from cnnlab.experiments.transfer_compared.tables import rights
from cnnlab.experiments.transfer_printed.printed import ACCURACIES

if TYPE_CHECKING:
    from cnnlab.experiments.architectures.documents import HeadOf002
    from cnnlab.experiments.fashion_layers.compute import FashionLayers
    from cnnlab.experiments.fundamentals.compute import Fundamentals
    from cnnlab.experiments.laboratory_networks.compute import LaboratoryNetworks, Network
    from cnnlab.experiments.small_classifiers.result import SmallClassifier
    from cnnlab.experiments.transfer.result import Trainings
    from cnnlab.experiments.transfer_features.result import TransferFeatures
    from cnnlab.words import Words

HEADER = ("quantity", "printed_value", "here")
HEADER_WITH_DOCUMENT = ("quantity", "document", "printed_value", "here")
ALEXNET = ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8")
TOP_5 = (("alexnet", "", 0.154, 1), ("second", "", 0.262, 1), ("today", "~", 0.03, 0))  # error, and its decimals
MNIST_BEST, MNIST_BEST_EPOCH = 0.9894, 10
MNIST_CONFUSED = ((7, 2, 8), (6, 0, 7))  # class, taken for, times
CAT, DOG, CAT_AND_DOG = 3, 5, 224  # which of the two is taken for the other is not printed
SHIP, AIRPLANE, SHIP_FOR_AIRPLANE = 8, 0, 92


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
    w, theirs = words, fashion_printed
    table = layers.printed
    before = next(each for each in layers.called.layers[::-1] if each.kind == "MaxPool2d")
    return [
        [w("q_last_map"), w.size(*theirs.LAST_MAP), w.size(*before.output)],
        *(
            [f"{w('q_output_of')} `{kind}-{place}`", w.size(*size), w.size(*ours.output)]
            for place, ((kind, size, _), ours) in enumerate(zip(theirs.LAYERS, table.layers, strict=True), 1)
        ),
        *(
            [f"{w('q_parameters_of')} `{kind}-{place}`", w.integer(count), w.integer(ours.parameters)]
            for place, ((kind, _, count), ours) in enumerate(zip(theirs.LAYERS, table.layers, strict=True), 1)
            if count
        ),
        [w("parameters"), w.integer(theirs.PARAMETERS), w.integer(layers.called.parameters)],
        [w("passes_mb"), w.decimal(theirs.PASSES_MB, 2), w.decimal(table.passes_mb, 2)],
        [w("parameters_mb"), w.decimal(theirs.PARAMETERS_MB, 2), w.decimal(table.parameters_mb, 2)],
        [w("total_mb"), w.decimal(theirs.TOTAL_MB, 2), w.decimal(table.total_mb, 2)],
    ]


def mnist(networks: LaboratoryNetworks, trained: SmallClassifier, words: Words) -> list[list[str]]:
    """Laboratory 3: document 003 on MNIST. Accuracy and epoch: mean of the seeds and the epoch of each; confusions:
    their mean over the seeds, after the last epoch.
    """
    w, simple = words, networks.network("simple_cnn")
    taken = taken_for(trained)
    return [
        [w("q_train_pictures"), w.integer(60_000), w.integer(trained.pictures + trained.held_out)],
        [w("q_test_pictures"), w.integer(10_000), w.integer(trained.tested)],
        [w("q_picture_size"), w.size(28, 28, 3), w.size(*simple.input[1:], simple.input[0])],
        *parameters(simple, 813_802, w),
        *best_epoch(trained, MNIST_BEST, MNIST_BEST_EPOCH, w),
        *(
            [f"{w('q_confused')}: {actual} → {other}", w.integer(times), w.decimal(taken[actual, other], 1)]
            for actual, other, times in MNIST_CONFUSED
        ),
    ]


def cifar(networks: LaboratoryNetworks, trained: SmallClassifier, words: Words) -> list[list[str]]:
    """Laboratory 4: document 003 on CIFAR-10, its log epoch by epoch too. Ours: means of the seeds; confusions after
    the last epoch.
    """
    w, taken = words, taken_for(trained)
    cat, dog, ship, airplane = (class_label(trained.class_names[each], w) for each in (CAT, DOG, SHIP, AIRPLANE))
    log = []
    for place, row in enumerate(CIFAR_LOG[: trained.epochs]):
        for key in ("train_loss", "test_loss", "test_accuracy"):
            both = getattr(row, key), float(trained.curves(key)[:, place].mean())
            written = [w.percent(each, 2) if key == "test_accuracy" else w.decimal(each, 3) for each in both]
            log.append([f"{w(f'q_{key}')} {row.epoch}", *written])
    return [
        *parameters(networks.network("alexnet_cifar"), 6_199_498, w),
        *log,
        *best_epoch(trained, CIFAR_LOG[-1].test_accuracy, CIFAR_LOG[-1].epoch, w),
        [
            f"{w('q_confused')}: {cat} ↔ {dog}",
            w.integer(CAT_AND_DOG),
            w.decimal(max(taken[CAT, DOG], taken[DOG, CAT]), 1),
        ],
        [
            f"{w('q_confused')}: {ship} → {airplane}",
            w.integer(SHIP_FOR_AIRPLANE),
            w.decimal(taken[SHIP, AIRPLANE], 1),
        ],
    ]


def parameters(network: Network, printed: int, words: Words) -> list[list[str]]:
    """The parameters of a network of document 003, printed as a sum, then by tensor."""
    w = words
    return [
        [w("parameters"), w.integer(printed), w.integer(network.parameters)],
        *(
            [f"{w('q_parameters_of')} `{each.name}`", w.integer(each.printed), w.integer(each.size)]
            for each in network.tensors
        ),
        [
            w("q_parameters_total"),
            w.integer(sum(each.printed for each in network.tensors)),
            w.integer(network.parameters),
        ],
    ]


def best_epoch(trained: SmallClassifier, accuracy: float, epoch: int, words: Words) -> list[list[str]]:
    """The best test accuracy within the epochs of document 003, and when: printed, and ours by seed."""
    w = words
    best = counted(trained, "test", epoch)  # in both laboratories the printed one is the last of the document's epochs
    return [
        [f"{w('q_best_accuracy')} {epoch}", w.percent(accuracy, 2), w.percent(best.mean, 2)],
        [w("q_best_epoch"), str(epoch), ", ".join(map(str, best.epochs))],
    ]


def taken_for(trained: SmallClassifier) -> np.ndarray:
    """(classes, classes): how many test pictures of a class are taken for another after the last epoch, mean of the
    seeds.
    """
    return np.mean([matrix(trained, place) for place in range(len(trained.runs))], axis=0)


def transfer(trained: Mapping[str, Trainings], frozen: TransferFeatures, words: Words) -> list[list[str]]:
    """Laboratory 5: the four accuracies of document 003, which does not say of which photos, beside the means of the
    seeds on each set of photos.

    trained: {"insects": result, "pets": result}.
    """
    w = words
    return [
        [
            f"{w('accuracy_test')}: {w(f'alternative_{name}')}, {w(f'set_{group}')}",
            w.percent(accuracy, 1),
            w.percent(float(rights(result, frozen, name).mean()), 1),
        ]
        for group, result in trained.items()
        for name, accuracy in ACCURACIES.items()
    ]


def vgg_head(head: HeadOf002, words: Words) -> list[list[str]]:
    """Laboratories 5 and 7: VGG-16 with the head of document 002, counted. Sizes in 2²⁰ bytes, four a number; the
    multiply-adds count the addition of each bias too, and the passes twice what the layers write.
    """
    w = words
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
    return [[w(key), theirs, ours] for key, theirs, ours in rows]
