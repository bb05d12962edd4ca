"""torchvision's networks and their groups."""

import pytest

from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch


def test_every_network_has_a_group():
    from cnnlab.models import torchvision_zoo

    names = torchvision_zoo.names()
    assert len(names) == 80
    assert {torchvision_zoo.group(name) for name in names} == set(torchvision_zoo.GROUPS)
    assert torchvision_zoo.group("vgg16_bn") == "plain" and torchvision_zoo.group("wide_resnet50_2") == "residual"
    with pytest.raises(OptionError, match="network 'lenet'"):
        torchvision_zoo.group("lenet")


def test_a_transformer_is_built_for_the_size_of_the_photo():
    from cnnlab.models import torchvision_zoo

    assert torchvision_zoo.build("vit_b_32", 64).encoder.pos_embedding.shape[1] == 5  # four patches and the class
    assert torchvision_zoo.auxiliary_parameters(torchvision_zoo.build("vit_b_32")) == 0
    with pytest.raises(OptionError, match="did you mean 'resnet50'"):
        torchvision_zoo.build("resnet_50")
