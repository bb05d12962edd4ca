"""Networks for MNIST and CIFAR-10 on drawn pictures, maps of their layers. Chapters: l3-mnist, l4-cifar."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.results import registry

pytestmark = pytest.mark.torch
# Parametrised below: smoke("mnist_one_dense"), smoke("mnist_pooled"), smoke("mnist_augmented"), smoke("cifar_alexnet"),
# smoke("cifar_alexnet_small_batches"), smoke("cifar_alexnet_augmented"), smoke("cifar_better_unaugmented"),
# smoke("cifar_alexnet_better"), smoke("cifar_residual"), smoke("cifar_residual_erased"), smoke("mnist_maps"),
# smoke("cifar_maps").


DIGITS = {"mnist_simple_cnn": 813_802, "mnist_one_dense": 72_298, "mnist_pooled": 16_938, "mnist_augmented": 813_802}
COLOURS = {
    "cifar_alexnet": 6_199_498,
    "cifar_alexnet_small_batches": 6_199_498,
    "cifar_alexnet_augmented": 6_199_498,
    "cifar_better_unaugmented": 6_199_498,
    "cifar_alexnet_better": 6_199_498,
    "cifar_residual": None,
    "cifar_residual_erased": None,
}


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


@pytest.mark.parametrize("name", list(COLOURS))
def test_networks_for_colour_pictures(smoke, written, drawn_colours, name):
    result, kept = smoke(name, cifar10=drawn_colours)
    told = written(name, result, kept.arrays, kept.options)
    check(name, result, kept, told, COLOURS[name])
    assert kept.arrays["misread"].shape[1:] == (3, 32, 32)


def test_optimisers_are_compared_with_the_printed_log(smoke, written, drawn_colours):
    from cnnlab.experiments.cifar_optimisers.printed import PRINTED

    assert len(PRINTED) == 15 and PRINTED[-1].test_accuracy == 0.7127 and PRINTED[9].train_loss == 0.878938
    result, kept = smoke("cifar_optimisers", cifar10=drawn_colours)
    (start,) = result.starts
    assert result.nearest == 0 and start.optimiser == "SGD" and len(start.curve) == 1
    assert start.distance == pytest.approx(abs(np.log(start.curve[0].train_loss / 2.302293)))
    assert written("cifar_optimisers", result, kept.arrays, kept.options)["printed_1"] == ("2,302", "2.302")


@pytest.mark.parametrize(("name", "source"), [("mnist_maps", "mnist_simple_cnn"), ("cifar_maps", "cifar_alexnet")])
def test_layers_are_mapped(smoke, written, drawn_digits, drawn_colours, name, source):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install -r requirements.txt")
    data = {"mnist": drawn_digits} if name == "mnist_maps" else {"cifar10": drawn_colours}
    _, trained = smoke(source, **data)
    weights = {source: trained.files["network.safetensors"]}
    result, kept = smoke(name, **data, **weights)
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
    told = written(name, result, kept.arrays, kept.options)
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
    for name in (*DIGITS, *COLOURS):
        experiment = registry.get(name)
        whole, small = experiment.options_for("cpu"), experiment.options_for("smoke")
        assert small.recipe == replace(whole.recipe, epochs=1, batch=8, warmup=small.recipe.warmup)
        assert len(whole.seeds) == (2 if whole.recipe.epochs == 40 else 3)  # those that take longer


def test_pictures_without_their_centre(smoke, written, drawn_colours):
    import torch

    from cnnlab.experiments.cifar_background.compute import masked_centre
    from cnnlab.experiments.cifar_background.numbers import REST, sky_share

    inputs = torch.ones(1, 1, 4, 4)
    assert masked_centre(inputs, 2, True)[0, 0].tolist() == [[1] * 4, [1, 0, 0, 1], [1, 0, 0, 1], [1] * 4]
    assert masked_centre(inputs, 2, False).sum() == 4 and masked_centre(inputs, 0, True).sum() == 16
    matrix = np.zeros((10, 10), int)
    matrix[0, 0], matrix[0, 8], matrix[2, 3], matrix[8, 0] = 5, 2, 1, 1
    assert sky_share(matrix) == 3 / 4 and sky_share(matrix, REST) == 0
    matrix[4, 2], matrix[4, 3], matrix[5, 5] = 1, 1, 9
    assert sky_share(matrix, REST) == 1 / 2 and matrix.sum() == 20
    _, trained = smoke("cifar_alexnet", cifar10=drawn_colours)
    weights = {"cifar_alexnet": trained.files["network.safetensors"]}
    result, kept = smoke("cifar_background", cifar10=drawn_colours, **weights)
    whole, half = result.masked
    assert (whole.side, whole.area, half.area) == (0, 0, 0.25) and result.pictures == 20
    assert kept.arrays["hidden_matrix"].shape == (2, 10, 10) and kept.arrays["hidden_matrix"].sum() == 40
    assert kept.arrays["border"].shape == (20, 3) and 0 < kept.arrays["border"].mean() < 255
    assert whole.hidden == kept.arrays["hidden_matrix"][0].trace() / 20 and whole.shown_low <= whole.shown
    assert written("cifar_background", result, kept.arrays, kept.options)["area_16"] == ("25\u202f%", "25%")


@pytest.mark.parametrize(
    ("name", "changes", "least"),
    [
        ("mnist_simple_cnn", {"misread": -1}, 0),
        ("mnist_simple_cnn", {"fitted": 0}, 1),
        ("mnist_augmented", {"fitted": -1}, 1),
        ("mnist_pooled", {"per_class": 0}, 1),
        ("mnist_maps", {"pictures": -1}, 2),
        ("mnist_maps", {"pictures": 1}, 2),
        ("cifar_background", {"per_class": 0}, 1),
        ("cifar_epochs", {"per_class": 0}, 1),
        ("cifar_epochs", {"kernels": 2.5}, 1),
        ("cifar_epochs", {"channels": 0}, 1),
        ("cifar_epochs", {"patches": 0}, 1),
        ("cifar_epochs", {"compared": 0}, 1),
    ],
)
def test_numbers_of_pictures_that_are_too_small_are_refused(name, changes, least):
    """-1 left out the last picture, and 0 took all of them."""
    ((option, value),) = changes.items()
    with pytest.raises(OptionError, match=f"{option}={value}\n *allowed: a whole number from {least}"):
        replace(registry.get(name).options_for("smoke"), **changes)


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("cifar_background", {"sides": ()}, r"sides=\(\)\n *allowed: one or more, 0 to 32"),
        ("cifar_background", {"sides": (0, 34)}, r"sides=\(0, 34\)\n *allowed: one or more, 0 to 32"),
        ("cifar_background", {"sides": (0, -4)}, r"sides\[1\]=-4\n *allowed: a whole number from 0"),
        ("cifar_background", {"sides": (8.0,)}, r"sides\[0\]=8\.0\n *allowed: a whole number from 0"),
        ("cifar_epochs", {"epochs": ()}, r"epochs=\(\)\n *allowed: ascending, to 2, the recipe's"),
        ("cifar_epochs", {"epochs": (2, 1)}, r"epochs=\(2, 1\)\n *allowed: ascending"),
        ("cifar_epochs", {"epochs": (1, 1, 2)}, r"epochs=\(1, 1, 2\)\n *allowed: ascending"),
        ("cifar_epochs", {"epochs": (1, 3)}, r"epochs=\(1, 3\)\n *allowed: ascending, to 2"),
        ("cifar_epochs", {"epochs": (0, 2)}, r"epochs\[0\]=0\n *allowed: a whole number from 1"),
        ("cifar_epochs", {"kernels": 49}, "kernels=49, channels=2\n *allowed: 1 to 48"),
        ("cifar_optimisers", {"recipes": ()}, r"recipes of \[\] epochs\n *allowed: one recipe or more"),
    ],
)
def test_sides_and_epochs_that_mean_nothing_are_refused(name, changes, told):
    """A side above the picture's hid a corner of it, and what was asked of too many kernels failed after training."""
    with pytest.raises(OptionError, match=told):
        replace(registry.get(name).options_for("smoke"), **changes)


