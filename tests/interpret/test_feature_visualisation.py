"""Images rendered for channels of a small network: what determines them, and that rendering has no side effects."""

import numpy as np
import pytest

from cnnlab.errors import OptionError, TrainingError
from tests.transforms import Shift, Unseen, shifted

pytestmark = pytest.mark.torch
RELUS = ("module", "module_in_place", "function", "function_in_place", "torch", "torch_in_place", "method", "method_")


@pytest.fixture
def network():
    """conv → ReLU → conv → in-place ReLU → mean → linear with five classes."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    maps = (nn.Conv2d(3, 4, 5, stride=2), nn.ReLU(), nn.Conv2d(4, 5, 3), nn.ReLU(inplace=True))
    return nn.Sequential(*maps, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 5)).eval()


@pytest.fixture
def frequent_checkpoints(monkeypatch):
    """A checkpoint every four steps."""
    from cnnlab.interpret import feature_visualisation as channels

    monkeypatch.setattr(channels, "CHECKPOINT_STEPS", 4)


def render(network, channels, **options):
    from cnnlab.interpret.feature_visualisation import render_channels

    return render_channels(network, channels, **dict(size=32, steps=4) | options)


def difference(one, other):
    return np.abs(one.astype(int) - other.astype(int)).max()


def relu(kind):
    import torch
    from torch import nn
    from torch.nn import functional

    found = (nn.ReLU(), nn.ReLU(inplace=True), functional.relu, lambda x: functional.relu(x, inplace=True))
    found += (torch.relu, torch.relu_, torch.Tensor.relu, torch.Tensor.relu_)
    return dict(zip(RELUS, found, strict=True))[kind]


# ---- rendered images


def test_every_channel_has_its_pictures_in_the_order_asked_for(network):
    images = render(network, {"2": [4, 1], "0": [3], "labels": [0]}, size=40, steps=(1, 3))
    assert list(images) == [("2", 4), ("2", 1), ("0", 3), ("labels", 0)]
    assert {(each.shape, each.dtype.name) for each in images.values()} == {((2, 1, 40, 40, 3), "uint8")}


def test_a_seed_determines_the_image(network):
    import torch

    first = render(network, {"2": [1]})["2", 1]
    torch.manual_seed(5)
    np.random.seed(5)
    assert np.array_equal(first, render(network, {"2": [1]}, seed=0)["2", 1])
    assert difference(first, render(network, {"2": [1]}, seed=1)["2", 1]) > 20


@pytest.mark.parametrize("layer, channel", [("0", 2), ("2", 1), ("labels", 3)])
def test_the_sign_maximises_or_minimises_a_channel(network, layer, channel):
    from cnnlab.interpret.feature_visualisation import mean_activations

    def reached(**options):
        return mean_activations(network, render(network, {layer: [channel]}, **options))[layer, channel]

    assert reached(steps=8, sign=-1) < reached(steps=1) < reached(steps=8)


def test_mean_activation_is_that_of_the_last_picture_as_the_network_takes_it():
    import torch
    from torch import nn

    from cnnlab.data.imagenet import MEAN, STD
    from cnnlab.interpret.feature_visualisation import mean_activations

    red = nn.Sequential(nn.Conv2d(3, 2, 1)).eval()
    red[0].weight.data = torch.tensor([[0.0, 0, 0], [1, 0, 0]]).view(2, 3, 1, 1)
    red[0].bias.data.zero_()
    pictures = np.zeros((2, 2, 8, 8, 3), np.uint8)
    pictures[-1, 0, :, :4, 0] = 255
    found = mean_activations(red, {("0", 1): pictures, ("0", 0): pictures})
    assert found == {("0", 1): pytest.approx((0.5 - MEAN[0]) / STD[0], rel=1e-5), ("0", 0): 0}


@pytest.mark.parametrize("others", [{"2": [3]}, {"labels": [2]}, {"0": [2]}])
def test_an_image_does_not_depend_on_the_rest_of_the_batch(network, others):
    with_one, with_another = (
        render(network, {"0": [0, *rest.pop("0", [])], **rest}, steps=6)["0", 0] for rest in ({"2": [1]}, dict(others))
    )
    assert difference(with_one, with_another) <= 1


def test_a_layer_runs_no_further_than_itself(network):
    network[4].forward = None
    assert render(network, {"0": [0], "2": [0]})
    with pytest.raises(OptionError, match="TypeError"):
        render(network, {"0": [0], "labels": [0]})


def test_pictures_on_the_way_are_those_of_fewer_steps(network):
    both = render(network, {"2": [1]}, steps=(2, 4))["2", 1]
    assert np.array_equal(both[1], render(network, {"2": [1]}, steps=4)["2", 1][0])
    assert np.array_equal(both[0], render(network, {"2": [1]}, steps=2)["2", 1][0])


def similarity(network, pictures):
    """Cosine of the Gram matrices of the activations of layer "2" for two images."""
    import torch

    from cnnlab.models.hooks import outputs
    from cnnlab.models.pretrained import normalise

    with torch.inference_mode():
        photos = normalise(torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255)
        maps = outputs(network, ["2"], photos)["2"].flatten(2)
    return float(torch.cosine_similarity(*(maps @ maps.mT).flatten(1), dim=0))


def test_copies_are_made_to_differ(network, monkeypatch):
    from cnnlab.interpret import feature_visualisation as channels

    images = render(network, {"2": [1, 0]}, steps=(1, 15), copies=2)
    assert {each.shape for each in images.values()} == {(2, 2, 32, 32, 3)}
    assert all(difference(*each[-1]) > 20 for each in images.values())
    monkeypatch.setattr(channels, "DIVERSITY_WEIGHT", 0.0)
    unforced = render(network, {"2": [1, 0]}, steps=15, copies=2)
    for each in images:
        assert similarity(network, images[each][-1]) < 0.95 < similarity(network, unforced[each][-1])


def test_classes_have_copies_too(network):
    images = render(network, {"labels": [2, 0]}, copies=2)
    assert {each.shape for each in images.values()} == {(1, 2, 32, 32, 3)}
    assert not any(np.array_equal(*each[0]) for each in images.values())


def test_a_layer_without_channels_is_passed_over(network):
    assert list(render(network, {"0": [], "2": [1]})) == [("2", 1)]


def test_the_network_sees_what_the_transformations_make_of_the_pictures(network):
    seen = []
    network[0].register_forward_pre_hook(lambda _layer, inputs: seen.append(inputs[0].shape))
    plain = render(network, {"0": [0, 1]}, transforms=())["0", 0]
    half = render(network, {"0": [0, 1]}, transforms=(lambda pictures: pictures[..., :20, :24],))["0", 0]
    assert [tuple(each) for each in seen] == [(2, 3, 32, 32)] * 4 + [(2, 3, 20, 24)] * 4
    assert difference(plain, half) > 0


def test_transformations_are_drawn_anew_at_each_step(network):
    seen = []
    network[0].register_forward_pre_hook(lambda _layer, inputs: seen.append(tuple(inputs[0].shape[2:])))
    render(network, {"0": [0]}, steps=6)
    first = seen.copy()
    render(network, {"0": [0]}, steps=6)
    assert len(set(first)) > 2 and seen == first * 2


def test_colours_that_are_not_decorrelated_come_out_otherwise(network):
    one, other = (render(network, {"0": [0]}, decorrelate=each)["0", 0] for each in (True, False))
    assert difference(one, other) > 20


def test_half_precision_renders_nearly_the_same(network):
    one, other = (render(network, {"2": [1]}, precision=each)["2", 1] for each in ("float32", "bfloat16"))
    assert 0 < np.abs(one.astype(int) - other.astype(int)).mean() < 8


def test_progress_covers_every_step(network):
    reported = []
    render(network, {"2": [1], "0": [1]}, progress=lambda steps, label: reported.append((list(steps), label)) or steps)
    assert reported == [([1, 2, 3, 4], "2, 0")]


def test_layers_have_lucents_names(network):
    from torch import nn

    from cnnlab.interpret.feature_visualisation import lucent_layers

    assert lucent_layers(nn.ModuleDict({"features": network[:2], "head": network[6]})) == [
        *("features", "features_0", "features_1", "head"),
    ]


def test_lucents_hooks_hold_what_in_place_layers_leave(network):
    import torch

    from cnnlab.interpret.feature_visualisation import lucent_layers, lucent_outputs

    images = torch.randn(1, 3, 16, 16)
    held = lucent_outputs(network, images)
    assert list(held) == lucent_layers(network) == [str(at) for at in range(7)]
    with torch.inference_mode():
        assert torch.equal(held["0"], network[0](images)) and (held["0"] < 0).any()
        assert torch.equal(held["2"], held["3"]) and torch.equal(held["2"], network[:4](images))
    assert not any(module._forward_hooks for module in network.modules())


# ---- interruptions


def test_resumed_equals_uninterrupted(network, frequent_checkpoints, tmp_path):
    begun = []

    def stopped(steps, label):
        for step in steps:
            if step == 7:
                raise KeyboardInterrupt
            yield step

    def recorded(steps, label):
        begun.append(steps[0])
        return steps

    asked = dict(channels={"2": [1], "0": [2]}, steps=(3, 10))
    whole = render(network, **asked)
    with pytest.raises(KeyboardInterrupt):
        render(network, **asked, folder=tmp_path, progress=stopped)
    resumed = render(network, **asked, folder=tmp_path, progress=recorded)
    assert begun == [5] and resumed.keys() == whole.keys()
    assert all(np.array_equal(resumed[each], whole[each]) for each in whole)


def test_finished_images_are_not_rendered_again(network, frequent_checkpoints, monkeypatch, tmp_path):
    images = render(network, {"2": [1]}, folder=tmp_path)
    monkeypatch.setattr(type(network[0]), "forward", None)
    assert np.array_equal(images["2", 1], render(network, {"2": [1]}, folder=tmp_path)["2", 1])


@pytest.mark.parametrize(
    "other, message",
    [
        (dict(seed=1), "options seed is 0 there and 1 here"),
        (dict(sign=-1), "options sign is 1 there and -1 here"),
        (dict(steps=(2, 4)), r"options steps is \[4\] there and \[2, 4\] here"),
        (dict(channels={"2": [3]}), "options channels is {'2': .1.} there and {'2': .3.} here"),
        (dict(transforms=()), r"options transforms is \['pad.*\] there and \[\] here"),
        (dict(size=48), "options size is 32 there and 48 here"),
        (dict(decorrelate=False), "options decorrelate is True there and False here"),
        (dict(precision="bfloat16"), "options precision is float32 there and bfloat16 here"),
    ],
)
def test_a_checkpoint_of_other_arguments_is_refused(network, frequent_checkpoints, tmp_path, other, message):
    render(network, {"2": [1]}, folder=tmp_path)
    with pytest.raises(TrainingError, match=message):
        render(network, **{"channels": {"2": [1]}, "folder": tmp_path, **other})


def partial(by):
    from functools import partial

    import torch

    return partial(torch.roll, shifts=by, dims=-1)


@pytest.mark.parametrize("make", [shifted, Shift, partial, lambda by: Shift(by).__call__])
def test_a_checkpoint_of_other_transforms_is_refused(network, frequent_checkpoints, monkeypatch, tmp_path, make):
    first = render(network, {"2": [1]}, folder=tmp_path, transforms=(make(1),))
    with pytest.raises(TrainingError, match="options transforms is"):
        render(network, {"2": [1]}, folder=tmp_path, transforms=(make(2),))
    monkeypatch.setattr(type(network[0]), "forward", None)  # nothing is rendered again
    again = render(network, {"2": [1]}, folder=str(tmp_path), transforms=[make(1)])
    assert np.array_equal(first["2", 1], again["2", 1])


def test_transforms_that_cannot_be_told_apart_are_not_resumed(network, frequent_checkpoints, tmp_path):
    render(network, {"2": [1]}, folder=tmp_path, transforms=(Shift(1), Unseen(1)))
    with pytest.raises(TrainingError, match="may be of other transforms: number 2(.|\n)*another folder"):
        render(network, {"2": [1]}, folder=tmp_path, transforms=(Shift(1), Unseen(1)))


DEFINED = """
import torch
from torch import nn
STEPS = 1
def moved(pictures): return pictures.roll(STEPS, -1)
class Moved:
    def __call__(self, pictures): return moved(pictures)
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 2, 3)
    def forward(self, pictures): return torch.relu(self.first(moved(pictures)))
