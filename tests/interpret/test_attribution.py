"""Maps of what speaks for a class, on networks worked out by hand."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from cnnlab.errors import DataError, OptionError

pytestmark = pytest.mark.torch
METHODS = ("occlusion", "gradient", "deconvnet", "guided", "grad-cam")


def plain(images):
    return images


@pytest.fixture
def sums():
    """Class 0: the mean of red over the photo; class 1: minus it. One ReLU, which changes nothing."""
    import torch
    from torch import nn

    first, head = nn.Conv2d(3, 1, 1, bias=False), nn.Linear(1, 2, bias=False)
    first.weight.data = torch.tensor([1.0, 0, 0]).view(1, 3, 1, 1)
    head.weight.data = torch.tensor([[1.0], [-1.0]])
    return nn.Sequential(first, nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(), head).eval()


@pytest.fixture
def photo():
    """Black, 16 × 12, with a red square of 4 pixels."""
    picture = Image.new("RGB", (16, 12))
    picture.paste((255, 0, 0), (8, 4, 12, 8))
    return picture


def mapped(network, image, target=0, **options):
    from cnnlab.interpret.attribution import attribute

    return attribute(network, image, target, **{"side": None, "prepare": plain, **options})


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_a_map_of_the_photo_of_one_scale(sums, photo, method):
    options = {"grad-cam": {"layer": "1"}, "occlusion": {"window": 4, "stride": 4}}.get(method, {})
    found = mapped(sums, photo, method=method, **options)
    assert found.shape == (12, 16) and found.dtype == np.float32 and np.abs(found).max() == 1
    against = mapped(sums, photo, 1, method=method, **options)
    if method in ("occlusion", "grad-cam"):
        assert found[4:8, 8:12].min() == 1 and against == pytest.approx(-found, abs=1e-6)
    else:
        assert min(found.min(), against.min()) >= 0
    assert not sums.training and vars(sums[1]).get("forward") is None
    assert all(each.grad is None for each in sums.parameters())


def test_occlusion_by_hand(sums, photo):
    from cnnlab.interpret.attribution import raw_map
    from cnnlab.interpret.map_input import pixels_of

    _, pixels = pixels_of(photo, None)
    grey = 123.68 / 255
    found = raw_map(sums, pixels, 0, method="occlusion", prepare=plain, window=4, stride=4)
    assert found[4:8, 8:12] == pytest.approx(16 * (1 - grey) / 192, abs=1e-6)
    assert found[0, 0] == pytest.approx(-16 * grey / 192, abs=1e-6)


def test_overlapping_windows_are_averaged_and_the_last_one_lies_inside():
    from cnnlab.interpret.occlusion import Occlusions, occlusion_map, places

    assert places(10, 4, 3) == [0, 3, 6] and places(11, 4, 3) == [0, 3, 6, 7] and places(4, 4, 1) == [0]
    given = Occlusions(np.array([[0, 0], [0, 1]]), 2, np.array([[3.0], [1.0]]), np.array([4.0]), (2, 3))
    assert occlusion_map(given, 0).tolist() == [[1, 2, 3], [1, 2, 3]]
    reciprocal = occlusion_map(given, 0, "reciprocal")
    assert reciprocal[0] == pytest.approx([1 / 3 - 1 / 4, 2 / 3 - 1 / 4, 1 - 1 / 4])


def test_the_documents_sum_by_hand_and_where_a_score_is_not_positive():
    from cnnlab.interpret.occlusion import Occlusions, occlusion_map, reciprocal_sum

    windows, whole = np.array([[0, 0], [0, 1], [0, 2]]), np.array([2.0, 2.0, 2.0])
    scores = np.array([[2.0, 0.5, 1.0], [1.0, 0.25, 0.0], [2.0, -0.25, 1.0]])
    given = Occlusions(windows, 1, scores, whole, (1, 3))
    assert reciprocal_sum(given, 0).tolist() == [[0, 1, 0]]  # 1/2, 1, 1/2
    assert reciprocal_sum(given, 1)[0] == pytest.approx([0.75, 1, 0])  # 2, 4, −4: the lowest score gets the least value
    assert occlusion_map(given, 1).tolist() == [[1.5, 1.75, 2.25]]
    with pytest.raises(OptionError, match="1 of 3 windows, the lowest -0.25"):
        occlusion_map(given, 1, "reciprocal")
    with pytest.raises(OptionError, match="1 of 3 windows give class 2 a score of 0"):
        reciprocal_sum(given, 2)


@pytest.mark.parametrize("filling", ["grey", "noise", "blur"])
def test_fillings(photo, filling):
    import torch

    from cnnlab.interpret.map_input import pixels_of
    from cnnlab.interpret.occlusion import filling_of

    _, pixels = pixels_of(photo, None)
    state = torch.random.get_rng_state()
    filled = filling_of(pixels, filling, 4, 0)
    assert filled.shape == pixels.shape and 0 <= filled.min() and filled.max() <= 1
    assert torch.equal(filled, filling_of(pixels, filling, 4, 0)) and torch.equal(state, torch.random.get_rng_state())
    if filling == "blur":
        assert 0 < filled[0, 0, 5, 9] < 0.9 and filled[0, 1].max() == 0
    if filling == "noise":
        assert abs(float(filled.mean()) - 0.5) < 0.02 and abs(float(filled.std()) - 0.1) < 0.02


@pytest.fixture
def two_relus():
    """y = relu(a·x₁ − x₂) with a first ReLU on each of two inputs, as channels of one pixel; class 1 is −y."""
    import torch
    from torch import nn

    first, second = nn.Conv2d(2, 2, 1, bias=False), nn.Conv2d(2, 1, 1, bias=False)
    first.weight.data = torch.eye(2).view(2, 2, 1, 1)
    second.weight.data = torch.tensor([3.0, -1.0]).view(1, 2, 1, 1)
    head = nn.Conv2d(1, 2, 1, bias=False)
    head.weight.data = torch.tensor([1.0, -1.0]).view(2, 1, 1, 1)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), head, nn.Flatten()).eval()


@pytest.mark.parametrize(
    "rule, inputs, expected",
    [
        ("gradient", (1, 2), (3, -1)),
        ("gradient", (-1, -2), (0, 0)),
        ("deconvnet", (1, 2), (3, 0)),
        ("deconvnet", (-1, -2), (3, 0)),  # what was cut off on the way forward passes on the way back
        ("guided", (1, 2), (3, 0)),
        ("guided", (-1, 2), (0, 0)),
    ],
)
def test_rules_of_the_backward_pass_by_hand(two_relus, rule, inputs, expected):
    import torch

    from cnnlab.interpret.gradient_maps import input_gradient

    found = input_gradient(two_relus, torch.tensor(inputs, dtype=torch.float32).view(1, 2, 1, 1), 0, rule=rule)
    assert found.flatten().tolist() == pytest.approx(expected)


def test_grad_cam_by_hand_with_three_statistics():
    import torch
    from torch import nn

    from cnnlab.interpret.gradient_maps import channel_weights, weighted_activations

    gradient = np.array([[[0.0, 0.0, 0.0, 10.0]], [[1.0, 2.0, 3.0, 4.0]]])
    assert channel_weights(gradient, None).tolist() == [2.5, 2.5]
    assert channel_weights(gradient, 50).tolist() == [0, 2.5]
    assert channel_weights(gradient, 90) == pytest.approx([7, 3.7])
    head = nn.Linear(2, 2, bias=False)
    head.weight.data = torch.tensor([[1.0, -2.0], [0.0, 1.0]])
    network = nn.Sequential(nn.Identity(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), head).eval()
    maps = torch.tensor([[[[1.0, 0.0]], [[0.0, 3.0]]]])
    for percentile in (None, 50, 90):  # the gradient is the same at all positions before an average
        found = weighted_activations(network, maps, 0, "0", percentile)
        assert found.tolist() == [[0.5, -3.0]]


def test_a_channel_of_a_layer_has_a_gradient_from_where_it_is_most_active(sums, photo):
    from cnnlab.interpret.gradient_maps import input_gradient
    from cnnlab.interpret.map_input import pixels_of

    _, pixels = pixels_of(photo, None)
    gradient = input_gradient(sums, pixels, 0, layer="0")
    assert gradient.abs().sum() == 1 and gradient[0, 4:8, 8:12].sum() == 1


# ---- bad input


def test_networks_whose_activations_are_no_modules_are_refused_with_the_reason(photo):
    import torch
    from torch import nn

    class Functional(nn.Module):
        def __init__(self, module):
            super().__init__()
            self.first, self.module, self.head = nn.Conv2d(3, 4, 3), module, nn.Linear(4, 2)

        def forward(self, x):
            return self.head(self.module(torch.relu(self.first(x))).mean((2, 3)))

    for method in ("deconvnet", "guided"):
        with pytest.raises(OptionError, match="(?s)no module of nn.ReLU.*plain gradient"):
            mapped(Functional(nn.Identity()).eval(), photo, method=method)
        with pytest.raises(OptionError, match=r"1 of its activations are functions or of another kind \(Relu\)"):
            mapped(Functional(nn.ReLU()).eval(), photo, method=method)
    gelu = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    with pytest.raises(OptionError, match=r"\(Gelu\)"):
        mapped(gelu, photo, method="guided")
    assert mapped(gelu, photo, method="gradient").shape == (12, 16)
    assert vars(gelu[1]).get("forward") is None


@pytest.mark.parametrize(
    "options, message",
    [
        ({"method": "saliency"}, "method='saliency'"),
        ({"method": "guided", "layer": "0"}, "option 'layer' of method 'guided'"),
        ({"method": "occlusion", "windows": 3}, "did you mean 'window'"),
        ({"method": "occlusion", "window": 13, "stride": 1}, "window=13.*16 × 12 pixels"),
        ({"method": "occlusion", "window": 4, "stride": 5}, "stride=5"),
        ({"method": "occlusion", "window": 0}, "window=0"),
        ({"method": "occlusion", "filling": "black", "window": 4, "stride": 4}, "filling='black'"),
        ({"method": "occlusion", "form": "log", "window": 4, "stride": 4}, "form='log'"),
        ({"method": "occlusion", "precision": "int8", "window": 4, "stride": 4}, "precision='int8'"),
        ({"method": "occlusion", "batch": 0, "window": 4, "stride": 4}, "batch=0"),
        ({"method": "grad-cam"}, "layer=None"),
        ({"method": "grad-cam", "layer": "4"}, "layer '4' gives an output of shape"),
        ({"method": "grad-cam", "layer": "labels"}, "layer='labels'"),
        ({"method": "grad-cam", "layer": "11"}, "no layer '11'"),
        ({"method": "grad-cam", "layer": "1", "percentile": 101}, "percentile=101"),
        ({"side": 0}, "side=0"),
    ],
)
def test_wrong_options_are_named(sums, photo, options, message):
    with pytest.raises(OptionError, match=f"(?s){message}"):
        mapped(sums, photo, **options)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("target", [2, -1, 0.5, "cat", True])
def test_a_class_that_does_not_exist_is_refused(sums, photo, method, target):
    with pytest.raises(OptionError, match="0 to 1|whole numbers"):
        mapped(sums, photo, target, method=method, **({"layer": "1"} if method == "grad-cam" else {}))


def test_a_network_in_train_mode_is_refused(sums, photo):
    with pytest.raises(OptionError, match="train mode"):
        mapped(sums.train(), photo, method="gradient")


def test_grey_and_transparent_photos_and_what_is_none(sums, photo, tmp_path):
    from cnnlab.interpret.map_input import pixels_of

    _, grey = pixels_of(photo.convert("L"), 24)
    assert grey.shape == (1, 3, 24, 32) and (grey[0, 0] == grey[0, 2]).all()
    clear = Image.new("RGBA", (16, 12), (0, 0, 0, 0))
    assert pixels_of(clear, None)[1].min() == 1
    assert mapped(sums, photo.convert("L"), method="gradient").shape == (12, 16)
    (tmp_path / "no.jpg").write_text("no picture")
    with pytest.raises(DataError, match="no whole picture"):
        mapped(sums, tmp_path / "no.jpg")


def test_an_input_that_would_take_too_much_memory_is_refused():
    from cnnlab.interpret.map_input import pixels_of

    with pytest.raises(OptionError, match="side=224 makes an input of 22400 × 224"):
        pixels_of(Image.new("L", (1000, 10)), 224)
    with pytest.raises(OptionError, match="side=None"):
        pixels_of(Image.new("L", (1100, 1000)), None)
    assert pixels_of(Image.new("L", (1000, 10)), 8)[1].shape == (1, 3, 8, 800)


def test_a_map_of_nothing_is_zero_and_one_that_is_not_finite_is_refused():
    from cnnlab.interpret.map_input import resized_map, scaled

    assert scaled(np.zeros((2, 2))).tolist() == [[0, 0], [0, 0]]
    assert scaled(np.array([[1.0, -4.0]])).tolist() == [[0.25, -1]]
    with pytest.raises(OptionError, match="not finite"):
        scaled(np.array([np.nan]))
    assert resized_map(np.array([[0.0, 1.0]]), 1, 4)[0] == pytest.approx([0, 0.25, 0.75, 1])


LARGE = """
import resource, numpy as np
from PIL import Image
from torch import nn
from cnnlab.interpret.attribution import attribute
network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3)).eval()
attribute(network, Image.new("RGB", (40, 30)), 0, method="guided")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = attribute(network, Image.new("L", (10000, 5000), 90), 2, method="guided")
print(found.shape, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss is in kilobytes on Linux alone")
def test_a_photo_of_fifty_megapixels_takes_no_more_than_its_map_and_its_pixels():
    done = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True, check=True)
    shape, megabytes = done.stdout.rsplit(" ", 1)
    assert shape == "(5000, 10000)" and int(megabytes) < 1000


