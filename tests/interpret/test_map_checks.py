"""Checks of maps, by hand."""

import numpy as np
import pytest

from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch


@pytest.fixture
def network():
    from torch import nn

    layers = [nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)]
    return nn.Sequential(*layers).eval()


def test_layers_are_drawn_anew_from_the_output_to_the_input(network):
    import torch

    from cnnlab.interpret.map_checks import randomised

    network[1].running_var.fill_(7)
    before = {name: each.clone() for name, each in network.state_dict().items()}
    random_state = torch.random.get_rng_state()
    first, second, third = (each.state_dict() for each in randomised(network, [["5"], ["1"], ["0"]], seed=1))
    assert torch.equal(random_state, torch.random.get_rng_state())
    assert all(torch.equal(each, before[name]) for name, each in network.state_dict().items())
    changed = [{n for n, v in each.items() if not torch.equal(v, before[n])} for each in (first, second, third)]
    assert changed == [
        {"5.weight", "5.bias"},
        {"5.weight", "5.bias", "1.running_var"},
        {"5.weight", "5.bias", "1.running_var", "0.weight", "0.bias"},
    ]
    assert torch.equal(first["5.weight"], third["5.weight"]) and float(third["1.running_var"].max()) == 1
    again = list(randomised(network, [["5"], ["1"], ["0"]], seed=1))[2].state_dict()
    assert all(torch.equal(each, third[name]) for name, each in again.items())
    with pytest.raises(OptionError, match="'2' has no weights"):
        list(randomised(network, [["2"]]))
    with pytest.raises(OptionError, match="no layer"):
        list(randomised(network, [["fc"]]))


def test_rank_correlation_by_hand():
    from cnnlab.interpret.map_checks import rank_correlation

    rising = np.arange(12.0).reshape(3, 4)
    assert rank_correlation(rising, np.exp(rising)) == pytest.approx(1)
    assert rank_correlation(rising, -rising) == pytest.approx(-1)
    assert rank_correlation(rising, np.zeros((3, 4))) == 0
    one, other = np.array([[1.0, 2, 3]]), np.array([[1.0, 3, 2]])
    assert rank_correlation(one, other) == pytest.approx(0.5)  # 1 − 6·2 / (3·8)
    with pytest.raises(OptionError, match="shapes"):
        rank_correlation(one, rising)


def test_structural_similarity_of_equal_scaled_and_other_maps():
    from cnnlab.interpret.map_checks import structural_similarity

    chance = np.random.default_rng(0)
    one, other = chance.random((24, 24)), chance.random((24, 24))
    assert structural_similarity(one, -3 * one) == pytest.approx(1)
    assert abs(structural_similarity(one, other)) < 0.2
    with pytest.raises(OptionError, match="11 × 11"):
        structural_similarity(one[:8], other[:8])


def test_pixels_are_deleted_and_inserted_by_their_rank():
    import torch
    from torch import nn

    from cnnlab.interpret.map_checks import area_under, perturbed_probabilities

    head = nn.Linear(1, 2, bias=False)
    head.weight.data = torch.tensor([[1.0], [0.0]])
    network = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), head).eval()
    pixels, black = torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 2, 2)
    pixels[0, 0, 1, 0] = 1
    ranking = np.array([[0.0, -1.0], [5.0, 0.0]])
    options = dict(steps=4, prepare=lambda images: 4 * images)
    with_pixel = 1 / (1 + np.exp(-1))
    gone = perturbed_probabilities(network, pixels, ranking, 0, black, insert=False, **options)
    assert gone == pytest.approx([with_pixel, 0.5, 0.5, 0.5, 0.5])
    back = perturbed_probabilities(network, pixels, ranking, 0, black, insert=True, **options)
    assert back == pytest.approx([0.5, *[with_pixel] * 4])
    late = perturbed_probabilities(network, pixels, -ranking, 0, black, insert=False, **options)
    assert late == pytest.approx([with_pixel] * 4 + [0.5])
    assert area_under(np.array([1.0, 0, 0])) == 0.25 and area_under(np.ones(5)) == 1
    with pytest.raises(OptionError, match="a map of their size"):
        perturbed_probabilities(network, pixels, np.zeros((2, 3)), 0, black, insert=True)


def test_the_pointing_game_by_hand():
    from cnnlab.interpret.map_checks import point_inside, points_inside, share_inside

    values, boxes = np.zeros((40, 60)), np.array([[10.0, 10, 20, 20], [50, 30, 60, 40]])
    values[12, 14] = 1
    assert points_inside(values, boxes, 0)
    values[25, 15] = 2
    assert not points_inside(values, boxes, 5) and points_inside(values, boxes, 6)
    values[25, 17] = 2  # among equals, that nearest to their middle
    assert not points_inside(values, boxes, 0)
    assert point_inside(60, 40, boxes, 0) and not point_inside(21, 21, boxes, 1) and point_inside(21, 21, boxes, 2)
    assert share_inside(boxes, (40, 60), 0) == pytest.approx(200 / 2400)
    assert share_inside(boxes[:1], (40, 60), 5) > 200 / 2400
    assert share_inside(np.array([[0.0, 0, 60, 40]]), (40, 60)) == 1