"""


@pytest.fixture
def defined(monkeypatch):
    """Run a script's definitions, after a text in them has been replaced by another."""
    import types

    import torch

    def run(old="", new=""):
        script = types.ModuleType("__main__")
        exec(DEFINED.replace(old, new), script.__dict__)
        torch.manual_seed(0)
        return script

    return run


@pytest.mark.parametrize(
    ("old", "new"),
    [("STEPS = 1", "STEPS = 2"), ("roll(STEPS", "roll(-STEPS"), ("return moved(pictures)", "return -pictures")],
)
def test_a_transform_whose_script_was_changed_is_another(network, frequent_checkpoints, defined, tmp_path, old, new):
    first = render(network, {"2": [1]}, folder=tmp_path, transforms=(defined().Moved(),))
    again = render(network, {"2": [1]}, folder=tmp_path, transforms=(defined().Moved(),))
    assert np.array_equal(first["2", 1], again["2", 1])
    with pytest.raises(TrainingError, match="options transforms is"):
        render(network, {"2": [1]}, folder=tmp_path, transforms=(defined(old, new).Moved(),))


@pytest.mark.parametrize(("old", "new"), [("torch.relu", "torch.tanh"), ("STEPS = 1", "STEPS = 2")])
def test_a_network_of_other_code_is_another(frequent_checkpoints, defined, tmp_path, old, new):
    first = render(defined().Network().eval(), {"labels": [1]}, folder=tmp_path)
    again = render(defined().Network().eval(), {"labels": [1]}, folder=tmp_path)
    assert np.array_equal(first["labels", 1], again["labels", 1])
    with pytest.raises(TrainingError, match="code network is Network .* there and Network .* here"):
        render(defined(old, new).Network().eval(), {"labels": [1]}, folder=tmp_path)


