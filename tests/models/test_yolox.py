"""YOLOX-nano's answers decoded by hand, and what it finds in scikit-image's photos."""

from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab.errors import DataError, EngineError

pytestmark = pytest.mark.torch
CELLS = 52 * 52 + 26 * 26 + 13 * 13


@pytest.fixture
def model():
    """A YOLOX whose network says what `said` holds, (3549, 85), and keeps what it is given in `given`."""
    from cnnlab.models.yolox import YoloX

    model = YoloX.__new__(YoloX)
    model.said, model.given, model.input = np.zeros((CELLS, 85), np.float32), [], "images"

    def run(outputs, inputs):
        model.given.append(inputs["images"])
        return [model.said[None]]

    model.session = SimpleNamespace(run=run)
    return model


def say(model, cell, centre, sides, objectness, **classes):
    """Fill in a cell: the place of the centre in it, log₂ of the sides in cells, probabilities."""
    model.said[cell, :5] = [*centre, *np.log(2) * np.array(sides), objectness]
    for number, probability in classes.items():
        model.said[cell, 5 + int(number.removeprefix("c"))] = probability


def told(model, height, width):
    import torch

    (answer,) = model([torch.zeros(3, height, width)])
    return {name: value.tolist() for name, value in answer.items()}


def test_the_grid_has_3549_cells_in_three_sizes():
    from cnnlab.models.yolox import grid

    cells, strides = grid()
    assert cells.shape == (3549, 2) and strides.shape == (3549, 1)
    for first, last, count, stride in ((0, 2703, 52, 8), (2704, 3379, 26, 16), (3380, 3548, 13, 32)):
        assert cells[first].tolist() == [0, 0] and cells[last].tolist() == [count - 1, count - 1]
        assert cells[first + 1].tolist() == [1, 0] and cells[first + count].tolist() == [0, 1]
        assert set(strides[first : last + 1, 0].tolist()) == {stride} and count * stride == 416


def test_there_are_80_classes_with_cocos_numbers():
    from cnnlab.models.faster_rcnn import COCO_NAMES
    from cnnlab.models.yolox import CATEGORIES

    assert len(CATEGORIES) == 80 and CATEGORIES[[0, 11, 15, 79]].tolist() == [1, 13, 17, 90]
    assert "N/A" not in [COCO_NAMES[k] for k in CATEGORIES]


def test_a_box_by_hand(model):
    # column 5, row 7 of the cells of 16 pixels: centre (88, 116), 32 × 64 pixels; the picture was made twice as large
    say(model, 2704 + 7 * 26 + 5, (0.5, 0.25), (1, 2), 0.8, c15=0.5, c16=0.4)
    answer = told(model, height=208, width=104)
    assert answer["boxes"] == [pytest.approx([36, 42, 52, 74])]
    assert answer["labels"] == [17] and answer["scores"] == [pytest.approx(0.4)]


def test_a_box_of_each_grid_by_hand(model):
    say(model, 2703, (0, 0), (0, 0), 0.9, c0=1)
    say(model, 2704, (1, 1), (0, 0), 0.8, c0=1)
    say(model, 3548, (0.5, 0.5), (1, 0), 0.7, c79=1)
    answer = told(model, height=416, width=416)
    assert answer["boxes"] == [
        pytest.approx([404, 404, 412, 412]),
        pytest.approx([8, 8, 24, 24]),
        pytest.approx([368, 384, 432, 416]),
    ]
    assert answer["labels"] == [1, 1, 90]


def test_of_boxes_that_share_much_only_one_of_a_class_stays(model):
    for cell, score, kind in ((0, 0.9, "c2"), (1, 0.8, "c2"), (2, 0.7, "c3"), (3, 0.6, "c2")):
        say(model, cell, (9.5 - 0.9 * cell, 9.5), (3, 3), score, **{kind: 1})
    answer = told(model, height=416, width=416)
    assert answer["scores"] == [pytest.approx(0.9), pytest.approx(0.7)] and answer["labels"] == [3, 4]


