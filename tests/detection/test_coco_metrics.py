"""COCO's metrics of detections in anybody's annotated photos."""

import json

import numpy as np
import pytest
from PIL import Image

from cnnlab.data import AnnotatedPhoto, AnnotatedPhotos, read_annotations
from cnnlab.data.annotated_photos import PhotoFile
from cnnlab.detection import Detections, coco_metrics
from cnnlab.errors import DataError, OptionError

pytestmark = pytest.mark.torch
BOXES = [[10, 10, 25, 30], [40, 10, 55, 30]]


@pytest.fixture
def folder(tmp_path):
    for k in (0, 1):
        Image.new("RGB", (100, 80)).save(tmp_path / f"{k}.jpg")
    return tmp_path


def annotated(folder, first_id=0, **fields):
    """Two photos with two boxes each, of a file whose ids begin at `first_id`; None leaves a field out."""
    images = [{"id": k, "file_name": f"{k}.jpg"} for k in (0, 1)]
    rows = []
    for k in range(4):
        x1, y1, x2, y2 = BOXES[k % 2]
        row = {"id": first_id + k, "image_id": k // 2, "category_id": 0, "bbox": [x1, y1, x2 - x1, y2 - y1]} | fields
        rows.append({key: value for key, value in row.items() if value is not None})
    document = {"images": images, "annotations": rows, "categories": [{"id": 0, "name": "cat"}]}
    (folder / "a.json").write_text(json.dumps(document))
    return read_annotations(folder / "a.json")


def perfect(label=17, name="cat"):
    return [Detections(BOXES, [label] * 2, [0.9, 0.8], (name,) * 2)] * 2


@pytest.mark.parametrize(
    "fields", [{}, {"id": None}, {"iscrowd": 0}, {"area": 300.0}, {"first_id": 1}, {"first_id": 7}, {"id": "a", "x": 1}]
)
def test_perfect_boxes_have_an_ap_of_1_whatever_their_ids(folder, fields):
    if "x" in fields:
        fields = {"first_id": -2}
    measured = coco_metrics(perfect(), annotated(folder, **fields))
    assert measured["ap"] == measured["ap50"] == measured["ap_small"] == measured["ar10"] == 1
    assert measured["ar1"] == 0.5 and measured["ap_medium"] is None and measured["ap_large"] is None


def test_half_of_the_boxes_found(folder):
    found = [*perfect()[:1], Detections([], [], [], ())]
    assert coco_metrics(found, annotated(folder))["ap"] == pytest.approx(51 / 101)  # recalls 0 to 0.5


@pytest.mark.parametrize("number", [2**53 + 1, 2**62 + 1, 2**70])
def test_ids_beyond_what_floats_tell_apart(folder, number):
    """COCO's tool takes detections as rows of float64, in which 2**53 + 1 is 2**53."""
    data = annotated(folder)
    document = data.document()
    for image in document["images"]:
        image["id"] += number
    for row in document["annotations"]:
        row.update(image_id=row["image_id"] + number, category_id=number)
    document["categories"] = [{"id": number, "name": "cat"}, {"id": number - 1, "name": "dog"}]
    (folder / "a.json").write_text(json.dumps(document))
    assert coco_metrics(perfect(), read_annotations(folder / "a.json"))["ap"] == 1


def test_what_is_found_may_come_one_after_the_other(folder):
    assert coco_metrics((each for each in perfect()), annotated(folder))["ap"] == 1


@pytest.mark.parametrize("found", [None, "ab", {"a": 1}, 7])
def test_what_is_no_list_of_detections_is_refused(folder, found):
    with pytest.raises(OptionError, match="found: (.|\n)*a list, one for each photo"):
        coco_metrics(found, annotated(folder))


def test_photos_without_names_are_refused(folder):
    with pytest.raises(OptionError, match="photos of type list(.|\n)*AnnotatedPhotos"):
        coco_metrics(perfect(), list(annotated(folder)))


def test_no_class_in_common_is_said(folder, capsys):
    assert coco_metrics(perfect(name="Cat"), annotated(folder))["ap"] == 0
    assert capsys.readouterr().err == "no class in common: found are Cat; annotated are cat\n"
    coco_metrics([Detections([], [], [], ())] * 2, annotated(folder))
    coco_metrics([perfect()[0], perfect(name="dog")[0]], annotated(folder))
    assert capsys.readouterr().err == ""


def test_classes_are_compared_by_name(folder):
    data = annotated(folder)
    assert coco_metrics(perfect(0, "dog"), data)["ap"] == 0
    extra = [Detections([*BOXES, [0, 0, 9, 9]], [1, 1, 2], [0.8, 0.7, 0.9], ("cat\n", "cat", "dog"))] * 2
    assert coco_metrics(extra, data)["ap"] == pytest.approx(1)  # a dog's box is of a class that is not annotated
    twice = AnnotatedPhotos(data.photos, {5: "cat", 0: "cat"})  # as Roboflow's supercategory
    assert coco_metrics(perfect(), twice)["ap"] == 1 and coco_metrics(perfect(5), twice)["ap"] == 0


def test_what_is_found_in_a_crowd_does_not_count(folder):
    photo = PhotoFile(folder / "0.jpg", 3)
    one = AnnotatedPhoto(photo, BOXES[:1], [1], (100, 80), None, [[30, 0, 100, 80]], [1])
    found = [Detections([BOXES[1], BOXES[0]], [1, 1], [0.9, 0.8], ("cat", "cat"))]
    assert coco_metrics(found, AnnotatedPhotos((one,), {1: "cat"}))["ap"] == pytest.approx(1)


def test_nothing_annotated_is_said(folder):
    with pytest.raises(DataError, match=r"nothing is annotated in 2 photos but 4 crowds(.|\n)*a box or more"):
        coco_metrics(perfect(), annotated(folder, iscrowd=1))
    with pytest.raises(DataError, match=r"nothing is annotated in 0 photos\n"):
        coco_metrics([], AnnotatedPhotos((), {1: "cat"}))


def test_detections_that_do_not_fit_are_refused(folder):
    data = annotated(folder)
    with pytest.raises(OptionError, match="Detections of one for 2 photos"):
        coco_metrics(perfect()[0], data)
    with pytest.raises(OptionError, match="Detections of 1 for 2 photos"):
        coco_metrics(perfect()[:1], data)
    with pytest.raises(OptionError, match=r"of type dict in .*1.jpg"):
        coco_metrics([perfect()[0], {}], data)
    with pytest.raises(OptionError, match=r"0.jpg with boxes that are not finite"):
        changed = Detections([[0, 1, 2, 3]], [1], [0.9], ("cat",))
        changed.boxes[0, 0] = np.nan
        coco_metrics([changed] * 2, data)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_coco_s_own_tool(folder, seed):
    from cnnlab.evaluation.coco import index, twelve

    rng = np.random.default_rng(seed)

    def boxes(count):
        corners = rng.random((count, 2)) * (60, 40)
        return np.concatenate([corners, corners + 5 + rng.random((count, 2)) * 30], axis=1)

    photos = [
        AnnotatedPhoto(PhotoFile(folder / f"{k}.jpg", k), boxes(4), rng.integers(1, 3, 4), (100, 80)) for k in (0, 1)
    ]
    data, found = AnnotatedPhotos(photos, {1: "cat", 2: "dog"}), []
    for each in photos:
        kept = each.boxes + rng.normal(0, 1.5, each.boxes.shape)
        names = tuple(data.names[label] for label in each.labels)
        found.append(Detections(kept, each.labels, rng.random(4), names))
    rows = [
        [each.photo.number, *box, score, label]
        for each, some in zip(photos, found, strict=True)
        for box, score, label in zip(some.boxes, some.scores, some.labels, strict=True)
    ]
    expected = twelve(index(data.document()), np.array(rows))
    assert coco_metrics(found, data) == {key: None if value == -1 else value for key, value in expected.items()}