# ---- side effects


def test_the_network_is_left_as_it_was(network):
    import torch

    before = {name: value.clone() for name, value in network.state_dict().items()}
    render(network, {"2": [1], "labels": [0]}, steps=2)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(each.grad is None and each.requires_grad for each in network.parameters()) and not network.training
    assert not any(module._forward_hooks for module in network.modules())


def test_hooks_are_gone_after_a_failure(network):
    def failing(inputs):
        raise RuntimeError("the layer failed")

    network[2].forward = failing
    with pytest.raises(OptionError, match="RuntimeError: the layer failed"):
        render(network, {"0": [1], "3": [1]})
    assert not any(module._forward_hooks for module in network.modules())


@pytest.mark.parametrize("steps", [3, "interrupted"])
def test_the_random_states_are_left_as_they_were(network, steps):
    import torch

    def stopped(steps, label):
        yield from steps[:2]
        raise KeyboardInterrupt

    before, of_numpy = torch.get_rng_state(), np.random.get_state()
    if steps == "interrupted":
        with pytest.raises(KeyboardInterrupt):
            render(network, {"2": [1]}, progress=stopped)
    else:
        render(network, {"2": [1]}, steps=steps)
    assert torch.equal(before, torch.get_rng_state())
    assert all(np.array_equal(one, other) for one, other in zip(of_numpy, np.random.get_state(), strict=True))


