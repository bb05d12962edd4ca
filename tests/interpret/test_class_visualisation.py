"""Images drawn for classes of a small network: the objective, the crops, what the two parametrisations keep."""

import numpy as np
import pytest
from PIL import Image

from cnnlab.errors import OptionError, TrainingError

pytestmark = pytest.mark.torch
SIZE = 32
BOTH = pytest.mark.parametrize("kind", ["fourier", "phase"])


@pytest.fixture
def network():
    """conv → ReLU → conv → ReLU → mean → linear with five classes."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    maps = (nn.Conv2d(3, 8, 5, stride=2), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.ReLU())
    return nn.Sequential(*maps, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)).eval()


@pytest.fixture
def frequent_checkpoints(monkeypatch):
    """A checkpoint every four steps."""
    from cnnlab.interpret import class_visualisation as drawn

    monkeypatch.setattr(drawn, "CHECKPOINT_STEPS", 4)


def photos(count=3):
    chance = np.random.default_rng(0)
    return [Image.fromarray(chance.integers(0, 256, (40, 48, 3), np.uint8)) for _ in range(count)]


def render(network, classes, kind="fourier", crops=None, **options):
    from cnnlab.interpret.class_visualisation import Crops, mean_magnitude, render_classes

    standard = dict(size=SIZE, steps=4, parametrisation=kind, crops=Crops(2, 0.5, 1, 32, **crops or {}))
    if kind == "phase":
        standard["magnitude"] = mean_magnitude(photos(), SIZE)
    return render_classes(network, classes, **standard | options)


def margin(network, image, label):
    """The logit of a class minus the mean of the others, for a whole image."""
    import torch

    from cnnlab.models.pretrained import normalise

    with torch.inference_mode():
        logits = network(normalise(torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255))[0]
    others = [float(each) for at, each in enumerate(logits) if at != label]
    return float(logits[label]) - sum(others) / len(others)


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[each], other[each]) for each in one)


def difference(one, other):
    return np.abs(one.astype(int) - other.astype(int)).max()


# ---- rendered images


@BOTH
def test_every_class_has_its_image_in_the_order_asked_for(network, kind):
    images = render(network, [4, 1], kind, steps=1)
    assert list(images) == [4, 1] and all(type(each) is int for each in images)
    assert {(each.shape, each.dtype.name) for each in images.values()} == {((SIZE, SIZE, 3), "uint8")}


@BOTH
def test_the_margin_of_each_class_rises(network, kind):
    few, many = (render(network, range(5), kind, steps=steps) for steps in (1, 24))
    assert all(margin(network, many[each], each) > margin(network, few[each], each) for each in range(5))


@BOTH
def test_an_image_does_not_depend_on_the_other_classes(network, kind):
    assert difference(render(network, [3], kind)[3], render(network, [0, 3, 2], kind)[3]) <= 1


@BOTH
def test_a_seed_determines_the_image(network, kind):
    import torch

    first = render(network, [2], kind)
    torch.manual_seed(5)
    np.random.seed(5)
    assert same(first, render(network, [2], kind, seed=0))
    assert difference(first[2], render(network, [2], kind, seed=1)[2]) > 20


def test_half_precision_renders_nearly_the_same(network):
    one, other = (render(network, [2], precision=each)[2] for each in ("float32", "bfloat16"))
    assert 0 < np.abs(one.astype(int) - other.astype(int)).mean() < 8


def test_the_margin_is_the_logit_minus_the_mean_of_the_others():
    import torch

    from cnnlab.interpret.class_visualisation import margins

    logits = torch.tensor([[[1.0, 2, 6], [0, 3, 0]], [[0, 0, 0], [4, 8, 0]]])  # two crops of two images
    assert margins(logits, [2, 0]).tolist() == [[4.5, -1.5], [0, 0]]


def test_steps_are_shown_to_progress(network):
    seen = []
    render(network, [2, 4], steps=3, progress=lambda steps, label: seen.append((list(steps), label)) or steps)
    assert seen == [([1, 2, 3], "fourier: 2, 4")]


# ---- crops


def test_the_network_sees_as_many_crops_of_that_side_of_every_image(network):
    from cnnlab.interpret.class_visualisation import Crops

    seen = []
    network[0].register_forward_pre_hook(lambda _layer, inputs: seen.append(tuple(inputs[0].shape)))
    render(network, [0, 1], steps=2, crops=dict(), seed=3)
    assert seen == [(2 * 2, 3, 32, 32)] * 2
    seen.clear()
    from cnnlab.interpret.class_visualisation import render_classes

    render_classes(network, [0], size=SIZE, steps=1, crops=Crops(3, 0.2, 0.4, 40))
    assert seen == [(3, 3, 40, 40)]


def test_crops_are_parts_of_the_image_the_same_of_every_class():
    import torch

    from cnnlab.interpret.class_visualisation import Crops, cropped

    ramp = torch.linspace(0, 1, 64).expand(1, 3, 64, 64)
    found = cropped(torch.cat([ramp, 1 - ramp]), Crops(4, 0.25, 0.5, 32, noise=0)).unflatten(0, (4, 2))
    assert torch.allclose(found[:, 0], 1 - found[:, 1], atol=1e-6)
    spans = [float(each.max() - each.min()) for each in found[:, 0]]
    assert len(set(spans)) == 4 and all(0.2 < each < 0.5 for each in spans)
    assert len({round(float(each.min()), 4) for each in found[:, 0]}) == 4


def test_the_whole_image_without_noise_is_the_image():
    import torch

    from cnnlab.interpret.class_visualisation import Crops, cropped

    images = torch.rand(2, 3, 40, 40)
    assert torch.allclose(cropped(images, Crops(1, 1, 1, 40, noise=0)), images, atol=1e-6)


def test_the_noise_has_the_deviation_asked_for():
    import torch

    from cnnlab.interpret.class_visualisation import Crops, cropped

    noisy = cropped(torch.zeros(2, 3, 64, 64), Crops(2, 1, 1, 64, noise=0.25)).unflatten(0, (2, 2))
    assert float(noisy.std()) == pytest.approx(0.25, rel=0.05) and abs(float(noisy.mean())) < 0.02
    assert torch.equal(noisy[:, 0], noisy[:, 1]) and not torch.equal(noisy[0], noisy[1])


# ---- magnitudes


def test_phases_alone_keep_the_magnitude():
    import torch

    from cnnlab.interpret.class_visualisation import mean_magnitude, phase_images

    magnitude = mean_magnitude(photos(), SIZE)
    phases, values = phase_images(2, magnitude, seed=0)
    with torch.no_grad():
        phases += torch.randn(phases.shape)
        found = torch.fft.rfft2(values(), norm="ortho").abs()
    assert found.shape == (2, 3, SIZE, SIZE // 2 + 1)
    assert torch.allclose(found, magnitude.expand_as(found), atol=1e-4)
    assert not torch.allclose(*values().detach(), atol=1e-2)


def test_rendered_images_have_the_magnitude_but_for_rounding(network):
    import torch

    from cnnlab.interpret.class_visualisation import mean_magnitude
    from cnnlab.interpret.feature_visualisation import lucent_axes

    magnitude = 0.2 * mean_magnitude(photos(), SIZE)  # so little contrast that no pixel is black or white
    image = render(network, [1], "phase", magnitude=magnitude)[1]
    values = torch.logit(torch.from_numpy(image).double() / 255) @ torch.linalg.inv(lucent_axes()).T.double()
    found = torch.fft.rfft2(values.permute(2, 0, 1), norm="ortho").abs().float()
    assert torch.allclose(found, magnitude, atol=0.15) and float(magnitude.mean()) > 0.3
    free = render(network, [1], "phase", magnitude=2 * magnitude)[1]
    assert free.std() > image.std()


def test_the_mean_magnitude_of_one_wave_is_one_frequency():
    import torch

    from cnnlab.interpret.class_visualisation import mean_magnitude

    row = torch.sigmoid(torch.cos((torch.arange(SIZE) + 0.5) * 2 * torch.pi * 3 / SIZE))  # no step at the border
    wave = Image.fromarray((255 * row).round().byte().expand(SIZE, SIZE).unsqueeze(-1).expand(-1, -1, 3).numpy())
    magnitude = mean_magnitude([wave], SIZE)
    assert magnitude.shape == (3, SIZE, SIZE // 2 + 1) and magnitude[:, 0, 0].tolist() == [0, 0, 0]
    row, column = divmod(int(magnitude[0].argmax()), SIZE // 2 + 1)
    assert (row, column) == (0, 3) and float(magnitude[0, 0, 3]) > 0.98 * float(magnitude[0].square().sum().sqrt())
    flat = Image.new("RGB", (SIZE, SIZE), (90, 120, 200))
    half = mean_magnitude(iter([wave, flat]), SIZE)
    assert torch.allclose(half, magnitude / 2, atol=1e-4)


def test_steps_between_opposite_borders_are_no_part_of_the_periodic_spectrum():
    import torch

    from cnnlab.interpret.class_visualisation import periodic_spectrum

    ramp = torch.linspace(-1, 1, SIZE).expand(1, SIZE, SIZE)
    wave = torch.cos(torch.arange(SIZE) * 2 * torch.pi * 5 / SIZE).expand(1, SIZE, SIZE)
    left, kept = (float(periodic_spectrum(each)[0].abs().max()) for each in (ramp, wave))
    before = [float(torch.fft.rfft2(each, norm="ortho").abs().max()) for each in (ramp, wave)]
    assert left < 1.1 / SIZE * before[0] and kept == pytest.approx(before[1], rel=0.05)
    assert float(periodic_spectrum(wave + 2)[0, 0, 0].real) == pytest.approx(2 * SIZE)


def test_photos_are_cut_to_their_centred_square():
    import torch

    from cnnlab.interpret.class_visualisation import mean_magnitude

    square = photos(1)[0].crop((4, 0, 44, 40))
    assert torch.allclose(mean_magnitude(photos(1), 40), mean_magnitude([square], 40), atol=1e-5)


# ---- what the network makes of them


def test_images_are_recognised_with_probability_and_rank(network):
    from torch import nn

    from cnnlab.data.imagenet import MEAN, STD
    from cnnlab.interpret.class_visualisation import recognised

    red = nn.Sequential(nn.Conv2d(3, 3, 1, bias=False), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    red[0].weight.data.zero_()
    red[0].weight.data[0, 0] = 1
    red[0].weight.data[2, 0] = 2
    image = np.zeros((20, 20, 3), np.uint8)
    image[..., 0] = 255
    logits = np.array([1, 0, 2]) * (1 - MEAN[0]) / STD[0]
    expected = np.exp(logits) / np.exp(logits).sum()
    found = recognised(red, {0: image, 2: image, 1: image}, 32)
    assert {label: rank for label, (_, rank) in found.items()} == {0: 2, 2: 1, 1: 3}
    assert all(found[label][0] == pytest.approx(expected[label], rel=1e-4) for label in (0, 1, 2))


# ---- interruptions and side effects


def stopped(after):
    def progress(steps, label):
        for step in steps:
            if step > after:
                raise KeyboardInterrupt
            yield step

    return progress


@BOTH
def test_a_resumed_rendering_equals_an_uninterrupted_one(network, frequent_checkpoints, tmp_path, kind):
    whole = render(network, [2, 0], kind, steps=10)
    with pytest.raises(KeyboardInterrupt):
        render(network, [2, 0], kind, steps=10, folder=tmp_path, progress=stopped(6))
    seen = []
    listen = dict(progress=lambda steps, label: seen.extend(steps) or steps)
    assert same(whole, render(network, [2, 0], kind, steps=10, folder=tmp_path, **listen))
    assert seen == [5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize(
    "other, message",
    [
        (dict(classes=[1]), "options classes is"),
        (dict(steps=5), "options steps is 4 there and 5 here"),
        (dict(seed=1), "options seed is 0 there and 1 here"),
        (dict(crops=dict(noise=0.5)), "options crops is"),
        (dict(kind="phase"), "options magnitude is None there"),
    ],
)
def test_a_checkpoint_of_other_arguments_is_refused(network, frequent_checkpoints, tmp_path, other, message):
    render(network, [2], folder=tmp_path)
    with pytest.raises(TrainingError, match=message):
        render(network, **{"classes": [2], "folder": tmp_path, **other})


def test_a_checkpoint_of_another_magnitude_or_network_is_refused(network, frequent_checkpoints, tmp_path):
    from cnnlab.interpret.class_visualisation import mean_magnitude

    render(network, [2], "phase", folder=tmp_path)
    with pytest.raises(TrainingError, match="options magnitude is"):
        render(network, [2], "phase", folder=tmp_path, magnitude=mean_magnitude(photos(2), SIZE))
    network[0].bias.data += 1
    with pytest.raises(TrainingError, match="options network is"):
        render(network, [2], "phase", folder=tmp_path)


@BOTH
def test_the_network_and_the_random_states_are_left_as_they_were(network, kind):
    import torch

    weights = {name: value.clone() for name, value in network.state_dict().items()}
    states = torch.get_rng_state(), np.random.get_state()[1].copy()
    render(network, [2], kind, steps=2)
    assert torch.equal(states[0], torch.get_rng_state()) and np.array_equal(states[1], np.random.get_state()[1])
    assert all(torch.equal(value, weights[name]) for name, value in network.state_dict().items())
    assert all(each.grad is None and each.requires_grad for each in network.parameters())


# ---- arguments that are refused


def test_weights_that_are_not_finite_are_noticed(network):
    network[2].weight.data[1, 0, 0, 0] = float("nan")
    with pytest.raises(TrainingError, match=r"logits of classes 2, 0 are not finite at step 1\n.*\n.*weights"):
        render(network, [2, 0])


@pytest.mark.parametrize(
    "classes, options, message",
    [
        ([5], {}, r"classes=\(5,\)\n  allowed: 0 to 4"),
        ([], {}, r"classes=\(\)\n  allowed: one number from 0 or more, each once"),
        ([1, 1], {}, r"classes=\(1, 1\)"),
        ([-1], {}, r"classes=\(-1,\)"),
        ([1.0], {}, r"classes=1\.0\n  allowed: whole numbers"),
        ("1", {}, "classes='1'"),
        ([0], dict(size=30), r"size=30\n  allowed: an even number of pixels, 32 or more"),
        ([0], dict(size=33), "size=33"),
        ([0], dict(steps=0), r"steps=0\n  allowed: 1 or more"),
        ([0], dict(steps=4.0), r"steps=4\.0\n  allowed: whole numbers"),
        ([0], dict(seed=-1), r"seed=-1\n  allowed: a whole number from 0"),
        ([0], dict(parametrisation="pixels"), r"parametrisation='pixels'\n  allowed: fourier, phase"),
        ([0], dict(parametrisation="phase"), r"magnitude of shape None\n  allowed: \(3, 32, 17\)"),
        ([0], dict(kind="phase", size=34), r"magnitude of shape \(3, 32, 17\)\n  allowed: \(3, 34, 18\)"),
        ([0], dict(magnitude=np.ones((3, 32, 17))), r"magnitude with parametrisation='fourier'\n  allowed: None"),
        ([0], dict(kind="phase", magnitude=-np.ones((3, 32, 17))), r"magnitude with negative values"),
        ([0], dict(kind="phase", magnitude=np.full((3, 32, 17), np.nan)), r"magnitude with negative .* not finite"),
        ([0], dict(precision="float16"), r"precision='float16'\n  allowed: float32, bfloat16"),
        ([0], dict(kind="phase", magnitude=np.ones((3, 32, 17), complex)), "magnitude of complex128"),
        ([0], dict(kind="phase", magnitude=np.ones((3, 32, 17), object)), "magnitude of object"),
        ([0], dict(progress=None), r"progress=None\n  allowed: a function"),
        ([0], dict(folder=3), r"folder=3\n  allowed: a path"),
    ],
)
def test_arguments_that_are_not_allowed_are_refused(network, classes, options, message):
    with pytest.raises(OptionError, match=message):
        render(network, classes, **options)


@pytest.mark.parametrize(
    "changes, message",
    [
        (dict(count=0), r"count=0 of the crops\n  allowed: a whole number from 1"),
        (dict(side=31), r"side=31 of the crops\n  allowed: a whole number from 32"),
        (dict(count=1.5), r"count=1\.5 of the crops"),
        (dict(count=True), "count=True of the crops"),
        (dict(least=0), r"least=0, most=0\.95 of the crops\n  allowed: 0 < least ≤ most ≤ 1"),
        (dict(least=0.5, most=0.4), r"least=0\.5, most=0\.4"),
        (dict(most=1.5), r"most=1\.5"),
        (dict(most=None), "most=None"),
        (dict(noise=-0.1), r"noise=-0\.1 of the crops\n  allowed: a number from 0"),
        (dict(noise=float("nan")), "noise=nan"),
    ],
)
def test_crops_that_are_not_allowed_are_refused(network, changes, message):
    from cnnlab.interpret.class_visualisation import Crops, render_classes

    with pytest.raises(OptionError, match=message):
        render_classes(network, [0], size=SIZE, steps=1, crops=Crops(**changes))
    with pytest.raises(OptionError, match="crops=4\n  allowed: a Crops"):
        render_classes(network, [0], size=SIZE, steps=1, crops=4)


def test_no_photos_have_no_magnitude():
    from cnnlab.interpret.class_visualisation import mean_magnitude

    with pytest.raises(OptionError, match=r"images=\[\]\n  allowed: one image or more"):
        mean_magnitude([], SIZE)


@pytest.mark.parametrize("kind", ["maps", "one class", "mapping", "one row", "detached"])
def test_a_network_that_gives_no_logits_is_refused(network, kind):
    from torch import nn

    class Gives(nn.Module):
        def forward(self, logits):
            return {
                "maps": logits[:, :, None, None],
                "one class": logits[:, :1],
                "mapping": {"logits": logits},
                "one row": logits[:1],
                "detached": logits.detach(),
            }[kind]

    messages = {
        "maps": r"an output of shape \(2, 5, 1, 1\) for 2 images\n  allowed: logits \(2, classes\) of two",
        "one class": r"an output of shape \(2, 1\)",
        "mapping": "an output of type dict",
        "one row": r"an output of shape \(1, 5\) for 2 images",
        "detached": "logits are without gradient",
    }
    with pytest.raises(OptionError, match=messages[kind]):
        render(nn.Sequential(*network, Gives()).eval(), [0])


@pytest.mark.parametrize("mode", ["no_grad", "inference_mode"])
@BOTH
def test_the_mode_of_the_caller_does_not_matter(network, kind, mode):
    import torch

    expected = render(network, [1], kind)
    with getattr(torch, mode)():
        assert same(render(network, [1], kind), expected)


def test_a_magnitude_of_any_layout_is_taken(network):
    magnitude = np.random.default_rng(0).uniform(size=(3, SIZE, SIZE // 2 + 1)).astype(np.float32)
    expected = render(network, [1], "phase", magnitude=magnitude)
    turned = np.ascontiguousarray(magnitude[:, ::-1])[:, ::-1]
    for other in (turned, np.asfortranarray(magnitude), magnitude.astype(np.float64)):
        assert same(render(network, [1], "phase", magnitude=other), expected)


@pytest.mark.parametrize(
    "images, size, message",
    [
        ([], 32, r"images=\[\]"),
        ([np.zeros((4, 4, 3), np.uint8)], 32, "an image array"),
        ([Image.new("RGB", (0, 5))], 32, r"an image (.|\n)*1 × 1 pixels or more"),
        (["photo.jpg"], 32, "an image 'photo.jpg'"),
        ([], 1, r"size=1\n  allowed: 2 pixels or more"),
        ([], 32.0, r"size=32\.0\n  allowed: whole numbers"),
    ],
)
def test_magnitudes_of_what_is_no_picture_are_refused(images, size, message):
    from cnnlab.interpret.class_visualisation import mean_magnitude

    with pytest.raises(OptionError, match=message):
        mean_magnitude(images, size)


@pytest.mark.parametrize(
    "label, image, side, message",
    [
        (5, np.zeros((8, 8, 3), np.uint8), 32, r"classes \[5\] of 'labels'\n  allowed: 0 to 4"),
        (-1, np.zeros((8, 8, 3), np.uint8), 32, r"classes \[-1\] of 'labels'"),
        ("1", np.zeros((8, 8, 3), np.uint8), 32, r"class='1'\n  allowed: whole numbers"),
        (1, np.zeros((8, 8, 3)), 32, r"the image of class 1: float64 \(8, 8, 3\)"),
        (1, np.zeros((8, 8), np.uint8), 32, r"the image of class 1: uint8 \(8, 8\)"),
        (1, np.zeros((0, 0, 3), np.uint8), 32, r"the image of class 1: uint8 \(0, 0, 3\)"),
        (1, Image.new("RGB", (8, 8)), 32, "the image of class 1: type Image"),
        (1, np.zeros((8, 8, 3), np.uint8), 0, r"side=0\n  allowed: 1 pixel or more"),
    ],
)
def test_what_is_no_image_of_a_class_is_not_recognised(network, label, image, side, message):
    from cnnlab.interpret.class_visualisation import recognised

    with pytest.raises(OptionError, match=message):
        recognised(network, {label: image}, side)


def test_probabilities_that_are_no_numbers_have_no_rank(network):
    from cnnlab.interpret.class_visualisation import recognised

    network[0].bias.data[1] = float("nan")
    with pytest.raises(TrainingError, match="the image of class 1 are not numbers(.|\\n)*weights"):
        recognised(network, {1: np.zeros((8, 8, 3), np.uint8)}, 32)
