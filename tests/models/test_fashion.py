"""The networks for Fashion-MNIST: sizes that the document prints, MACs counted by hand."""

import pytest

from cnnlab.models.weights_torch import parameters

pytestmark = pytest.mark.torch


def test_the_networks_have_the_documents_parameters_and_no_more():
    from cnnlab.models import fashion

    assert parameters(fashion.convolutional()) == 360_714
    assert parameters(fashion.perceptron()) == 784 * 512 + 512 + 512 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10
    assert parameters(fashion.normalised()) == 358_895 <= 360_714


def test_layers_are_listed_as_they_are_called():
    from torch import nn

    from cnnlab.models import fashion, layer_sizes, parameter_sizes

    rows = layer_sizes(fashion.convolutional(), 1, 28, 28)
    assert [row.parameters for row in rows if row.parameters] == [160, 4640, 18_496, 73_856, 262_272, 1290]
    assert [row.output for row in rows if row.kind == "MaxPool2d"] == [(32, 12, 12), (128, 4, 4)]
    assert rows[0].macs == 9 * 16 * 26 * 26 and rows[-1].macs == 1280
    shared = nn.ReLU()
    twice = nn.Sequential(nn.Linear(3, 3), shared, nn.Linear(3, 2), shared)
    assert [row.kind for row in layer_sizes(twice, 3)] == ["Linear", "ReLU", "Linear", "ReLU"]
    assert parameter_sizes(twice) == (("0.weight", 9), ("0.bias", 3), ("2.weight", 6), ("2.bias", 2))
    assert twice.training