# ---- dead ReLUs


def gradient(inner, inputs, sign=1):
    """The gradient of minus the mean of what a function gives for `inputs`."""
    import torch

    inputs = inputs.clone().requires_grad_()
    (found,) = torch.autograd.grad(-sign * inner(inputs + 0).mean(), inputs)
    return found


@pytest.mark.parametrize("kind", RELUS)
def test_a_dead_relu_passes_gradient_on_inside_only(kind):
    import torch

    from cnnlab.interpret.redirected_relu import RedirectedRelus

    conv, rectify = torch.nn.Conv2d(3, 2, 3), relu(kind)
    torch.nn.init.constant_(conv.bias, -100)
    photos = torch.randn(2, 3, 8, 8)
    with RedirectedRelus():
        assert not rectify(conv(photos)).any()
        inside = gradient(lambda inputs: rectify(conv(inputs)), photos)
    assert torch.equal(inside, gradient(conv, photos)) and inside.abs().max() > 0
    assert not gradient(lambda inputs: rectify(conv(inputs)), photos).any()


@pytest.mark.parametrize("kind", RELUS)
def test_a_live_relu_is_what_it_was(kind):
    import torch

    from cnnlab.interpret.redirected_relu import RedirectedRelus

    photos, rectify = torch.randn(2, 3, 8, 8), relu(kind)
    with RedirectedRelus():
        inside, output = gradient(rectify, photos), rectify(photos.clone())
    assert torch.equal(output, photos.clamp(min=0)) and torch.equal(inside, gradient(rectify, photos))


