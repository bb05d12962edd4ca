"""Outputs of named layers are captured, and capturing leaves the network unchanged."""

import pytest

from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch


@pytest.fixture
def network():
    """conv → in-place ReLU → conv → in-place ReLU → mean → linear, for pictures (n, 3, 8, 8)."""
    from torch import nn

    first = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True))
    second = nn.Sequential(nn.Conv2d(4, 5, 3), nn.ReLU(inplace=True))
    return nn.Sequential(first, second, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 2)).eval()


@pytest.fixture
def photos():
    import torch

    return torch.randn(2, 3, 8, 8)


def failing(inputs):
    raise RuntimeError("the layer failed")


def hooks(network):
    return [hook for module in network.modules() for hook in module._forward_hooks]


def test_outputs_are_those_of_the_parts_in_the_order_asked_for(network, photos):
    import torch

    from cnnlab.models.hooks import outputs

    found = outputs(network, ["1", "0.0"], photos)
    assert list(found) == ["1", "0.0"]
    assert torch.equal(found["0.0"], network[0][0](photos))
    assert torch.equal(found["1"], network[1](network[0](photos)))


def test_labels_are_what_the_network_itself_gives(network, photos):
    import torch

    from cnnlab.models.hooks import LABELS, layer, outputs

    found = outputs(network, ["0", LABELS], photos)
    assert torch.equal(found[LABELS], network(photos)) and found[LABELS].shape == (2, 2)
    assert layer(network, LABELS) is network and layer(network, "1.0") is network[1][0]


def test_layers_after_the_last_one_asked_for_are_not_run(network, photos):
    from cnnlab.models.hooks import outputs

    network[2].forward = failing
    assert list(outputs(network, ["0.0", "1.0"], photos)) == ["0.0", "1.0"]
    with pytest.raises(RuntimeError, match="the layer failed"):
        outputs(network, ["0.0", "4"], photos)


def test_a_relu_in_place_changes_neither_what_is_given_nor_what_follows(network, photos):
    import torch

    from cnnlab.models.hooks import outputs

    plain = network(photos)
    found = outputs(network, ["0.0", "0.1", "1.0", "4"], photos)
    assert (found["0.0"] < 0).any() and (found["1.0"] < 0).any()
    assert torch.equal(found["0.0"].relu(), found["0.1"]) and torch.equal(found["4"], plain)


def test_no_hook_stays_whatever_happens(network, photos):
    from cnnlab.models.hooks import LABELS, outputs

    outputs(network, ["0.0", LABELS], photos)
    assert not hooks(network)
    with pytest.raises(OptionError):
        outputs(network, ["0.0", "0.7"], photos)
    assert not hooks(network)
    network[1].forward = failing
    with pytest.raises(RuntimeError, match="the layer failed"):
        outputs(network, ["0.0", "4"], photos)
    assert not hooks(network)


def test_hooks_of_others_stay(network, photos):
    from cnnlab.models.hooks import outputs

    seen = []
    network[0].register_forward_hook(lambda *_: seen.append("theirs"))
    outputs(network, ["0"], photos)
    assert seen == ["theirs"] and len(hooks(network)) == 1


def test_gradients_flow_through_what_is_given(network, photos):
    import torch

    from cnnlab.models.hooks import outputs

    photos.requires_grad_()
    found = outputs(network, ["0.0", "1"], photos)
    (given,) = torch.autograd.grad(found["1"].sum(), photos, retain_graph=True)
    (plain,) = torch.autograd.grad(network[1](network[0](photos)).sum(), photos)
    assert torch.equal(given, plain) and given.abs().max() > 0
    assert torch.autograd.grad(found["0.0"].sum(), photos)[0].abs().max() > 0


def test_a_layer_used_twice_gives_its_first_output(photos):
    import torch
    from torch import nn

    from cnnlab.models.hooks import outputs

    shared = nn.Conv2d(3, 3, 3, padding=1)
    network = nn.Sequential(shared, shared, nn.Flatten())
    found = outputs(network, ["0", "2"], photos)
    assert torch.equal(found["0"], shared(photos)) and torch.equal(found["2"], shared(shared(photos)).flatten(1))


@pytest.fixture
def looking_inside(network):
    """A network that itself asks another one for two of its layers, as `PooledLayersClassifier` does."""
    from torch import nn

    from cnnlab.models.hooks import outputs

    class Looking(nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, inputs):
            return sum(each.mean(dim=(1, 2, 3)) for each in outputs(self.network, ["0", "1"], inputs).values())

    return Looking()


def test_a_network_that_looks_inside_another_gives_its_labels(looking_inside, photos):
    import torch

    from cnnlab.models.hooks import LABELS, outputs

    assert torch.equal(outputs(looking_inside, [LABELS], photos)[LABELS], looking_inside(photos))


@pytest.mark.parametrize("name", ["0.0", "0", "1.0", "1"])
def test_a_network_that_looks_inside_another_gives_the_layers_of_that(looking_inside, network, photos, name):
    import torch

    from cnnlab.models.hooks import outputs

    found = outputs(looking_inside, [f"network.{name}"], photos)
    assert torch.equal(found[f"network.{name}"], outputs(network, [name], photos)[name])


