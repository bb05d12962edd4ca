"""The documents' numbers beside ours. Chapters: l1-fundamentos, z4-documentos."""

from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab.experiments import printed_numbers
from cnnlab.experiments.cifar_optimisers.printed import PRINTED
from cnnlab.results import load
from cnnlab.words import Words


def pairs(rows, header=printed_numbers.HEADER):
    """{quantity: (printed, here)}; every row has the columns of the header, and no quantity stands twice."""
    assert all(len(row) == len(header) for row in rows)
    found = {quantity: (printed, here) for quantity, *_, printed, here in rows}
    assert len(found) == len(rows)
    return found


def trained(classes, epochs, confusions, names):
    """Two seeds: confusions ((actual, taken for, times by seed), …) among right answers; curves rise to the end."""
    label = np.repeat(np.arange(classes), 20)
    predicted = np.stack([label, label])
    for actual, taken, *times in confusions:
        for seed, count in enumerate(times):
            predicted[seed, np.flatnonzero(label == actual)[:count]] = taken
    curve = np.linspace(0.1, 0.7, epochs)
    return SimpleNamespace(
        pictures=55_000,
        held_out=5_000,
        tested=10_000,
        epochs=epochs,
        class_names=names,
        runs=(0, 1),
        arrays={"test_label": label, "test_predicted": predicted},
        curves=lambda key: np.stack([curve, curve + 0.1]),
    )


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_sizes_of_document_002_are_found_again(lang):
    w = Words(lang)
    found = pairs(printed_numbers.fashion(load("fashion_layers"), w))
    assert len(found) == 1 + 16 + 6 + 4 and all(printed == here for printed, here in found.values())
    head = pairs(printed_numbers.vgg_head(load("architectures").head_of_002, w))
    assert len(head) == 8 and all(printed == here for printed, here in head.values())


def test_two_numbers_of_document_001_differ():
    found = pairs(printed_numbers.fundamentals(load("fundamentals"), Words("en")), printed_numbers.HEADER_WITH_DOCUMENT)
    computed = {quantity: both for quantity, both in found.items() if both[1] != "–"}
    differing = {quantity: both for quantity, both in computed.items() if both[0] != both[1]}
    assert differing == {"LeNet-5: layers": ("5", "7"), "AlexNet: outputs of `conv1`": ("253,440", "290,400")}


def test_digits():
    found = pairs(
        printed_numbers.mnist(
            load("laboratory_networks"), trained(10, 12, [(7, 2, 3, 4)], tuple("0123456789")), Words("en")
        )
    )
    assert found["size of a picture"] == ("28×28×3", "28×28×1")
    assert found["training pictures"] == ("60,000", "60,000") and found["parameters"] == ("813,802", "813,802")
    assert found["best test accuracy up to epoch 10"] == ("98.94%", "64.09%")  # the mean of .5909 and .6909
    assert found["its epoch, by seed"] == ("10", "10, 10")
    assert found["confusions: 7 → 2"] == ("8", "3.5") and found["confusions: 6 → 0"] == ("7", "0.0")


def test_colours():
    from cnnlab.data.cifar10 import CLASS_NAMES

    result = trained(10, 15, [(5, 3, 6, 8), (3, 5, 2, 2), (8, 0, 1, 2)], CLASS_NAMES)
    found = pairs(printed_numbers.cifar(load("laboratory_networks"), result, Words("en")))
    assert found["parameters"] == ("6,199,498", "6,199,498")
    assert found["parameters of `classifier.6.bias`"] == ("1,000", "10")
    assert sum("epoch" in quantity for quantity in found) == 3 * len(PRINTED) + 2
    assert found["training loss, epoch 1"] == ("2.302", "0.150") and found["test accuracy, epoch 15"][0] == "71.27%"
    assert found["confusions: cat ↔ dog"] == ("224", "7.0") and found["confusions: ship → airplane"] == ("92", "1.5")


def test_accuracies_of_document_003_beside_those_on_each_set_of_photos():
    """Two seeds, four photos; the frozen network has no seeds."""
    label = np.array([0, 0, 1, 1])
    trained = {
        group: SimpleNamespace(
            class_names=(first,), right=lambda name, wrong=wrong: np.array([[name != wrong, True, True, True]] * 2)
        )
        for group, first, wrong in (("insects", "ants", "scratch"), ("pets", "cat", "plain"))
    }
    arrays = {f"{group}_{key}": label for group in trained for key in ("label", "resnet50_svm")}
    frozen = SimpleNamespace(arrays=arrays | {"pets_resnet50_svm": 1 - label})
    found = pairs(printed_numbers.transfer(trained, frozen, Words("en")))
    assert len(found) == 8
    assert found["test accuracy: from scratch, ants and bees"] == ("72.0%", "75.0%")
    assert found["test accuracy: frozen and SVM, cats and dogs"] == ("90.5%", "0.0%")
    assert found["test accuracy: fine-tuned, augmented, cats and dogs"] == ("96.0%", "100.0%")