def test_what_is_hardly_an_object_is_left_out(model):
    say(model, 7, (0, 0), (0, 0), 0.5, c0=0.00199)
    assert told(model, height=416, width=416) == {"boxes": [], "labels": [], "scores": []}
    say(model, 7, (0, 0), (0, 0), 0.5, c0=0.00201)
    assert len(told(model, height=416, width=416)["scores"]) == 1


def test_the_network_is_given_blue_green_and_red_from_0_to_255_on_grey(model):
    import torch

    picture = torch.zeros(3, 832, 416)
    picture[0], picture[1, :416] = 1, 0.2
    model([picture])
    (given,) = model.given
    assert given.shape == (1, 3, 416, 416) and given.dtype == np.float32
    assert given[0, :, 0, 0].tolist() == [0, pytest.approx(51), 255] and given[0, :, 415, 207].tolist() == [0, 0, 255]
    assert (given[0, :, :, 208:] == 114).all()


@pytest.mark.parametrize("height, width, seen", [(1, 100, (4, 416)), (1, 900, (1, 416)), (300, 400, (312, 416))])
def test_the_picture_fills_the_square_as_far_as_it_can(model, height, width, seen):
    told(model, height, width)
    assert ((model.given[0][0, 0] == 0).sum(axis=0).max(), (model.given[0][0, 0] == 0).sum(axis=1).max()) == seen


def test_each_picture_has_its_answer(model):
    import torch

    say(model, 3380, (1, 1), (0, 0), 0.9, c0=1)
    large, small = model([torch.zeros(3, 832, 832), torch.zeros(3, 104, 208)])
    assert large["boxes"].tolist() == [[32, 32, 96, 96]] and small["boxes"].tolist() == [[8, 8, 24, 24]]


@pytest.mark.parametrize("content", [None, b"", b"no network", b"\x08\x07\x12\x07pytorch" * 20, bytes(1000)])
def test_a_file_that_is_no_network_is_named(tmp_path, content):
    from cnnlab.models.yolox import YoloX

    path = tmp_path / "yolox_nano.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"yolox_nano\.onnx cannot be read as an ONNX network(.|\n)*cnnlab doctor"):
        YoloX(path)


def test_without_the_runtime_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    import sys

    from cnnlab.models.yolox import YoloX

    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EngineError, match="onnxruntime is not installed(.|\n)*pip install"):
        YoloX(tmp_path / "yolox_nano.onnx")


@pytest.mark.data("yolox_nano.onnx")
def test_a_network_cut_short_is_named(tmp_path):
    from cnnlab import catalog
    from cnnlab.models.yolox import YoloX

    path = tmp_path / "yolox_nano.onnx"
    path.write_bytes(catalog.find("yolox_nano").path.read_bytes()[:1_000_000])
    with pytest.raises(DataError, match="cannot be read as an ONNX network"):
        YoloX(path)


@pytest.mark.data("yolox_nano.onnx")
def test_the_cat_the_astronaut_and_the_coffee_are_found():
    from skimage import data

    from cnnlab import catalog
    from cnnlab.detection.inference import detect
    from cnnlab.models.yolox import YoloX

    model = YoloX(catalog.find("yolox_nano").path)
    photos = {"chelsea": data.chelsea(), "astronaut": data.astronaut(), "coffee": data.coffee()}
    found = {name: detect(model, photo, threshold=0.3) for name, photo in photos.items()}
    for photo, name, score in (
        ("chelsea", "cat", 0.62),
        ("astronaut", "person", 0.93),
        ("coffee", "cup", 0.90),
        ("coffee", "dining table", 0.73),
    ):
        best = max(s for s, each in zip(found[photo].scores, found[photo].names, strict=True) if each == name)
        assert best == pytest.approx(score, abs=0.02)
        height, width = photos[photo].shape[:2]
        assert (found[photo].boxes >= 0).all() and (found[photo].boxes[:, 2:] <= (width, height)).all()
