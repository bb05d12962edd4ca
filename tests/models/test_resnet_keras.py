"""The five networks against the published counts and `keras.applications`; a residual block against its formula."""

import numpy as np
import pytest

from cnnlab.errors import OptionError

pytestmark = pytest.mark.keras

KERAS = {50: 25_636_712, 101: 44_707_176, 152: 60_419_944}  # as keras.applications prints them
TORCHVISION = {18: 11_689_512, 34: 21_797_672}  # as torchvision prints them: neither biases nor moving statistics


@pytest.fixture
def nets():
    from cnnlab.models import resnet_keras

    return resnet_keras


@pytest.mark.parametrize("depth", KERAS)
def test_parameters_are_those_of_keras(nets, depth):
    assert nets.build_resnet(depth, input_size=32).count_params() == KERAS[depth]


@pytest.mark.parametrize("depth", TORCHVISION)
def test_parameters_are_those_of_torchvision_and_biases_and_statistics(nets, depth):
    network = nets.build_resnet(depth, input_size=32)
    biases = sum(layer.filters for layer in network.layers if type(layer).__name__ == "Conv2D")
    moving = sum(weight.shape[0] for weight in network.non_trainable_weights)
    assert network.count_params() - biases - moving == TORCHVISION[depth]


def test_fifty_layers_keep_53120_statistics_that_are_not_trained(nets):
    assert sum(weight.shape[0] for weight in nets.build_resnet(50, input_size=32).non_trainable_weights) == 53_120


@pytest.mark.parametrize(("depth", "last"), [(18, 512), (34, 512), (50, 2048), (101, 2048), (152, 2048)])
def test_stages_halve_the_side_and_double_the_channels(nets, depth, last):
    network = nets.build_resnet(depth, input_size=64)
    ends = [network.get_layer(f"conv{stage}_block1_out").output.shape[1:] for stage in (2, 3, 4, 5)]
    assert ends == [(16, 16, last // 8), (8, 8, last // 4), (4, 4, last // 2), (2, 2, last)]
    assert network.output.shape == (None, 1000)


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_depth_counts_the_layers_with_weights(nets, depth):
    kinds = [type(layer).__name__ for layer in nets.build_resnet(depth, input_size=32, shortcuts=False).layers]
    assert kinds.count("Conv2D") + kinds.count("Dense") == depth
    assert "Add" not in kinds


def test_layers_and_outputs_are_those_of_keras(nets):
    import keras

    ours, theirs = (
        nets.build_resnet(50, input_size=64),
        keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3)),
    )
    for mine, its in zip(ours.layers[1:], theirs.layers[1:], strict=True):
        assert (mine.name, type(mine), mine.output.shape) == (its.name, type(its), its.output.shape)
        assert [w.shape for w in mine.weights] == [w.shape for w in its.weights]
    ours.set_weights(theirs.get_weights())
    pictures = np.random.default_rng(0).uniform(-100, 100, (2, 64, 64, 3)).astype("float32")
    np.testing.assert_allclose(ours(pictures), theirs(pictures), atol=1e-5)


def test_stride_in_the_3x3_changes_no_size_and_no_parameter(nets):
    first, second = (nets.build_resnet(50, input_size=64, stride_in=stride) for stride in ("1x1", "3x3"))
    assert first.count_params() == second.count_params()
    assert first.get_layer("conv5_block3_out").output.shape == second.get_layer("conv5_block3_out").output.shape
    assert first.get_layer("conv3_block1_1_conv").strides == second.get_layer("conv3_block1_2_conv").strides == (2, 2)


def test_block_whose_last_normalisation_is_zero_gives_the_relu_of_its_input(nets):
    import keras

    x = keras.Input((8, 8, 16))
    block = keras.Model(x, nets.residual_block(x, nets.block_convolutions("bottleneck", 4), name="b"))
    block.get_layer("b_3_bn").gamma.assign(np.zeros(16))
    values = np.random.default_rng(0).standard_normal((1, 8, 8, 16)).astype("float32")
    np.testing.assert_allclose(block(values), np.maximum(values, 0), atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "stride", "projected"), [("bottleneck", 1, False), ("bottleneck", 2, True), ("basic", 1, True)]
)
def test_block_projects_only_where_the_size_changes(nets, kind, stride, projected):
    import keras

    x = keras.Input((8, 8, 32))
    y = nets.residual_block(x, nets.block_convolutions(kind, 8, stride), name="b")
    assert y.shape == (None, 8 // stride, 8 // stride, 32 if kind == "bottleneck" else 8)
    assert ("b_0_conv" in [layer.name for layer in keras.Model(x, y).layers]) == projected


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"depth": 20}, "depth=20"),
        ({"depth": 50.0}, r"depth=50\.0\n  allowed: 18, 34"),
        ({"depth": "50"}, "depth='50'"),
        ({"depth": [50]}, r"depth=\[50\]"),
        ({"depth": 50, "classes": 0}, "classes=0"),
        ({"depth": 50, "classes": 2.0}, r"classes=2\.0\n  allowed: a whole number"),
        ({"depth": 50, "classes": "10"}, "classes='10'"),
        ({"depth": 50, "classes": None}, "classes=None"),
        ({"depth": 50, "classes": True}, "classes=True"),
        ({"depth": 50, "input_size": 224.0}, r"input_size=224\.0"),
        ({"depth": 50, "input_size": (224, 224)}, r"input_size=\(224, 224\)"),
        ({"depth": 50, "stride_in": ["1x1"]}, r"stride_in=\['1x1'\]"),
        ({"depth": 50, "input_size": 100}, "input_size=100"),
        ({"depth": 50, "stride_in": "7x7"}, "stride_in='7x7'"),
    ],
)
def test_wrong_argument_is_named_with_its_value(nets, wrong, said):
    with pytest.raises(OptionError, match=said):
        nets.build_resnet(**wrong)
