"""Outputs of layers as points, and t-SNE. Chapters: l3-mnist, l4-cifar."""

import numpy as np
import pytest

from cnnlab.errors import OptionError, TrainingError

pytestmark = pytest.mark.torch


def test_points_of_layers_are_their_flattened_outputs():
    import torch
    from torch import nn

    from cnnlab.interpret import layer_points

    network = nn.Sequential(nn.Conv2d(1, 2, 1, bias=False), nn.Flatten(), nn.Linear(8, 3)).eval()
    nn.init.constant_(network[0].weight, 2)
    inputs = torch.arange(12.0).reshape(3, 1, 2, 2)
    found = layer_points(network, ["0", "2"], inputs.split(2))
    assert found["0"].shape == (3, 8) and found["2"].shape == (3, 3)
    assert found["0"][1].tolist() == [8, 10, 12, 14, 8, 10, 12, 14]
    assert found["2"] == pytest.approx(network(inputs).detach().numpy(), abs=1e-5)
    with pytest.raises(OptionError, match="one input or more"):
        layer_points(network, ["0"], [])
    with pytest.raises(OptionError, match="no layer '3'"):
        layer_points(network, ["3"], [inputs])


@pytest.mark.parametrize("dimensions", [3, 60])
def test_clusters_stay_apart_and_a_seed_gives_one_map(dimensions):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install -r requirements.txt")
    from cnnlab.evaluation import neighbour_accuracy
    from cnnlab.interpret import tsne

    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 40)
    points = rng.normal(size=(120, dimensions)) + 30 * labels[:, None]
    first, again, other = (tsne(points, seed=seed, perplexity=10) for seed in (0, 0, 1))
    assert first.shape == (120, 2) and first.dtype == np.float32
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert neighbour_accuracy(first, labels, 5) == 1


def test_wrong_arguments_are_refused():
    import torch

    from cnnlab.interpret import tsne

    points = np.zeros((20, 3))
    wrongs = [points[0], points[:, :0], np.full((20, 3), np.inf), np.full((20, 3), 1e200), np.array([["a"]])]
    for wrong in (*wrongs, [[1], [1, 2]], torch.zeros(20, 3, requires_grad=True)):
        with pytest.raises(OptionError, match="points"):
            tsne(wrong, perplexity=5)
    for perplexity in (0.5, 20, "a", True):
        with pytest.raises(OptionError, match="perplexity"):
            tsne(points, perplexity=perplexity)
    for seed in (-1, 2**40, True):
        with pytest.raises(OptionError, match="seed(.|\n)*2³² − 1"):
            tsne(points, perplexity=5, seed=seed)


@pytest.mark.parametrize(
    ("factor", "added", "said"),
    [
        (1e17, 0, r"up to \d\.\d+e\+18 from their mean\n *allowed: 1e-12 to 1e\+10(.|\n)*divide"),
        (1e-30, 0, r"from their mean"),
        (1e-320, 0, "too little for float32"),
        (1, 1e8, "differ by .*, too little for float32 among numbers up to 1e\\+08(.|\n)*subtract their mean"),
    ],
)
def test_points_that_are_too_near_or_too_far_are_refused(factor, added, said):
    """Their map showed the random start: scikit-learn found no width for any neighbourhood, and said nothing."""
    from cnnlab.interpret import tsne

    with pytest.raises(OptionError, match=said):
        tsne(np.random.default_rng(0).normal(size=(40, 3)) * factor * 10 + added, perplexity=5)


def test_points_within_reach_are_mapped():
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install -r requirements.txt")
    from cnnlab.evaluation import neighbour_accuracy
    from cnnlab.interpret import tsne

    labels = np.repeat([0, 1], 20)
    points = np.random.default_rng(0).normal(size=(40, 3)) + 10 * labels[:, None]
    for allowed in (points * 1e-11, points * 1e8, points + 1e5):
        assert neighbour_accuracy(tsne(allowed, perplexity=5), labels, 5) > 0.9
    assert tsne(np.full((40, 3), 0.1), perplexity=5).shape == (40, 2)  # of equal points no map is right or wrong


def test_inputs_that_cannot_be_points_are_refused():
    import torch
    from torch import nn

    from cnnlab.interpret import layer_points

    network, inputs = nn.Sequential(nn.Conv2d(1, 2, 1)).eval(), torch.zeros(3, 1, 4, 4)
    for batches, told in (
        ([(inputs, torch.zeros(3))], "a batch of type tuple\n *allowed: a tensor"),
        ([inputs.numpy()], "a batch of type ndarray"),
        (inputs, "batches: one tensor(.|\n)*to do: .*inputs"),
        ([inputs[:0]], "1 layers of no input\n *allowed: .*one input or more"),
        ([inputs, inputs[:, :, :3]], "'0' gives 24 values for some inputs and 32 for others"),
        (None, "batches: of type NoneType"),
        ([inputs[0]], r"'0' gives an output of shape \(2, 4, 4\) for inputs \(1, 4, 4\)(.|\n)*input\[None\]"),
    ):
        with pytest.raises(OptionError, match=told):
            layer_points(network, ["0"], batches)
    with pytest.raises(TrainingError, match="outputs of '0' are not finite(.|\n)*look at the inputs"):
        layer_points(network, ["0"], [inputs, inputs * float("nan")])
    assert len(layer_points(network, ["0"], [inputs[:0], inputs])["0"]) == 3


def test_a_layer_without_a_row_for_each_input_is_refused():
    """A tuple ended in an AttributeError; an image without a batch was several points."""
    import torch
    from torch import nn

    from cnnlab.interpret import layer_points

    class Averaged(nn.Module):
        def forward(self, x):
            return x.mean()

    class Summed(nn.Module):
        def forward(self, x):
            return x.sum(dim=(1, 2))

    for layer, said in ((nn.LSTM(4, 3), "an output of type tuple"), (Averaged(), r"an output of shape \(\)")):
        network = nn.Sequential(nn.Linear(4, 4), layer).eval()
        with pytest.raises(OptionError, match=f"'1' gives {said} for inputs(.|\n)*name another layer"):
            layer_points(network, ["1"], [torch.zeros(2, 5, 4)])
    found = layer_points(nn.Sequential(nn.Linear(4, 4), Summed()).eval(), ["1"], [torch.zeros(2, 5, 4)])
    assert found["1"].shape == (2, 1)
