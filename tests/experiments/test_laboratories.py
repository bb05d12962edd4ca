"""Networks for MNIST on drawn pictures, maps of their layers. Chapter: l3-mnist."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.results import registry

pytestmark = pytest.mark.torch
# Parametrised below: smoke("mnist_one_dense"), smoke("mnist_pooled"), smoke("mnist_augmented"), smoke("mnist_maps").


DIGITS = {"mnist_simple_cnn": 813_802, "mnist_one_dense": 72_298, "mnist_pooled": 16_938, "mnist_augmented": 813_802}


def check(name, result, kept, told, parameters):
    """Every seed and epoch is evaluated on every split; the weights of the first seed's network are kept."""
    assert result.parameters == (parameters or result.parameters)
    assert result.epochs == 1 and len(result.runs) == 1
    assert kept.arrays["test_predicted"].shape == (1, result.tested) and set(kept.files) == {"network.safetensors"}
    assert told["pictures"][1] == str(result.pictures) and told["document_best"] == told["best_test"]
    assert told["best_epochs"] == ("1", "1") and told["test_document"] == told["test"]


def test_networks_for_digits(smoke, written, drawn_digits):
    assert registry.get("mnist_simple_cnn").options_for("cpu").recipe.epochs == 20
    result, kept = smoke("mnist_simple_cnn", mnist=drawn_digits)
    check(kept.name, result, kept, written(kept.name, result, kept.arrays, kept.options), DIGITS[kept.name])


@pytest.mark.parametrize("name", ["mnist_one_dense", "mnist_pooled", "mnist_augmented"])
def test_other_networks_for_digits(smoke, written, drawn_digits, name):
    result, kept = smoke(name, mnist=drawn_digits)
    check(name, result, kept, written(name, result, kept.arrays, kept.options), DIGITS[name])


def test_layers_are_mapped(smoke, written, drawn_digits):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install -r requirements.txt")
    _, trained = smoke("mnist_simple_cnn", mnist=drawn_digits)
    weights = {"mnist_simple_cnn": trained.files["network.safetensors"]}
    result, kept = smoke("mnist_maps", mnist=drawn_digits, **weights)
    assert result.pictures == 20 and [each.key for each in result.layers] == [
        "pixels_layer",
        "middle_layer",
        "last_layer",
    ]
    assert [each.values for each in result.layers][2] == 10
    assert kept.arrays["middle_layer_map_0"].shape == (20, 2)
    assert kept.arrays["last_layer_shares"].sum(axis=1) == pytest.approx(np.ones(10))
    shares = [each.share for each in result.mixed]
    assert shares == sorted(shares, reverse=True)
    told = written("mnist_maps", result, kept.arrays, kept.options)
    assert told["pictures"] == ("20", "20") and told["last_layer_values"] == ("10", "10")


def test_parameters_are_counted_beside_the_printed_ones(smoke, written):
    result, _ = smoke("laboratory_networks")
    simple, alexnet = result.network("simple_cnn"), result.network("alexnet_cifar")
    assert all(each.size == each.printed for each in simple.tensors)
    assert sum(each.printed for each in alexnet.tensors) == 61_100_840 == result.network("alexnet").parameters
    assert alexnet.parameters == 6_199_498 and [each.name for each in simple.layers] == ["conv1", "conv2", "fc1", "fc2"]
    assert {each.printed for each in alexnet.tensors} == {each.size for each in result.network("alexnet").tensors}
    assert sum(each.multiply_adds for each in simple.layers) == simple.multiply_adds
    told = written("laboratory_networks", result)
    assert told["simple_cnn_parameters"] == ("813\u202f802", "813,802")
    assert told["alexnet_cifar_printed"][1] == "61,100,840"


def test_epochs_are_chosen_by_each_rule():
    from cnnlab.experiments.small_classifiers.counting import HEADER, counted, rows
    from cnnlab.words import Words

    curves = {
        "test_accuracy": np.array([[0.7, 0.9, 0.8], [0.6, 0.6, 0.7]]),
        "validation_accuracy": np.array([[0.9, 0.7, 0.9], [0.5, 0.8, 0.7]]),
    }
    result = SimpleNamespace(curves=curves.__getitem__, epochs=3)
    assert counted(result, "test").accuracies == (0.9, 0.7) and counted(result, "test").epochs == (2, 3)
    assert counted(result, "validation").accuracies == (0.7, 0.6) and counted(result, "validation").epochs == (1, 2)
    assert counted(result, "last", 2).accuracies == (0.9, 0.6) and counted(result, "last", 2).epochs == (2, 2)
    assert counted(result, "test", 2).mean == pytest.approx(0.75)
    table = rows(result, Words("en"), (2, 3, 5))
    assert [row[0] for row in table] == ["2", "2", "2", "3", "3", "3"] and len(table[0]) == len(HEADER)
    assert table[3][2:] == ["80.00%", "70.00–90.00%", "2, 3"]


def test_epochs_are_listed_in_both_languages():
    from cnnlab.experiments.small_classifiers.laboratory_numbers import listed

    assert [listed((9, 10, 8)).show(lang) for lang in ("es", "en")] == ["9, 10 y 8", "9, 10 and 8"]
    assert listed((3,)).show("es") == "3"


def test_smoke_budgets_train_less():
    for name in DIGITS:
        experiment = registry.get(name)
        whole, small = experiment.options_for("cpu"), experiment.options_for("smoke")
        assert small.recipe == replace(whole.recipe, epochs=1, batch=8, warmup=small.recipe.warmup)
        assert len(whole.seeds) == 3


@pytest.mark.parametrize(
    ("name", "changes", "least"),
    [
        ("mnist_simple_cnn", {"misread": -1}, 0),
        ("mnist_simple_cnn", {"fitted": 0}, 1),
        ("mnist_augmented", {"fitted": -1}, 1),
        ("mnist_pooled", {"per_class": 0}, 1),
        ("mnist_maps", {"pictures": -1}, 2),
        ("mnist_maps", {"pictures": 1}, 2),
    ],
)
def test_numbers_of_pictures_that_are_too_small_are_refused(name, changes, least):
    """-1 left out the last picture, and 0 took all of them."""
    ((option, value),) = changes.items()
    with pytest.raises(OptionError, match=f"{option}={value}\n *allowed: a whole number from {least}"):
        replace(registry.get(name).options_for("smoke"), **changes)
