"""COCO's photos and boxes, read in both forms of the catalogue."""

import json
import zipfile

import pytest

from cnnlab.errors import DataError

pytestmark = pytest.mark.torch
LISTING = "instances_val2017_subset.json"


def load(folder):
    from cnnlab.data import coco

    return coco.load(folder)


def edited(folder, change):
    listed = json.loads((folder / LISTING).read_text(encoding="utf-8"))
    change(listed)
    (folder / LISTING).write_text(json.dumps(listed), encoding="utf-8")


def boxes(listed):
    """Give the first photo two boxes, the second none."""
    box = {"image_id": 5001, "area": 100.0, "iscrowd": 0}
    listed["categories"] = [{"id": 1, "name": "person"}, {"id": 17, "name": "cat"}]
    listed["annotations"] = [
        {**box, "id": 1, "category_id": 17, "bbox": [1, 2, 10, 10]},
        {**box, "id": 2, "category_id": 1, "bbox": [5.5, 0, 20, 5]},
    ]


def archived(folder):
    """The same in the official form, which lists a photo more and a box in it."""
    listed = json.loads((folder / LISTING).read_text(encoding="utf-8"))
    listed["images"].append({"id": 7, "file_name": "000000000007.jpg", "license": 4})
    listed["annotations"].append({"id": 3, "image_id": 7, "category_id": 1, "bbox": [0, 0, 1, 1], "iscrowd": 0})
    with zipfile.ZipFile(folder / "annotations_trainval2017.zip", "w") as archive:
        archive.writestr("annotations/instances_val2017.json", json.dumps(listed))
    (folder / LISTING).unlink()


@pytest.fixture(params=["compact", "official"])
def folder(request, drawn_coco):
    edited(drawn_coco, boxes)
    if request.param == "official":
        archived(drawn_coco)
    return drawn_coco


def test_photos_come_with_licences_boxes_and_categories(folder):
    from cnnlab.data.coco import corners

    data = load(folder)
    assert [each.number for each in data.photos] == [5001, 30213]
    assert data.photos[0].licence == "http://creativecommons.org/licenses/by/2.0/"
    assert data.photos[0].source.endswith("000000005001.jpg") and data.photos[0].picture().size == (64, 48)
    assert data.categories == {1: "person", 17: "cat"} and data.annotations[30213] == []
    labels, found = corners(data.annotations[5001])
    assert labels.tolist() == [17, 1] and found.tolist() == [[1, 2, 11, 12], [5.5, 0, 25.5, 5]]
    assert {each["image_id"] for each in data.document["annotations"]} == {5001}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"images": []}'])
def test_a_broken_listing_is_refused(drawn_coco, content):
    (drawn_coco / LISTING).write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match="COCO's photos in(.|\n)*cnnlab doctor"):
        load(drawn_coco)


@pytest.mark.parametrize("broken", [{}, {"image_id": 9}])
def test_a_box_of_no_photo_is_refused(drawn_coco, broken):
    edited(drawn_coco, lambda listed: listed["annotations"].append(broken))
    with pytest.raises(DataError, match="COCO's photos in"):
        load(drawn_coco)


def test_a_damaged_archive_is_refused(drawn_coco):
    archived(drawn_coco)
    archive = drawn_coco / "annotations_trainval2017.zip"
    archive.write_bytes(archive.read_bytes()[:40])
    with pytest.raises(DataError, match="COCO's photos in"):
        load(drawn_coco)
