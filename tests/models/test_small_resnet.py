"""The small networks of He et al. 2016, section 4.2, with and without shortcuts."""

import pytest

from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch


@pytest.fixture
def nets():
    from cnnlab.models import small_resnet

    return small_resnet


def weights(network):
    return [each for each in network.parameters() if each.ndim > 1]


@pytest.mark.parametrize("depth", [8, 20, 56])
def test_depth_counts_the_layers_with_weights_and_twins_have_the_same(nets, depth):
    residual, plain = (nets.small_resnet(depth, shortcuts=shortcuts, width=4) for shortcuts in (True, False))
    assert len(weights(residual)) == depth
    assert [each.shape for each in residual.parameters()] == [each.shape for each in plain.parameters()]


def test_twenty_layers_of_the_papers_width_have_about_270_000_parameters(nets):
    network = nets.small_resnet(20, channels=3)
    assert sum(each.numel() for each in network.parameters()) == 269_722  # 0.27 million in table 6


def test_a_block_adds_its_input_or_not(nets):
    import torch

    x = torch.rand(2, 4, 6, 6)
    for shortcut in (True, False):
        block = nets.Block(4, 8, 2, shortcut).eval()
        torch.nn.init.zeros_(block.branch[-1].weight)  # F = 0
        out = block(x)
        assert out.shape == (2, 8, 3, 3)
        assert torch.equal(out[:, :4], x[:, :, ::2, ::2] * shortcut) and not out[:, 4:].any()


def test_logits_of_pictures_of_odd_and_even_sides(nets):
    import torch

    network = nets.small_resnet(8, width=4)
    assert [network(torch.rand(2, 1, side, side)).shape for side in (28, 31)] == [(2, 10), (2, 10)]


def test_a_depth_that_is_not_6n_and_2_is_refused(nets):
    for depth in (2, 18):
        with pytest.raises(OptionError, match="6n"):
            nets.small_resnet(depth)


@pytest.mark.parametrize(
    "wrong", [{"depth": 8.0}, {"depth": "8"}, {"width": 0}, {"channels": 0}, {"classes": 0}], ids=str
)
def test_sizes_are_whole_numbers_from_1(nets, wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(OptionError, match=f"{name}={value!r}\n *allowed: a whole number from 1"):
        nets.small_resnet(**{"depth": 8} | wrong)