def test_both_levels_of_nested_calls_give_their_layers(looking_inside, network, photos):
    import torch

    from cnnlab.models.hooks import LABELS, outputs

    found = outputs(looking_inside, ["network.0.0", "network.1", LABELS], photos)
    inner = outputs(network, ["0.0", "1"], photos)
    assert torch.equal(found["network.0.0"], inner["0.0"]) and torch.equal(found["network.1"], inner["1"])
    assert torch.equal(found[LABELS], looking_inside(photos))
    assert not hooks(looking_inside)


def test_three_levels_of_calls_are_told_apart(looking_inside, network, photos):
    import torch
    from torch import nn

    from cnnlab.models.hooks import outputs

    class Outer(nn.Module):
        def __init__(self):
            super().__init__()
            self.middle = looking_inside

        def forward(self, inputs):
            return outputs(self.middle, ["network.1"], inputs)["network.1"].sum()

    found = outputs(Outer(), ["middle.network.0"], photos)["middle.network.0"]
    assert torch.equal(found, network[0](photos)) and not hooks(looking_inside)


def test_an_error_inside_nested_calls_leaves_no_hook(looking_inside, network, photos):
    from cnnlab.models.hooks import LABELS, outputs

    network[1].forward = failing
    with pytest.raises(RuntimeError, match="the layer failed"):
        outputs(looking_inside, ["network.0", LABELS], photos)
    assert not hooks(looking_inside)


def test_a_layer_that_an_inner_call_cuts_short_is_named(looking_inside, photos):
    from cnnlab.models.hooks import outputs

    for name in ("network", "network.2"):
        with pytest.raises(OptionError, match=f"Looking does not use its layers {name}\n  allowed: .* to their end"):
            outputs(looking_inside, [name], photos)
        assert not hooks(looking_inside)


def test_a_network_that_catches_every_exception_gives_what_was_captured(network, photos):
    import torch
    from torch import nn

    from cnnlab.models.hooks import outputs

    class Catching(nn.Module):
        def __init__(self):
            super().__init__()
            self.part = network[0]

        def forward(self, inputs):
            try:
                return self.part(inputs)
            except Exception:
                return None

    assert torch.equal(outputs(Catching(), ["part"], photos)["part"], network[0](photos))


def test_an_unknown_layer_names_the_nearest_ones(photos):
    from torchvision.models import squeezenet1_1

    from cnnlab.models.hooks import layer, outputs

    network = squeezenet1_1()
    with pytest.raises(OptionError, match=r"SqueezeNet has no layer 'features_12'\n.*did you mean .*'features\.12'"):
        outputs(network, ["features.3", "features_12"], photos)
    with pytest.raises(OptionError, match=r"no layer 'xyz'\n  allowed: features, classifier\n.*a dot leads inside"):
        layer(network, "xyz")
    with pytest.raises(OptionError, match="no layer ''"):
        layer(network, "")


def test_a_layer_that_the_network_does_not_use_is_named(photos):
    from torch import nn

    from cnnlab.models.hooks import outputs

    class Part(nn.Module):
        def __init__(self):
            super().__init__()
            self.used, self.spare = nn.Conv2d(3, 2, 1), nn.Conv2d(3, 2, 1)

        def forward(self, inputs):
            return self.used(inputs)

    network = Part()
    with pytest.raises(OptionError, match="Part does not use its layers spare"):
        outputs(network, ["used", "spare"], photos)
    assert not hooks(network)


def test_evaluating_puts_each_layer_back():
    from torch import nn

    from cnnlab.models.hooks import evaluating

    network = nn.Sequential(nn.Dropout(), nn.BatchNorm2d(2), nn.ReLU()).train()
    network[1].eval()
    with pytest.raises(KeyError), evaluating(network):
        assert not any(each.training for each in network.modules())
        raise KeyError
    assert [each.training for each in network.modules()] == [True, True, False, True]


def test_features_and_logits_of_a_network_in_train_mode_are_those_of_eval_mode():
    """Its running statistics changed, and the answers depended on the batch (lucent's issue 11)."""
    import numpy as np
    import torch
    from torch import nn

    from cnnlab.models.pooled_layers import PooledLayersClassifier
    from cnnlab.training.classifier_metrics import predict_logits
    from cnnlab.training.linear_probe import extract_pooled

    def network():
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(2 * 36, 2))

    batches = [(torch.rand(4, 3, 8, 8), None)]
    evaluated, training = network().eval(), network().train()
    looks = (
        lambda each: predict_logits(each, batches),
        lambda each: extract_pooled(each, ["1"], batches),
        lambda each: PooledLayersClassifier(each, ["1"], batches, 2, 0.0).head[0].mean,
    )
    for look in looks:
        assert np.array_equal(look(evaluated), look(training))
    assert all(each.training for each in training.modules())
    assert torch.equal(training[1].running_mean, torch.zeros(2))


def test_a_layer_that_gives_no_tensor_is_named():
    import torch
    from torch import nn

    from cnnlab.models.hooks import outputs

    class Named(nn.Module):
        def forward(self, x):
            return {"a": x}

    network = nn.Sequential(Named(), nn.Identity())
    with pytest.raises(OptionError, match="layer '0' gives a dict\n *allowed: layers that give a tensor"):
        outputs(network, ["0", "1"], torch.zeros(1, 2))
    assert not network[0]._forward_hooks
    assert outputs(network, ["0"], torch.zeros(1, 2))["0"].keys() == {"a"}