def test_recipes_without_epochs_are_not_compared():
    options = registry.get("cifar_optimisers").options_for("smoke")
    with pytest.raises(OptionError, match=r"recipes of \[1, 0\] epochs"):
        replace(options, recipes=(*options.recipes, replace(options.recipe, epochs=0)))


def test_pairs_are_of_the_classes_that_occur():
    """Of two classes there were pairs of one and itself; of classes 3 and 5 the names were those of 0 and 1."""
    import torch

    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install -r requirements.txt")
    from cnnlab.data.pixels import Pixels, PixelSplits
    from cnnlab.experiments.layer_maps.maps import map_fields
    from cnnlab.experiments.layer_maps.numbers import numbers
    from cnnlab.experiments.layer_maps.result import MapOptions

    images = np.random.default_rng(0).integers(256, size=(8, 1, 4, 4), dtype=np.uint8)
    pixels = Pixels(images, np.array([3, 5] * 4), 10)
    arrays = {}
    run = SimpleNamespace(array=arrays.__setitem__, progress=lambda seeds, _: seeds, seed=lambda _: None)
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 10)).eval()
    options = MapOptions(pictures=8, seeds=(0,), perplexity=2.0, neighbours=2)
    data = PixelSplits(pixels, pixels, pixels, tuple("abcdefghij"))
    fields = map_fields(network, ("0", "1"), data, options, run)
    for key in ("mixed", "mixed_middle"):
        assert {(each.actual, each.neighbour) for each in fields[key]} == {("d", "f"), ("f", "d")}
    told = numbers(SimpleNamespace(**fields, options=options, arrays=arrays))
    assert "share_3_5" in told and "share_0_1" not in told
    assert told["share_3_5"].show("en") == f"{100 * arrays['middle_layer_shares'][0, 1]:.1f}%"