def test_each_picture_of_a_batch_is_dead_or_alive_on_its_own():
    import torch

    from cnnlab.interpret.redirected_relu import RedirectedRelus

    photos = torch.stack([torch.full((1, 2, 2), -3.0), torch.tensor([[[-1.0, 2], [-1, -1]]])])
    with RedirectedRelus():
        found = gradient(torch.relu, photos)
    assert found.flatten(1).tolist() == [[-1 / 8] * 4, [0, -1 / 8, 0, 0]]


def test_an_activation_to_be_minimised_gets_no_redirected_gradient():
    import torch

    from cnnlab.interpret.redirected_relu import RedirectedRelus

    with RedirectedRelus():
        assert not gradient(torch.relu, torch.full((1, 1, 2, 2), -3.0), sign=-1).any()


def test_a_channel_behind_a_dead_relu_comes_to_life(network, monkeypatch):
    from cnnlab.interpret import feature_visualisation as channels

    def reached():
        images = render(network, {"3": [2]}, steps=12, transforms=())
        return channels.mean_activations(network, images)["3", 2]

    network[2].bias.data[2] -= 0.45
    alive = reached()
    monkeypatch.setattr(channels, "REDIRECTED_STEPS", 0)
    assert reached() == 0 < alive


# ---- arguments that are refused


def test_weights_that_are_not_finite_are_noticed(network):
    network[2].weight.data[1, 0, 0, 0] = float("nan")
    assert render(network, {"0": [0]})
    with pytest.raises(TrainingError, match=r"the channels' activation is nan at step 1\n.*\n.*the network's weights"):
        render(network, {"0": [0], "2": [1]})


