"""YOLOX-nano as a module: its weights from the file, its answers, its class for raccoons."""

import numpy as np
import pytest

from cnnlab.errors import DataError, OptionError

pytestmark = pytest.mark.torch
PARAMETERS = 904_463  # the ONNX file's


@pytest.fixture
def model(drawn_yolox):
    from cnnlab.models.yolox_torch import YoloXNano

    return YoloXNano.from_onnx(drawn_yolox, side=64)


@pytest.fixture
def planted(monkeypatch):
    """Let the network answer two boxes that overlap much and one elsewhere, with these probabilities of the classes."""
    import torch

    from cnnlab.models.yolox import CATEGORIES
    from cnnlab.models.yolox_torch import YoloXNano

    def plant(*rows):
        scores = torch.zeros(3, 80)
        for row, classes in zip(scores, rows, strict=True):
            for label, probability in classes.items():
                row[CATEGORIES.tolist().index(label)] = probability
        boxes = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 9], [30, 30, 40, 40]])
        monkeypatch.setattr(YoloXNano, "candidates", lambda self, picture: (boxes, scores))
        return YoloXNano().eval()

    return plant


def test_it_has_as_many_weights_as_its_file_and_takes_them_in_their_order(drawn_yolox):
    import torch

    from cnnlab.models.onnx_weights import convolutions
    from cnnlab.models.yolox_torch import YoloXNano

    network, found = YoloXNano.from_onnx(drawn_yolox), convolutions(drawn_yolox)
    assert sum(each.numel() for each in network.parameters()) == PARAMETERS and not network.training
    layers = [each for each in network.modules() if isinstance(each, torch.nn.Conv2d)]
    assert all(torch.equal(layer.weight, weight) for layer, (weight, _) in zip(layers, found, strict=True))
    assert all(torch.equal(layer.bias, bias) for layer, (_, bias) in zip(layers, found, strict=True))


def test_layers_are_defined_in_the_order_in_which_they_compute(model):
    import torch

    layers, called = [each for each in model.modules() if isinstance(each, torch.nn.Conv2d)], []
    for each in layers:
        each.register_forward_hook(lambda layer, *_: called.append(layer))
    model.outputs(torch.zeros(1, 3, 64, 64))
    assert called == layers


def test_another_networks_file_is_refused(write_onnx, tmp_path, model):
    import torch

    from cnnlab.models.yolox_torch import YoloXNano

    path = tmp_path / "other.onnx"
    layers = [each for each in model.modules() if isinstance(each, torch.nn.Conv2d)]
    write_onnx(path, [(each.weight.detach(), each.bias.detach()) for each in layers[:-1]])
    with pytest.raises(DataError, match=f"{len(layers) - 1} convolutions(.|\n)*{len(layers)}"):
        YoloXNano.from_onnx(path)
    write_onnx(path, [(each.weight.detach()[:1], each.bias.detach()) for each in layers])
    with pytest.raises(DataError, match="does not fit YoloXNano"):
        YoloXNano.from_onnx(path)


def test_outputs_are_logits_with_probabilities_and_each_cell_has_one(model):
    import torch

    squares = 255 * torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        logits, outputs = model.logits(squares), model.outputs(squares)
    assert logits.shape == outputs.shape == (2, 8 * 8 + 4 * 4 + 2 * 2, 85)
    assert torch.equal(outputs[..., :4], logits[..., :4]) and torch.equal(outputs[..., 4:], logits[..., 4:].sigmoid())


def test_in_training_it_sees_what_it_sees_in_evaluation(model):
    import torch

    square = torch.rand(3, 64, 64)
    with torch.inference_mode():
        boxes, scores = model.candidates(square)
        (logits,) = model.train()([square])
    from cnnlab.models.yolox import corners

    assert torch.allclose(corners(logits, 64), boxes, atol=1e-3)
    assert torch.allclose(logits[:, 4:5].sigmoid() * logits[:, 5:].sigmoid(), scores, atol=1e-5)


def test_it_is_a_detector(model):
    from cnnlab.detection.inference import detect

    found = detect(model, np.zeros((40, 60, 3), np.uint8), threshold=0)
    assert len(found) and (found.boxes[:, 2:] <= (60, 40)).all() and set(found.names) <= set(model.names)


