"""A network whose normalisations are folded gives what it gave before."""

import pytest

pytestmark = pytest.mark.torch


def test_a_folded_network_gives_the_same_outputs():
    import torch
    from torch import nn
    from torchvision import models

    from cnnlab.models.folding import folded

    torch.manual_seed(0)
    network = models.resnet18(weights=None)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    network.eval()
    faster = folded(network)
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        before, after = network(images), faster(images)
    torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-4 * float(before.abs().max()))
    assert (
        sum(isinstance(each, nn.BatchNorm2d) for each in network.modules()) == 20
    )  # the network itself is not changed
    assert not any(isinstance(each, nn.BatchNorm2d) for each in faster.modules())


def test_a_normalisation_elsewhere_stays():
    from torch import nn

    from cnnlab.models.folding import folded

    network = nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 4, 1), nn.ReLU(), nn.BatchNorm2d(4)).eval()
    assert [type(each) for each in folded(network)] == [type(each) for each in network]