# ---- captum, where it is installed


@pytest.fixture
def small():
    from torch import nn

    layers = [nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3)]
    return nn.Sequential(*layers, nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 5)).eval()


@pytest.mark.filterwarnings("ignore")  # captum says that it sets hooks
def test_maps_equal_those_of_captum(small):
    captum = pytest.importorskip("captum.attr", reason="captum is not installed: pip install captum")
    import torch

    from cnnlab.interpret.gradient_maps import input_gradient, weighted_activations
    from cnnlab.interpret.occlusion import occlusion_map, occlusions

    pixels = torch.rand(1, 3, 24, 32)
    theirs = {
        "gradient": captum.Saliency(small).attribute(pixels.clone(), target=3, abs=False),
        "guided": captum.GuidedBackprop(small).attribute(pixels.clone(), target=3),
        "deconvnet": captum.Deconvolution(small).attribute(pixels.clone(), target=3),
    }
    for rule, expected in theirs.items():
        assert torch.allclose(input_gradient(small, pixels, 3, rule=rule), expected[0], atol=1e-6), rule
    expected = captum.LayerGradCam(small, small[5]).attribute(pixels, target=3)[0, 0].detach().numpy()
    assert weighted_activations(small, pixels, 3, "5") == pytest.approx(expected, abs=1e-6)
    grey = torch.tensor([123.68, 116.779, 103.939]).view(1, 3, 1, 1) / 255
    shape = dict(sliding_window_shapes=(3, 8, 8), strides=(3, 4, 4))
    expected = captum.Occlusion(small).attribute(pixels, target=3, baselines=grey.expand_as(pixels), **shape)
    found = occlusion_map(occlusions(small, pixels, window=8, stride=4, prepare=plain), 3)
    assert found == pytest.approx(expected[0, 0].detach().numpy(), abs=1e-6)