@pytest.mark.parametrize(
    "channels, options, message",
    [
        ({"20": [0]}, {}, "Sequential has no layer '20'"),
        ({"2": [0, 5]}, {}, r"channels \[0, 5\] of '2'\n  allowed: 0 to 4"),
        ({"0": [-1]}, {}, r"channels \[-1\] of '0'\n  allowed: 0 to 3"),
        ({"labels": [5]}, {}, r"classes \[5\] of 'labels'\n  allowed: 0 to 4"),
        ({"0": [0]}, dict(size=31), r"size=31\n  allowed: 32 pixels or more"),
        ({"0": [0]}, dict(steps=0), r"steps=\(0,\)\n  allowed: a number from 1"),
        ({"0": [0]}, dict(steps=()), r"steps=\(\)"),
        ({"0": [0]}, dict(steps=(4, 2)), r"steps=\(4, 2\)\n.* rising order"),
        ({"0": [0]}, dict(steps=[2, 2]), r"steps=\(2, 2\)"),
        ({"0": [0]}, dict(sign=0), r"sign=0\n  allowed: 1 \(maximise\) or -1 \(minimise\)"),
        ({"0": [0]}, dict(copies=0), r"copies=0\n  allowed: 1 or more"),
        ({}, {}, r"channels={}\n  allowed: {layer: \[channel, …\]} with at least one channel"),
        ({"0": []}, {}, r"channels={'0': \[\]}"),
        (None, {}, "channels=None"),
        ([("0", [0])], {}, r"channels=\[(.|\n)*the layers by their names"),
        ({0: [0]}, {}, "channels={0"),
        ({"0": 0}, {}, "channels 0 of '0'\n  allowed: a list of whole numbers"),
        ({"0": "0"}, {}, "channels '0' of '0'"),
        ({"0": [1.0]}, {}, r"channel of '0'=1\.0"),
        ({"0": [None]}, {}, "channel of '0'=None"),
        ({"0": [0]}, dict(size=64.0), r"size=64\.0\n  allowed: whole numbers"),
        ({"0": [0]}, dict(steps=4.0), r"steps=4\.0"),
        ({"0": [0]}, dict(steps=(2, 4.0)), r"steps=4\.0"),
        ({"0": [0]}, dict(steps="4"), "steps='4'"),
        ({"0": [0]}, dict(steps=None), "steps=None"),
        ({"0": [0]}, dict(steps=np.array(4)), "steps=array"),
        ({"0": np.array(0)}, {}, "channel of '0'=array"),
        ({"0": [0]}, dict(seed=-1), "seed=-1\n  allowed: a whole number from 0"),
        ({"0": [0]}, dict(seed=None), "seed=None"),
        ({"0": [0]}, dict(copies=1.5), r"copies=1\.5"),
        ({"0": [0]}, dict(transforms=None), r"transforms=None\n  allowed: functions(.|\n)*\(\) for none"),
        ({"0": [0]}, dict(transforms=(1,)), r"transforms=\(1,\)"),
        ({"0": [1, 2, 1]}, {}, r"channels \[1, 2, 1\] of '0'\n  allowed: each channel once"),
        ({"0": [0]}, dict(precision="float16"), r"precision='float16'\n  allowed: float32, bfloat16"),
        ({"0": [0]}, dict(progress=None), r"progress=None\n  allowed: a function"),
        ({"0": [0]}, dict(folder=3), r"folder=3\n  allowed: a path"),
    ],
)
def test_arguments_that_are_not_allowed_are_refused(network, channels, options, message):
    with pytest.raises(OptionError, match=message):
        render(network, channels, **options)
    assert not any(module._forward_hooks for module in network.modules())


@pytest.mark.parametrize("kind", ["tuple", "tokens", "detached"])
def test_a_layer_that_gives_no_maps_is_refused(kind):
    import torch
    from torch import nn

    class Gives(nn.Module):
        def forward(self, inputs):
            found = {
                "tuple": (inputs, inputs),
                "tokens": inputs.flatten(2).transpose(1, 2),
                "detached": inputs.detach(),
            }
            return found[kind]

    messages = {
        "tuple": r"layer '1' gives an output of type tuple\n  allowed: maps \(n, channels, h, w\) or numbers",
        "tokens": r"layer '1' gives an output of shape \(1, \d+, 3\)",
        "detached": "layer '1' gives an output without gradient",
    }
    with pytest.raises(OptionError, match=messages[kind]):
        render(nn.Sequential(nn.Conv2d(3, 3, 3), Gives()).eval(), {"1": [1]})
    assert torch.is_grad_enabled()


