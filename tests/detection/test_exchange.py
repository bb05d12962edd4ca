"""Detections to and from COCO's results, torchvision's dict and supervision's names."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab.detection import (
    Detections,
    from_coco,
    from_supervision,
    from_torchvision,
    to_coco,
    to_supervision,
    to_torchvision,
)
from cnnlab.errors import DataError, OptionError

pytestmark = pytest.mark.torch
NAMES = {1: "person", 17: "cat\n", 18: "dog"}
TWO = Detections([[10, 20, 40, 60], [0.5, 1, 3, 5]], [18, 1], [0.9, 0.25], ("dog", "person"))
NONE = Detections([], [], [], ())


def same(one, other):
    assert one.boxes == pytest.approx(other.boxes, abs=1e-3) and one.boxes.dtype == np.float32
    assert one.labels.tolist() == other.labels.tolist() and one.labels.dtype == np.int64
    assert one.scores.tolist() == other.scores.tolist() and one.names == other.names


# ---- values that can be checked by hand


def test_coco_s_results_have_sides_not_corners():
    assert to_coco(TWO, 7) == [
        {"image_id": 7, "category_id": 18, "bbox": [10, 20, 30, 40], "score": pytest.approx(0.9)},
        {"image_id": 7, "category_id": 1, "bbox": [0.5, 1, 2.5, 4], "score": 0.25},
    ]
    assert to_coco(NONE, 7) == [] and json.loads(json.dumps(to_coco(TWO, "a")))[0]["image_id"] == "a"


def test_coco_s_results_are_read_by_photo_best_first(tmp_path):
    rows = [
        {"image_id": 7, "category_id": 1, "bbox": [0.5, 1, 2.5, 4], "score": 0.25},
        {"image_id": 9, "category_id": 17, "bbox": [0, 0, 1, 1], "score": 1, "segmentation": []},
        {"image_id": 7, "category_id": 18, "bbox": [10, 20, 30, 40], "score": 0.9},
    ]
    (tmp_path / "results.json").write_text(json.dumps(rows))
    for given in (rows, tuple(rows), tmp_path / "results.json", str(tmp_path / "results.json")):
        found = from_coco(given, NAMES)
        assert list(found) == [7, 9] and found[9].names == ("cat",)
        same(found[7], TWO)
    assert from_coco([], NAMES) == {}


def test_torchvision_s_dict_has_tensors():
    import torch

    out = to_torchvision(TWO)
    assert out["boxes"].tolist() == [[10, 20, 40, 60], [0.5, 1, 3, 5]] and out["labels"].dtype == torch.int64
    assert out["labels"].tolist() == [18, 1] and out["scores"].tolist() == pytest.approx([0.9, 0.25])
    assert to_torchvision(NONE)["boxes"].shape == (0, 4)
    half = {name: values.half() if values.is_floating_point() else values for name, values in out.items()}
    assert from_torchvision(half, NAMES).boxes.tolist() == TWO.boxes.tolist()
    tracked = {**out, "boxes": out["boxes"].requires_grad_(), "masks": None}
    same(from_torchvision(tracked, NAMES), TWO)
    names = ["background", "cat", "dog"]
    assert from_torchvision({"boxes": [[1, 2, 3, 4]], "labels": [2], "scores": [0.5]}, names).names == ("dog",)


def test_supervision_s_names_are_its_arguments():
    out = to_supervision(TWO)
    assert out["xyxy"].tolist() == TWO.boxes.tolist() and out["confidence"].tolist() == TWO.scores.tolist()
    assert out["class_id"].tolist() == [18, 1] and out["data"]["class_name"].tolist() == ["dog", "person"]
    same(from_supervision(SimpleNamespace(**out)), TWO)
    same(from_supervision(out, NAMES), TWO)
    empty = SimpleNamespace(xyxy=np.empty((0, 4)), confidence=np.array([]), class_id=np.array([], int), data={})
    assert len(from_supervision(empty, NAMES)) == len(from_supervision(empty)) == 0 and to_supervision(NONE)[
        "xyxy"
    ].shape == (0, 4)
    assert from_supervision(SimpleNamespace(**to_supervision(NONE))).names == ()


def test_what_is_given_away_is_a_copy():
    to_supervision(TWO)["xyxy"][:] = 0
    to_torchvision(TWO)["boxes"][:] = 0
    assert TWO.boxes[0].tolist() == [10, 20, 40, 60]


# ---- round trips


@pytest.mark.parametrize("seed", range(20))
def test_detections_come_back_as_they_were(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(0, 6))
    corners = rng.random((count, 2)) * 100
    boxes = np.concatenate([corners, corners + rng.random((count, 2)) * 100], axis=1).astype(np.float32)
    labels = rng.choice(list(NAMES), count)
    scores = np.sort(rng.random(count).astype(np.float32))[::-1]
    found = Detections(boxes, labels, scores, tuple(NAMES[k].strip() for k in labels))
    same(from_torchvision(to_torchvision(found), NAMES), found)
    same(from_supervision(to_supervision(found)), found)
    again = from_coco(json.loads(json.dumps(to_coco(found, seed))), NAMES)
    same(again.get(seed, NONE), found)


# ---- what is refused


@pytest.mark.parametrize("key", ["image_id", "category_id", "bbox", "score"])
@pytest.mark.parametrize("value", [None, "absent"])
def test_a_row_that_lacks_something_is_named(key, value):
    row = {"image_id": 7, "category_id": 1, "bbox": [0.5, 1, 2.5, 4], "score": 0.25, key: None}
    if value:
        del row[key]
    with pytest.raises(OptionError, match=rf"row 2 of the results has no {key}"):
        from_coco([*to_coco(TWO, 7)[:1], row], NAMES)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"bbox": [1, 2, 3]}, "boxes"),
        ({"bbox": [1, 2, -3, 4]}, "detection 1 of 1 has the box"),
        ({"bbox": [float("nan"), 2, 3, 4]}, "detection 1 of 1 has the box"),
        ({"bbox": [1e39, 2, 3, 4]}, "detection 1 of 1 has the box"),
        ({"bbox": "wide"}, "boxes are no arrays"),
        ({"score": float("nan")}, "the score nan"),
        ({"score": 90}, "score 90"),
        ({"score": -0.1}, "score -0.1"),
        ({"score": "high"}, "no arrays"),
        ({"category_id": 2}, r"class 2 has no name(.|\n)*1: 'person'"),
        ({"category_id": 1.5}, "label 1.5"),
        ({"category_id": "person"}, "labels are"),
    ],
)
def test_a_row_that_cannot_be_is_named_with_its_photo(fields, said):
    row = {"image_id": 7, "category_id": 1, "bbox": [0.5, 1, 2.5, 4], "score": 0.25, **fields}
    with pytest.raises(OptionError, match=said) as caught:
        from_coco([row], NAMES)
    assert "image 7" in str(caught.value)


def test_what_is_no_list_of_results_is_refused(tmp_path):
    with pytest.raises(DataError, match="of type dict(.|\n)*read_annotations"):
        from_coco({"images": [], "annotations": []}, NAMES)
    with pytest.raises(DataError, match="results.json cannot be read"):
        from_coco(tmp_path / "results.json", NAMES)
    (tmp_path / "results.json").write_text("[{")
    with pytest.raises(DataError, match="results.json cannot be read"):
        from_coco(tmp_path / "results.json", NAMES)
    with pytest.raises(OptionError, match="row 1 of the results has no image_id"):
        from_coco([7], NAMES)


def test_an_answer_that_is_none_is_refused():
    out = to_torchvision(TWO)
    with pytest.raises(OptionError, match="output: list"):
        from_torchvision([out], NAMES)
    with pytest.raises(OptionError, match="output: boxes, labels"):
        from_torchvision({"boxes": out["boxes"], "labels": out["labels"]}, NAMES)
    with pytest.raises(OptionError, match=r"boxes \(2, 5\)"):
        from_torchvision({**out, "boxes": np.zeros((2, 5))}, NAMES)
    with pytest.raises(OptionError, match=r"boxes \(4, 5\)"):  # 20 numbers, of which five boxes could be made
        from_torchvision({"boxes": np.zeros((4, 5)), "labels": np.ones(4, int), "scores": np.ones(4)}, NAMES)


def test_supervision_s_annotations_have_no_score():
    out = to_supervision(TWO)
    with pytest.raises(OptionError, match="detections without confidence"):
        from_supervision(SimpleNamespace(xyxy=out["xyxy"], confidence=None, class_id=out["class_id"]))
    with pytest.raises(OptionError, match="detections without confidence, class_id"):
        from_supervision({"xyxy": out["xyxy"]})
    for data in ({}, None, {"class_name": ["dog"]}):
        with pytest.raises(OptionError, match="without the names of their classes"):
            from_supervision({**out, "data": data})


@pytest.mark.parametrize("names", [{"18": "dog", "1": "person"}, ["background", "person"], {18: None, 1: "person"}])
def test_a_class_without_a_name_is_refused(names):
    remedy = "numbers, not texts" if "18" in names else "name it in names"
    with pytest.raises(OptionError, match=f"class 18 has no name(.|\n)*{remedy}"):
        from_torchvision(to_torchvision(TWO), names)


def test_numbers_of_numpy_are_written_as_json_has_them():
    rows = json.loads(json.dumps(to_coco(TWO, np.int64(7))))
    assert [row["image_id"] for row in rows] == [7, 7]
    same(
        from_coco([{**row, "image_id": np.int64(7), "category_id": np.int8(18)} for row in rows[:1]], NAMES)[7], TWO[:1]
    )


def test_an_id_may_be_a_number_here_and_a_text_there():
    """As `read_annotations` has it: a photo would otherwise be two, and have half of its detections."""
    one, two = to_coco(TWO, 7)
    found = from_coco([one, {**two, "image_id": "7", "category_id": "1"}], NAMES)
    same(found[7], TWO)
    assert list(found) == [7]


@pytest.mark.parametrize("number", [[7], {"a": 1}, 7.5, True])
def test_an_image_id_that_is_none_is_named(number):
    with pytest.raises(OptionError, match="row 2 of the results has the image_id"):
        from_coco([*to_coco(TWO, 7)[:1], {**to_coco(TWO, 7)[1], "image_id": number}], NAMES)


def test_json_nested_beyond_reason_is_refused(tmp_path):
    (tmp_path / "results.json").write_text("[" * 100_000)
    with pytest.raises(DataError, match="results.json cannot be read"):
        from_coco(tmp_path / "results.json", NAMES)


def test_nothing_of_supervision_needs_no_scores():
    assert len(from_supervision(SimpleNamespace(xyxy=np.empty((0, 4)), confidence=None, class_id=None, data={}))) == 0


def test_names_of_supervision_are_texts_without_line_ends():
    out = to_supervision(TWO)
    assert from_supervision({**out, "data": {"class_name": np.array([" dog", "person\n"])}}).names == ("dog", "person")
    with pytest.raises(OptionError, match="without the names of their classes"):
        from_supervision({**out, "data": {"class_name": np.array(["dog", None])}})


@pytest.mark.parametrize("names", ["dog", None, 7])
def test_names_that_are_none_are_refused(names):
    with pytest.raises(OptionError, match="names="):
        from_torchvision(to_torchvision(TWO), names)
