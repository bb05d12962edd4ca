"""One routine trains and evaluates a classifier of any labelled images: here of drawn grey tiles."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from PIL import Image

from cnnlab import runtime
from cnnlab.errors import OptionError, TrainingError
from cnnlab.results.run import Run
from cnnlab.training.recipe import Recipe

pytestmark = pytest.mark.torch
CLASSES = ("dark", "medium", "bright")
RECIPE = Recipe(epochs=4, batch=8, learning_rate=0.05, warmup=0.5, workers=0)


@dataclass(frozen=True)
class Tile:
    """A grey tile of 8 × 8 pixels, held as an array and not as an encoded photo."""

    pixels: np.ndarray
    label: int

    def picture(self):
        return Image.fromarray(self.pixels)


@pytest.fixture
def tiles():
    from cnnlab.data.labelled import LabelledSplits

    rng = np.random.default_rng(0)

    def drawn(count):
        labels = [k % 3 for k in range(count)]
        return [Tile(rng.integers(80 * k, 80 * k + 60, (8, 8)).astype(np.uint8), k) for k in labels]

    return LabelledSplits(drawn(24), drawn(9), drawn(12), CLASSES)


@pytest.fixture
def grey():
    """The transform of images of one channel: as float32, around 0."""
    import torch
    from torchvision.transforms import v2

    return v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.5], [0.25])])


@pytest.fixture
def run(tmp_path):
    for folder in ("kept", "checkpoints"):
        (tmp_path / folder).mkdir()
    device = runtime.Device("cpu", "a processor")
    return Run(
        "tiles", "smoke", device, None, staging=tmp_path / "kept", checkpoints=tmp_path / "checkpoints", found={}
    )


def network():
    import torch
    from torch import nn

    torch.manual_seed(0)
    body = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3), nn.ReLU())
    return nn.Sequential(body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))


def kept_pictures(run):
    return {path.name for path in run.staging.glob("*.webp")}


def test_a_network_is_trained_on_images_of_any_data_set(tiles, grey, run):
    from cnnlab.data.augment import Augmented
    from cnnlab.training.classifier import train_classifier

    net = network()
    result = train_classifier(net, tiles, Augmented(tiles.train, grey), grey, replace(RECIPE, epochs=12), run)
    assert result.photos == 24 and result.trained_parameters == result.parameters == 40 + 148 + 15
    assert [row.epoch for row in result.curve] == list(range(1, 13))
    assert result.curve[-1].train_loss < result.curve[0].train_loss
    assert result.test.accuracy >= 0.9 and sum(row.count for row in result.reliability) == 12
    assert not net.training and run.write_arrays() == ["test_confidence", "test_label", "test_predicted"]
    with np.load(run.staging / "arrays.npz") as kept:
        assert kept["test_label"].tolist() == [0, 1, 2] * 4


def test_confused_classes_are_named_and_pictured(tiles, run):
    from cnnlab.training.classifier_metrics import evaluation_fields

    right = np.eye(3)[[tile.label for tile in tiles.validation]]
    dark = np.tile([2.0, 1.0, 0.0], (12, 1))  # every test tile is taken for a dark one
    fields = evaluation_fields(right, dark, tiles, run, pairs=1)
    (pair,) = fields["confused"]
    assert (pair.actual, pair.predicted, pair.count, pair.of) == ("medium", "dark", 4, 4)
    assert kept_pictures(run) == {"confused-1-actual.webp", "confused-1-predicted.webp"}
    assert fields["test"].accuracy == pytest.approx(1 / 3) and fields["validation"].accuracy == 1


def test_a_class_without_training_images_may_be_predicted(tiles, run):
    from cnnlab.training.classifier_metrics import evaluation_fields

    bright = np.tile([0.0, 0.0, 5.0], (12, 1))
    without = replace(tiles, train=[tile for tile in tiles.train if tile.label != 2])
    fields = evaluation_fields(np.eye(3)[[tile.label for tile in tiles.validation]], bright, without, run, pairs=1)
    assert fields["confused"][0].predicted == "bright" and kept_pictures(run) == {"confused-1-actual.webp"}


def test_a_probe_trains_the_head_alone(tiles, grey, run):
    import torch

    from cnnlab.data.augment import Augmented
    from cnnlab.training.linear_probe import Probe, train_probe

    net = network()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    probe = Probe(("0.1", "0.3"), views=2, dropout=0.0)
    result = train_probe(net, tiles, Augmented(tiles.train, grey), grey, RECIPE, run, probe=probe)
    assert result.features == 2 * (4 + 4) and result.layers == ("0.1", "0.3")
    assert result.trained_parameters == 16 * 3 + 3 and result.parameters == 203 + 51
    assert result.test.accuracy >= 0.9
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_pooled_features_are_means_then_maxima_layer_by_layer(grey, tiles):
    import torch

    from cnnlab.models.pooled_layers import pooled_features

    net, images = network().eval(), torch.rand(2, 1, 8, 8)
    with torch.inference_mode():
        found, first = pooled_features(net, ("0.0", "0.2"), images), net[0][0](images)
    assert found.shape == (2, 16)
    assert torch.equal(found[:, :4], first.mean(dim=(2, 3))) and torch.equal(found[:, 4:8], first.amax(dim=(2, 3)))


@pytest.mark.parametrize("count, lengths", [(None, (24, 9, 12)), (2, (6, 6, 6)), (20, (24, 9, 12))])
def test_the_first_of_each_class_are_chosen_in_their_order(tiles, count, lengths):
    chosen = tiles.first_of_each_class(count)
    assert (len(chosen.train), len(chosen.validation), len(chosen.test)) == lengths
    assert list(chosen.train) == list(tiles.train)[: lengths[0]] and chosen.class_names == CLASSES


def test_logits_of_mirror_images_are_averaged():
    import torch
    from torch import nn

    from cnnlab.training.classifier_metrics import predict_logits

    class Left(nn.Module):
        """The left and the right pixel as logits."""

        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(1))

        def forward(self, images):
            return images[:, 0, 0, [0, -1]] * self.weight

    images = torch.tensor([[[[1.0, 0.0, 3.0]]]])
    assert predict_logits(Left(), [(images, None)]).tolist() == [[1, 3]]
    assert predict_logits(Left(), [(images, None)], mirrored=True).tolist() == [[2, 2]]


WRONG = {
    "no validation": ({"validation": []}, r"no example in data\.validation"),
    "no test": ({"test": []}, r"no example in data\.test"),
    "a class more": (
        {"class_names": CLASSES[:2]},
        r"labels of data\.train: int64, 0 to 2(.|\n)*there are 2 class_names",
    ),
    "labels from 1": ({"test": [Tile(np.zeros((8, 8), np.uint8), 3)]}, r"labels of data\.test: int64, 3 to 3"),
    "none": ({"validation": [Tile(np.zeros((8, 8), np.uint8), -1)]}, r"labels of data\.validation: int64, -1 to -1"),
}


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG)
def test_splits_that_cannot_be_measured_are_refused_before_the_training(tiles, grey, run, change, message):
    from cnnlab.data.augment import Augmented
    from cnnlab.errors import OptionError
    from cnnlab.training.classifier import train_classifier

    data = replace(tiles, **change)
    with pytest.raises(OptionError, match=message):
        train_classifier(None, data, Augmented(tiles.train, grey), grey, RECIPE, run)
    assert not any(run.checkpoints.iterdir())


@pytest.mark.parametrize(
    ("batches", "told"),
    [
        (lambda images: images, "a batch of type Tensor\n *allowed: "),
        (lambda images: [images], "a batch of type Tensor"),
        (lambda images: [], "no batch of images\n *allowed: one or more"),
        (lambda images: [(images * float("nan"), None)], "features of 0.0 are not finite(.|\n)*look at the images"),
    ],
)
def test_features_of_other_batches_and_of_nan_are_refused(batches, told):
    import torch

    from cnnlab.training.linear_probe import extract_pooled

    with pytest.raises((OptionError, TrainingError), match=told):
        extract_pooled(network(), ["0.0"], batches(torch.zeros(2, 1, 8, 8)))
