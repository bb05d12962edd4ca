"""Multiply-adds counted by hand."""

import pytest

pytestmark = pytest.mark.torch


def test_each_kind_of_layer_costs_what_the_hand_counts():
    from torch import nn

    from cnnlab.models.cost_torch import LayerCost, layer_costs, multiply_adds

    network = nn.Sequential(
        nn.Conv2d(3, 6, 3),
        nn.Conv2d(6, 6, 3, groups=6),
        nn.Conv2d(6, 4, 3, groups=2),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(4, 5),
    )
    costs = layer_costs(network, 8)
    assert costs == [
        LayerCost("0", "convolution", 36 * 6 * 27, 36 * 6),
        LayerCost("1", "depthwise", 16 * 6 * 9, 16 * 6),
        LayerCost("2", "grouped", 4 * 4 * 27, 4 * 4),
        LayerCost("5", "dense", 20, 5),
    ]
    assert multiply_adds(costs) == 36 * 162 + 16 * 54 + 16 * 27 + 20
    assert multiply_adds(costs, "depthwise") == 864
    assert not any(layer._forward_hooks for layer in network.modules())


def test_self_attention_by_hand():
    import torch
    from torch import nn
    from torchvision.models.swin_transformer import ShiftedWindowAttention

    from cnnlab.models import cost_torch

    tokens = torch.empty(1, 5, 8)
    assert cost_torch.of_attention(nn.MultiheadAttention(8, 2), tokens, tokens) == [
        ("dense", 5 * 3 * 8 * 8, 5 * 3 * 8),
        ("dense", 5 * 8 * 8, 5 * 8),
        ("attention", 2 * 5 * 5 * 8, 5 * 5 * 2 + 5 * 8),
    ]
    window = ShiftedWindowAttention(8, [2, 2], [0, 0], 2)
    maps = torch.empty(1, 3, 4, 8)  # padded to 4×4: four windows of four
    assert cost_torch.of_window_attention(window, maps, maps) == [
        ("dense", 16 * 3 * 8 * 8, 16 * 3 * 8),
        ("dense", 16 * 8 * 8, 16 * 8),
        ("attention", 2 * 16 * 4 * 8, 16 * 4 * 2 + 16 * 8),
    ]


def test_a_network_without_numbers_is_counted():
    from cnnlab.models import cost_torch, torchvision_zoo

    network = torchvision_zoo.build("resnet18")
    assert next(network.parameters()).device.type == "meta"
    assert cost_torch.multiply_adds(cost_torch.layer_costs(network, 224)) == 1_814_073_344


def test_networks_without_parameters_and_in_half_precision_are_counted():
    from torch import nn

    from cnnlab.models.cost_torch import layer_costs

    assert layer_costs(nn.ReLU(), 8) == []
    network = nn.Conv2d(3, 6, 3)
    assert layer_costs(network, 8) == layer_costs(network.half(), 8)