def test_transforms_that_cut_the_gradient_are_refused(network):
    with pytest.raises(OptionError, match=r"transforms give images that lead no gradient(.|\n)*leave detach"):
        render(network, {"0": [0]}, transforms=(lambda pictures: pictures.detach(),))


def test_a_network_in_train_mode_is_refused_and_stays_as_it_was():
    import torch
    from torch import nn

    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout())
    with pytest.raises(
        OptionError, match=r"a Sequential in train mode\n  allowed: networks in eval mode\n.*network.eval"
    ):
        render(network, {"1": [0]})
    assert torch.equal(network[1].running_mean, torch.zeros(4)) and network[1].num_batches_tracked == 0


@pytest.mark.parametrize("kind", ["half", "bfloat16", "double"])
def test_a_network_of_another_precision_is_refused(network, kind):
    with pytest.raises(OptionError, match=r"a Sequential with weights of torch\..*\n.*\n.*network\.float\(\)"):
        render(getattr(network, kind)(), {"0": [0]})
    with pytest.raises(OptionError, match="weights of torch.float32 on meta"):
        render(network.float().to("meta"), {"0": [0]})


@pytest.mark.parametrize("mode", ["no_grad", "inference_mode"])
def test_the_mode_of_the_caller_does_not_matter(network, mode):
    import torch

    expected = render(network, {"2": [1]})["2", 1]
    with getattr(torch, mode)():
        assert np.array_equal(render(network, {"2": [1]})["2", 1], expected)
    assert torch.is_grad_enabled()


@pytest.mark.parametrize(
    "key, images, message",
    [
        (("0", 4), np.zeros((1, 1, 32, 32, 3), np.uint8), r"channels \[4\] of '0'\n  allowed: 0 to 3"),
        (("0", -1), np.zeros((1, 1, 32, 32, 3), np.uint8), r"channels \[-1\] of '0'"),
        (("0", 1), np.zeros((1, 1, 32, 32, 3)), r"images of \('0', 1\): float64 \(1, 1, 32, 32, 3\)"),
        (("0", 1), np.zeros((1, 32, 32, 3), np.uint8), r"images of \('0', 1\): uint8 \(1, 32, 32, 3\)"),
        (("0", 1), np.zeros((0, 1, 32, 32, 3), np.uint8), r"uint8 \(0, 1, 32, 32, 3\)"),
        (("0", 1), np.zeros((1, 1, 32, 32, 1), np.uint8), r"uint8 \(1, 1, 32, 32, 1\)"),
        (("0", 1), None, "type NoneType"),
    ],
)
def test_images_of_another_kind_have_no_mean_activation(network, key, images, message):
    from cnnlab.interpret.feature_visualisation import mean_activations

    with pytest.raises(OptionError, match=message):
        mean_activations(network, {key: images})


def test_a_network_without_weights_is_refused():
    from torch import nn

    from cnnlab.interpret.feature_visualisation import mean_activations

    for nothing in (nn.ReLU(), None):
        with pytest.raises(OptionError, match="network of type (ReLU|NoneType)(.|\\n)*with parameters"):
            render(nothing, {"labels": [0]})
        with pytest.raises(OptionError, match="with parameters"):
            mean_activations(nothing, {})


def test_numpys_numbers_are_numbers(network, frequent_checkpoints, tmp_path):
    plain = render(network, {"2": [1, 3]}, size=32, steps=(2, 4), seed=3)
    i = np.int64
    numbers = dict(size=i(32), steps=np.array([2, 4]), seed=i(3), sign=i(1), copies=i(1), decorrelate=np.True_)
    other = render(network, {"2": np.array([1, 3])}, **numbers, folder=str(tmp_path / "new"))
    assert all(np.array_equal(plain[each], other[each]) for each in plain) and plain.keys() == other.keys()
    assert (tmp_path / "new").is_dir()
    one = render(network, {"2": [1]}, steps=i(4))["2", 1]
    assert np.array_equal(one, render(network, {"2": [1]}, steps=4)["2", 1])
