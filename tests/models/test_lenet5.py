"""LeNet-5 and AlexNet as published, and the residual layer of a document. Chapter: l1-fundamentos."""

import pytest

pytestmark = pytest.mark.torch


def parameters(module):
    return sum(each.numel() for each in module.parameters())


def test_lenet5_has_the_papers_sizes_and_parameters():
    import torch

    from cnnlab.models.lenet5 import READ_BY_C3, lenet5

    network = lenet5()
    x, sizes = torch.zeros(1, 1, 32, 32), {}
    for name, layer in network.named_children():
        x = layer(x)
        sizes[name] = tuple(x.shape[1:])
    assert [sizes[name] for name in ("c1", "s2", "c3", "s4", "c5", "f6", "output")] == [
        (6, 28, 28),
        (6, 14, 14),
        (16, 10, 10),
        (16, 5, 5),
        (120, 1, 1),
        (84,),
        (10,),
    ]
    assert sum(map(len, READ_BY_C3)) == 60 and len(set(READ_BY_C3)) == 16
    counted = [parameters(getattr(network, name)) for name in ("c1", "s2", "c3", "s4", "c5", "f6")]
    assert counted == [156, 12, 1516, 32, 48_120, 10_164] and sum(counted) == 60_000


def test_subsampling_adds_each_window_up():
    import torch

    from cnnlab.models.lenet5 import Subsampling

    layer = Subsampling(1)
    assert layer(torch.tensor([[[[1.0, 2.0], [3.0, 6.0]]]])).item() == pytest.approx(3.0)


def test_alexnet_has_the_papers_maps_and_parameters():
    import torch

    from cnnlab.models.alexnet_2012 import alexnet_2012

    with torch.device("meta"):
        network = alexnet_2012()
        assert network.conv1(torch.zeros(1, 3, 224, 224)).shape[2:] == (55, 55)
        assert network(torch.zeros(1, 3, 224, 224)).shape == (1, 1000)
        assert alexnet_2012(padding=0).conv1(torch.zeros(1, 3, 224, 224)).shape[2:] == (54, 54)
    assert parameters(network) == 60_965_224


def test_the_printed_residual_layer_keeps_the_size_for_a_kernel_of_3_alone():
    import torch

    from cnnlab.errors import OptionError
    from cnnlab.models.res_layer import ResLayer, SameSizeResLayer

    x = torch.zeros(1, 2, 8, 8)
    assert ResLayer(2, 2, 3)(x).shape == x.shape
    with pytest.raises(RuntimeError, match="must match"):
        ResLayer(2, 2, 5)(x)
    with pytest.raises(RuntimeError, match="negative padding"):
        ResLayer(2, 2, 1)(x)
    for kernel in (1, 3, 5, 7):
        assert SameSizeResLayer(2, 2, kernel)(x).shape == x.shape
        assert SameSizeResLayer(2, 4, kernel, stride=2)(x).shape == (1, 4, 4, 4)
    with pytest.raises(OptionError, match="kernel_size=4"):
        SameSizeResLayer(2, 2, 4)
