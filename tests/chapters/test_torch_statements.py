"""What chapters say of torch's layers and of torchvision's networks, which rendering does not load."""

import pytest

pytestmark = pytest.mark.torch


def layers(network: str, kind: str) -> list:
    from torch import nn

    from cnnlab.models import torchvision_zoo

    return [each for each in torchvision_zoo.build(network, 224).modules() if isinstance(each, getattr(nn, kind))]


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_l1_torch_pads_in_four_ways(mode):
    import torch

    layer = torch.nn.Conv2d(1, 1, 3, padding=1, padding_mode=mode)
    assert layer(torch.arange(9.0).view(1, 1, 3, 3)).shape == (1, 1, 3, 3)


def test_l1_conv3d_takes_frames_for_channels_where_they_are_three():
    import torch

    video = torch.nn.Conv3d(3, 4, 3)
    for shape in ((2, 3, 3, 28, 28), (2, 3, 28, 28, 3)):
        assert len(video(torch.zeros(shape)).shape) == 5
    for shape in ((2, 8, 3, 28, 28), (2, 8, 28, 28, 3)):
        with pytest.raises(RuntimeError, match="channels"):
            video(torch.zeros(shape))


def test_l1_alexnet_of_torchvision():
    convolutions = layers("alexnet", "Conv2d")
    assert [each.out_channels for each in convolutions] == [64, 192, 384, 256, 256]
    assert all(each.groups == 1 for each in convolutions)


@pytest.mark.parametrize(
    ("network", "window"), [("alexnet", 3), ("resnet18", 3), ("resnet50", 3), ("vgg16", 2), ("vgg19", 2)]
)
def test_l1_windows_of_pooling(network, window):
    assert {(each.kernel_size, each.stride) for each in layers(network, "MaxPool2d")} == {(window, 2)}


def test_l7_second_recipes_are_evaluated_with_the_same_crop_of_a_photo_of_another_size():
    from torchvision import models

    from cnnlab import results
    from cnnlab.experiments.architectures import chart

    def sizes(point) -> tuple[int, int]:
        arguments = models.get_model_weights(point.network)[point.weights].transforms.keywords
        return arguments["crop_size"], arguments.get("resize_size", 256)

    plain = chart.from_imagenet_alone(chart.points(results.load("architectures")))
    presets = {pair[0].network: [sizes(point) for point in pair] for pair in chart.recipes(plain)}
    assert len(presets) == 24 and presets["resnet50"] == [(224, 256), (224, 232)]
    assert all(one[0] == two[0] and one[1] != two[1] for one, two in presets.values())


def test_l7_activations_of_resnet34_and_mobilenet():
    from torch.nn.modules import activation

    from cnnlab.models import torchvision_zoo

    def activations(network: str) -> list[str]:
        modules = torchvision_zoo.build(network, 224).modules()
        return [type(each).__name__ for each in modules if type(each).__module__ == activation.__name__]

    assert set(activations("resnet34")) == {"ReLU"} and activations("mobilenet_v3_large").count("Hardswish") == 21


def test_l5_two_channels_cannot_be_normalised_by_three_means():
    import torch
    from torchvision import transforms

    normalise = transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    assert normalise(torch.zeros(3, 4, 4)).shape == (3, 4, 4)
    with pytest.raises(RuntimeError, match="size of tensor"):
        normalise(torch.zeros(2, 4, 4))