@pytest.fixture
def class_logits(drawn_yolox):
    """The last logit in each cell of a square, with a class that begins so; and all those of the animals."""
    import torch

    from cnnlab.models.yolox import CATEGORIES
    from cnnlab.models.yolox_torch import ANIMALS, YoloXNano, one_class

    def begin(start):
        squares = 255 * torch.rand(1, 3, 64, 64)
        with torch.inference_mode():
            before = YoloXNano.from_onnx(drawn_yolox).logits(squares)
            network = one_class(YoloXNano.from_onnx(drawn_yolox), "raccoon", ANIMALS, start)
            after = network.logits(squares)
        assert network.names == ("background", "raccoon") and network.labels.tolist() == [1]
        assert after.shape[-1] == 6 and torch.equal(after[..., :5], before[..., :5])
        animals = [5 + CATEGORIES.tolist().index(label) for label in ANIMALS]
        return after[..., 5], before[..., animals]

    return begin


def test_the_odds_of_any_animal_are_the_sum_of_theirs(class_logits):
    import torch

    logit, animals = class_logits("any")
    assert animals.shape[-1] == 10 and torch.allclose(logit.exp(), animals.exp().sum(dim=-1))


def test_a_class_begins_as_the_mean_of_some_or_at_random(class_logits):
    import torch

    logit, animals = class_logits("mean")
    assert torch.allclose(logit, animals.mean(dim=-1), atol=1e-5)
    logit, _ = class_logits("random")
    assert logit.std() > 0 and logit.sigmoid().mean().item() == pytest.approx(0.01, rel=0.5)


def test_a_class_without_a_beginning_is_refused(model):
    from cnnlab.models.yolox_torch import one_class

    for categories, start in (((), "any"), ((), "mean"), ((17,), "best")):
        with pytest.raises(OptionError, match=f"start='{start}'"):
            one_class(model, "raccoon", categories, start)


def test_the_animals_are_ten():
    from cnnlab.models.faster_rcnn import COCO_NAMES
    from cnnlab.models.yolox_torch import ANIMALS

    assert " ".join(COCO_NAMES[k] for k in ANIMALS) == "bird cat dog horse sheep cow elephant bear zebra giraffe"


def test_any_animal_counts_and_is_found_once(planted):
    import torch

    from cnnlab.models.yolox_torch import AnyOf

    network = planted({17: 0.5, 18: 0.6, 1: 0.9}, {23: 0.8}, {1: 0.9, 16: 0.1})
    (found,) = AnyOf(network, range(16, 26), "raccoon")([torch.zeros(3, 50, 50)])
    assert found["scores"].tolist() == [pytest.approx(0.8), pytest.approx(0.1)]
    assert found["boxes"].tolist() == [[0, 0, 10, 9], [30, 30, 40, 40]] and found["labels"].tolist() == [1, 1]


def test_a_category_that_it_does_not_have_is_named(model):
    from cnnlab.models.yolox_torch import AnyOf, one_class

    for wrong in (lambda: one_class(model, "raccoon", [17, 12]), lambda: AnyOf(model, [12], "raccoon")):
        with pytest.raises(OptionError, match="12"):
            wrong()


@pytest.mark.data("yolox_nano.onnx")
def test_it_computes_what_its_file_computes():
    import torch
    from skimage import data

    from cnnlab import catalog
    from cnnlab.models.yolox import YoloX, letterboxed
    from cnnlab.models.yolox_torch import YoloXNano

    path = catalog.find("yolox_nano").path
    theirs, ours = YoloX(path), YoloXNano.from_onnx(path)
    assert sum(each.numel() for each in ours.parameters()) == PARAMETERS
    for photo in (data.chelsea(), data.coffee()):
        picture = torch.from_numpy(photo).permute(2, 0, 1) / 255
        square, _ = letterboxed(picture)
        (raw,) = theirs.session.run(None, {theirs.input: square[None].numpy()})
        with torch.inference_mode():
            differences = np.abs(ours.outputs(square[None]).numpy() - raw)
            assert differences[..., :4].max() < 3e-4  # each is up to 1.6e-4 off what float64 gives
            assert differences[..., 4:].max() < 1e-4
            (mine,), (other,) = ours([picture]), theirs([picture])
        kept = [each["scores"] > 0.3 for each in (mine, other)]
        assert mine["labels"][kept[0]].tolist() == other["labels"][kept[1]].tolist() != []
        assert torch.allclose(mine["boxes"][kept[0]], other["boxes"][kept[1]], atol=0.01)
