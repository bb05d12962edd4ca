"""Heads of classifiers: found, replaced, removed; a linear head that standardises its features."""

import pytest

from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("name, size", [("squeezenet1_1", 512), ("alexnet", 4096), ("googlenet", 1024)])
def test_head_is_replaced_and_the_rest_is_kept(name, size):
    from torch import nn

    from cnnlab.models.heads import head_of, replace_head
    from cnnlab.models.pretrained import torchvision_network

    network = torchvision_network(name)
    first = next(network.parameters())
    _, _, head = head_of(replace_head(network, 7))
    assert (head.out_features, head.in_features) == (7, size) if isinstance(head, nn.Linear) else True
    assert (head.out_channels, head.in_channels) == (7, size) if isinstance(head, nn.Conv2d) else True
    assert next(network.parameters()) is first
    for classes in (1, 2.0, True):
        with pytest.raises(OptionError, match=rf"classes={classes}\n *allowed: a whole number from 2"):
            replace_head(network, classes)


@pytest.mark.parametrize("name", ["squeezenet1_1", "alexnet", "resnet18"])
def test_a_network_without_head_gives_features(name):
    import torch

    from cnnlab.models.heads import head_of, without_head
    from cnnlab.models.pretrained import torchvision_network

    network = torchvision_network(name)
    _, _, head = head_of(network)
    given = []
    head.register_forward_pre_hook(lambda _layer, inputs: given.append(inputs[0]))
    with torch.inference_mode():
        images = torch.randn(1, 3, 64, 64)
        network(images)
        features = without_head(network)(images)
    pooled = given[0].relu().mean(dim=(2, 3)) if name == "squeezenet1_1" else given[0]  # its head is a convolution
    torch.testing.assert_close(features, pooled)
    assert not any(each is head.weight for each in network.parameters())


def test_a_network_without_a_last_layer_is_refused():
    from torch import nn

    from cnnlab.models.heads import replace_head, without_head

    for change in (without_head, lambda network: replace_head(network, 3)):
        with pytest.raises(OptionError, match=r"Sequential has no last layer .*\n  allowed: a linear `fc` or a `class"):
            change(nn.Sequential(nn.Conv2d(3, 2, 1)))


def test_a_linear_head_standardises_its_features_and_is_zero_initialised():
    import torch

    from cnnlab.models.heads import linear_head

    features = torch.randn(50, 6) * torch.tensor([1.0, 2, 3, 4, 5, 0]) + 7
    head = linear_head(features, 4, dropout=0.5).eval()
    standardised = head[0](features)
    assert torch.allclose(standardised.mean(dim=0), torch.zeros(6), atol=1e-5)
    assert torch.allclose(standardised.std(dim=0), torch.tensor([1.0] * 5 + [0]), atol=1e-5)
    assert head(features).shape == (50, 4) and not head(features).any()
    assert set(head.state_dict()) == {"0.mean", "0.scale", "2.weight", "2.bias"}
    dropped = head.train()[1](torch.ones(10_000))
    assert set(dropped.tolist()) == {0.0, 2.0} and 0.45 < dropped.mean() / 2 < 0.55
