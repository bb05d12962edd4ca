"""Networks for Fashion-MNIST on drawn pictures. Chapter: l2-fashion."""

from dataclasses import replace

import numpy as np
import pytest

from cnnlab.results import registry

pytestmark = pytest.mark.torch
HELD_OUT = {"held_out": 20, "per_class": None}


def longer(name, epochs=3):
    """Changes of the smoke budget: all drawn pictures, some epochs, two seeds."""
    recipe = replace(registry.get(name).options_for("smoke").recipe, epochs=epochs)
    return {**HELD_OUT, "recipe": recipe, "seeds": (0, 1)}


# Parametrised: smoke("fashion_mlp"), smoke("fashion_better").
@pytest.mark.parametrize(
    ("name", "parameters"), [("fashion_cnn", 360_714), ("fashion_mlp", 476_490), ("fashion_better", 358_895)]
)
def test_each_network_is_trained_with_every_seed(smoke, written, drawn_digits, name, parameters):
    result, kept = smoke(name, longer(name), fashion_mnist=drawn_digits)
    assert result.parameters == parameters and (result.pictures, result.held_out, result.tested) == (60, 20, 40)
    assert [run.seed for run in result.runs] == [0, 1] and result.epochs == 3
    predicted, label = kept.arrays["test_predicted"], kept.arrays["test_label"]
    assert predicted.shape == (2, 40)
    for run, each in zip(result.runs, predicted, strict=True):
        assert run.test.accuracy == (each == label).mean() == run.curve[-1].test_accuracy
    wrong = kept.arrays["misread_place"]
    assert (predicted[0, wrong] != label[wrong]).all() and len(kept.arrays["misread"]) == len(wrong)
    assert (np.diff(kept.arrays["test_confidence"][0, wrong]) <= 0).all()
    assert result.runs[0].best("test_accuracy").test_accuracy == result.curves("test_accuracy")[0].max()
    again, _ = smoke(name, longer(name), fashion_mnist=drawn_digits)  # from the checkpoints
    assert again.runs[1].test == result.runs[1].test


def test_numbers_tell_both_ways_of_counting(smoke, written, drawn_digits):
    result, kept = smoke("fashion_cnn", longer("fashion_cnn", 1), fashion_mnist=drawn_digits)
    told = written("fashion_cnn", result, kept.arrays, kept.options)
    assert told["parameters"] == ("360\u202f714", "360,714") and told["held_out"] == ("20", "20")
    assert told["test"] == told["best_test"] == told["chosen_test"]  # of one epoch
    assert kept.arrays["kernels"].shape == (16, 3, 3)


def test_variants_are_compared_on_what_is_held_out(smoke, written, drawn_digits):
    result, kept = smoke("fashion_variants", HELD_OUT, fashion_mnist=drawn_digits)
    assert [each.variant for each in result.trainings] == ["document", "whole"] and result.held_out == 20
    assert written("fashion_variants", result, kept.arrays, kept.options)["seeds"] == ("1", "1")


def test_files_and_tensors_give_the_same_to_the_last_digit(smoke, written, drawn_digits):
    changes = {"held_out": 20, "written": 40}
    result, kept = smoke("fashion_data", changes, fashion_mnist=drawn_digits)
    assert result.differing == 0 and result.tensor_loss == result.files_loss and result.files == 40
    assert result.counts == (6,) * 10 and result.test_counts == (4,) * 10
    assert kept.arrays["samples"].shape == (10, 2, 28, 28)
    assert written("fashion_data", result)["differing"] == ("0", "0")


def test_three_more_activations_give_the_printed_table(smoke, written):
    result, _ = smoke("fashion_layers")
    assert [each.kind for each in result.printed.layers[:3]] == ["LeakyReLU", "LeakyReLU", "Conv2d"]
    assert len(result.printed.layers) == 16 and len(result.called.layers) == 13
    told = written("fashion_layers", result)
    assert told["printed_passes_mb"][1] == "0.73" and told["called_passes_mb"][1] == "0.72"
    assert told["printed_parameters_mb"][1] == "1.38" and told["printed_total_mb"][1] == "2.11"
    assert result.lost == 0 and 0 < result.changed < 0.05
    assert told["flattened"] == ("2048", "2,048")


def test_adagrad_leaves_the_learning_rate_that_it_reports():
    import torch

    weight = torch.nn.Parameter(torch.ones(3))
    optimiser = torch.optim.Adagrad([weight])
    for _ in range(3):
        weight.square().sum().backward()
        optimiser.step()
    assert optimiser.param_groups[0]["lr"] == 0.01
