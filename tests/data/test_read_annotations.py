"""Annotated photos read from COCO's json, and what is checked whatever they are read from."""

import copy
import json

import numpy as np
import pytest
from PIL import Image

from cnnlab.data import AnnotatedPhoto, AnnotatedPhotos, read_annotations
from cnnlab.data.annotated_photos import PhotoFile, turned
from cnnlab.errors import DataError, OptionError

ORIENTATION = 274
DOCUMENT = {
    "images": [
        {"id": 7, "file_name": "a.jpg", "width": 100, "height": 80},
        {"id": 9, "file_name": "b.jpg", "width": 60, "height": 50},
    ],
    "annotations": [
        {"id": 1, "image_id": 7, "category_id": 3, "bbox": [10, 20, 30, 40], "area": 900.0, "iscrowd": 0},
        {"id": 2, "image_id": 7, "category_id": 5, "bbox": [0, 0, 100, 80], "area": 8000.0, "iscrowd": 1},
        {"id": 3, "image_id": 7, "category_id": 5, "bbox": [50.5, 60, 49.5, 20], "area": 990.0, "iscrowd": 0},
    ],
    "categories": [{"id": 3, "name": "cat"}, {"id": 5, "name": "dog"}],
}


def draw(path, size, orientation=1):
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    Image.new("RGB", size, "white").save(path, exif=exif)
    return path


@pytest.fixture
def folder(tmp_path):
    draw(tmp_path / "a.jpg", (100, 80))
    draw(tmp_path / "b.jpg", (60, 50))
    return tmp_path


def document(*changes):
    made = copy.deepcopy(DOCUMENT)
    for change in changes:
        change(made)
    return made


def read(folder, *changes, **options):
    path = folder / "instances.json"
    path.write_text(json.dumps(document(*changes)), encoding="utf-8")
    return read_annotations(path, **options)


def each(key, value):
    """A change of a field of every annotation; None leaves it out."""

    def change(made):
        for place, row in enumerate(made["annotations"]):
            row.pop(key, None)
            if value is not None:
                row[key] = value(place) if callable(value) else value

    return change


# ---- what is read


def test_photos_come_with_boxes_labels_and_names(folder):
    data = read(folder)
    one, two = data
    assert len(data) == 2 and data.names == {3: "cat", 5: "dog"} and data.left_out == ()
    assert one.boxes.tolist() == [[10, 20, 40, 60], [50.5, 60, 100, 80]] and one.boxes.dtype == np.float32
    assert one.labels.tolist() == [3, 5] and one.areas.tolist() == [900, 990] and one.size == (100, 80)
    assert one.crowds.tolist() == [[0, 0, 100, 80]] and one.crowd_labels.tolist() == [5]
    assert two.boxes.shape == (0, 4) and two.labels.shape == (0,) and two.labels.dtype == np.int64
    assert repr(one.photo) == f"PhotoFile({str(folder / 'a.jpg')!r}, 7)"
    assert one.photo.number == 7 and one.photo.source == str(folder / "a.jpg")
    assert one.photo.picture().size == (100, 80) and one.photo.content == (folder / "a.jpg").read_bytes()


def test_fields_that_others_leave_out_have_their_usual_value(folder):
    data = read(folder, each("iscrowd", None), each("area", None), each("id", None))
    assert data[0].boxes[1].tolist() == [0, 0, 100, 80] and data[0].areas.tolist() == [1200, 8000, 990]
    assert len(data[0].crowds) == 0
    only = [lambda made: made.pop("annotations"), lambda made: made.pop("categories")]
    assert [len(photo.boxes) for photo in read(folder, *only)] == [0, 0]
    sizeless = read(folder, lambda made: [image.pop("width") for image in made["images"]])
    assert sizeless[0].size == (100, 80)
    unknown = read(folder, lambda made: [image.update(width=-1, height=-1) for image in made["images"]])
    assert unknown[0].size == (100, 80)


@pytest.mark.parametrize("crowd", [None, 0, False, "0", 0.0])
@pytest.mark.parametrize("area", [None, 0, -3, "wide", float("nan")])
def test_a_crowd_or_an_area_may_be_told_in_other_ways(folder, crowd, area):
    one = read(folder, each("iscrowd", lambda _: crowd), each("area", lambda _: area))[0]
    assert len(one.boxes) == 3 and one.areas.tolist() == [1200, 8000, 990]


def test_no_photo_is_a_set_without_photos(folder):
    empty = read(folder, lambda made: made.update(images=[], annotations=[]))
    assert len(empty) == 0 and empty.names == {3: "cat", 5: "dog"}
    assert empty.document()["annotations"] == []


@pytest.mark.parametrize("number", [int, str, float, lambda k: f"image-{k}", lambda k: -k - 1])
def test_ids_begin_at_0_or_are_texts(folder, number):
    def renumber(made):
        for place, image in enumerate(made["images"]):
            image["id"] = number(place)
        for place, row in enumerate(made["annotations"]):
            row["id"], row["image_id"] = number(place), number(0)

    one, two = read(folder, renumber)
    assert one.boxes.tolist() == [[10, 20, 40, 60], [50.5, 60, 100, 80]] and len(two.boxes) == 0
    assert isinstance(one.photo.number, int) and one.photo.number != two.photo.number


def test_an_id_may_be_a_number_here_and_a_text_there(folder):
    data = read(folder, each("image_id", "7"), each("category_id", lambda k: ("3", "5", "5")[k]))
    assert data[0].labels.tolist() == [3, 5]


def test_categories_begin_at_0_or_are_texts(folder):
    def of_roboflow(made):
        made["categories"] = [{"id": 0, "name": "cat", "supercategory": "none"}, {"id": 1, "name": "cat"}]

    data = read(folder, of_roboflow, each("category_id", lambda k: (0, 1, 1)[k]))
    assert data.names == {0: "cat", 1: "cat"} and data[0].labels.tolist() == [0, 1]

    def named(made):
        made["categories"] = [{"id": "c", "name": " cat\n"}, {"id": "d", "name": "dog"}]

    data = read(folder, named, each("category_id", lambda k: "cdd"[k]))
    assert data.names == {1: "cat", 2: "dog"} and data[0].labels.tolist() == [1, 2]


def test_names_may_be_given(folder):
    data = read(folder, lambda made: made.pop("categories"), names={3: "cat", 5: "dog\n"})
    assert data.names == {3: "cat", 5: "dog"} and data[0].labels.tolist() == [3, 5]
    with pytest.raises(DataError, match=r"annotation 1 in image 7 has the category_id 3(.|\n)*names=\{1"):
        read(folder, lambda made: made.pop("categories"))


def test_a_box_is_taken_of_the_outline_where_it_is_missing(folder):
    outline = [[10, 20, 40, 20, 40, 60], [12, 30, 44, 61.5]]
    one = read(folder, each("bbox", None), each("segmentation", lambda _: outline), each("iscrowd", 0))[0]
    assert one.boxes.tolist() == [[10, 20, 44, 61.5]] * 3


def test_photos_are_found_beside_the_annotations(tmp_path):
    for place in ("images", "train2017", "elsewhere"):
        for name in ("a.jpg", "b.jpg"):
            draw(tmp_path / place / name, (100, 80) if name == "a.jpg" else (60, 50))
    path = tmp_path / "annotations" / "instances_train2017.json"
    path.parent.mkdir()
    path.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    found = read_annotations(str(path), photos=str(tmp_path / "elsewhere"))
    assert found[0].photo.path == tmp_path / "elsewhere" / "a.jpg"
    assert read_annotations(path)[0].photo.path == tmp_path / "images" / "a.jpg"
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "images" / name).unlink()
    assert read_annotations(path)[0].photo.path == tmp_path / "train2017" / "a.jpg"


@pytest.mark.parametrize("name", [r"C:\photos\a.jpg", "/home/me/a.jpg", r"images\a.jpg", "./a.jpg"])
def test_a_name_may_have_another_machine_s_folders(folder, name):
    assert read(folder, lambda made: made["images"][0].update(file_name=name))[0].photo.path.name == "a.jpg"


def test_a_folder_with_one_json_is_read(folder):
    (folder / "_annotations.coco.json").write_text("\ufeff" + json.dumps(DOCUMENT), encoding="utf-8")
    assert len(read_annotations(folder)) == 2
    (folder / "other.json").write_text("{}")
    with pytest.raises(DataError, match=r"2 json files(.|\n)*_annotations.coco.json, other.json(.|\n)*name one"):
        read_annotations(folder)


def test_what_is_not_used_may_be_anything(folder):
    def odd(made):
        made.update(info=None, licenses=None, type="instances")
        made["annotations"][0].update(segmentation=[], score=0.5, attributes={"occluded": False})
        made["images"][0].update(license=None, coco_url=None, date_captured=0)

    assert read(folder, odd)[0].boxes.tolist() == read(folder)[0].boxes.tolist()


# ---- what is refused


def update(kind, place, **fields):
    return lambda made: made[kind][place].update(fields)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (each("id", 4), r"two of kind annotation have the id 4(.|\n)*each id once"),
        (update("images", 1, id=7), "two of kind image have the id 7"),
        (update("images", 1, id="7"), "two of kind image have the id '7'"),
        (update("categories", 1, id=3), "two of kind category have the id 3"),
        (update("images", 1, id=None), "image 2 of 2 has the id None"),
        (update("images", 1, file_name=None), "image 9 has the file_name None"),
        (update("images", 1, file_name="a.jpg", width=100, height=80), "both are .*a.jpg"),
        (update("images", 1, file_name="c.jpg"), r"photo 'c.jpg' is not there(.|\n)*photos=FOLDER"),
        (update("images", 1, width=600, height=500), r"b.jpg is of 600 × 500 pixels there, and of 60 × 50"),
        (update("categories", 1, name=None), "category 5 has the name None"),
        (update("annotations", 1, image_id=8), r"annotation 2 is of image 8(.|\n)*one of the 2 images"),
        (update("annotations", 1, image_id=None), "annotation 2 is of image None"),
        (update("annotations", 1, category_id=4), r"annotation 2 in image 7 has the category_id 4(.|\n)*3 \(cat\)"),
        (update("annotations", 1, category_id=True), "has the category_id True"),
        (update("annotations", 1, category_id=None), "has the category_id None"),
        (update("annotations", 1, iscrowd=2), "annotation 2 in image 7 has iscrowd=2"),
        (update("annotations", 1, bbox=None), "annotation 2 in image 7 has the bbox None"),
        (update("annotations", 1, bbox=None, segmentation={"counts": "x"}), "has the bbox None"),
        (update("annotations", 1, bbox=[]), r"has the bbox \[\](.|\n)*x, y, width, height"),
        (update("annotations", 1, bbox=[1, 2, 3]), r"has the bbox \[1, 2, 3\]"),
        (update("annotations", 1, bbox=[1, 2, "a", 4]), "four numbers"),
        (update("annotations", 1, bbox={"x": 1}), "four numbers"),
        (update("annotations", 1, bbox="1155"), "bbox '1155'(.|\n)*four numbers"),
        (update("annotations", 1, bbox=[1, 2, 10**400, 4]), "four numbers"),
        (lambda made: made.pop("images"), r"holds annotations, categories(.|\n)*images, annotations"),
        (lambda made: made.update(annotations={"1": {}}), "annotations is no list of objects"),
        (lambda made: made.update(images=["a.jpg"]), "images is no list of objects"),
    ],
)
def test_what_is_wrong_is_named(folder, change, said):
    with pytest.raises(DataError, match=said) as caught:
        read(folder, change)
    assert "instances.json" in str(caught.value) or "a.jpg" in str(caught.value)


BROKEN = [
    [5, 5, 0, 9],
    [5, 5, 9, 0],
    [5, 5, -9, 9],
    [5, 5, 9, -9],
    [100, 5, 9, 9],
    [5, 80, 9, 9],
    [-9, 5, 9, 9],
    [5, -9, 9, 9],
    [1e30, 5, 9, 9],
    [1e300, 5, 9, 9],
    [float("nan"), 5, 9, 9],
    [5, 5, float("inf"), 9],
    [5, 5, 1e-9, 9],
]


@pytest.mark.parametrize("crowd", [0, 1])
@pytest.mark.parametrize("box", BROKEN)
def test_a_box_that_cannot_be_is_named_or_left_out(folder, box, crowd):
    change = update("annotations", 1, bbox=box, iscrowd=crowd)
    with pytest.raises(DataError) as caught:
        read(folder, change)
    told = str(caught.value)
    assert f"instances.json: annotation 2 in photo a.jpg has the box {box}" in told
    assert "picture of 100 × 80 pixels" in told and "skip_broken=True" in told
    data = read(folder, change, skip_broken=True)
    assert data[0].boxes.tolist() == [[10, 20, 40, 60], [50.5, 60, 100, 80]] and len(data[0].crowds) == 0
    assert len(data.left_out) == 1 and f"annotation 2 in photo a.jpg has the box {box}" in data.left_out[0]


def test_a_box_that_sticks_out_is_cut_off(folder):
    one = read(folder, update("annotations", 0, bbox=[-2, 70, 30, 12]))[0]
    assert one.boxes[0].tolist() == [0, 70, 28, 80]


def test_corners_are_found_or_said(folder):
    def corners(made):
        for row, box in zip(made["annotations"], ([10, 20, 40, 60], [0, 0, 100, 80], [50, 60, 100, 80]), strict=True):
            row.update(bbox=box, iscrowd=0)

    with pytest.raises(DataError, match=r"1 of 3 boxes leave their photos; as x1, y1, x2, y2 none(.|\n)*corners=True"):
        read(folder, corners)
    assert read(folder, corners, corners=True)[0].boxes.tolist() == [
        [10, 20, 40, 60],
        [0, 0, 100, 80],
        [50, 60, 100, 80],
    ]
    assert read(folder, corners, corners=False)[0].boxes[2].tolist() == [50, 60, 100, 80]
    assert len(read(folder, corners=None)[0].boxes) == 2
    with pytest.raises(DataError, match="has the box"):
        read(folder, lambda made: made["annotations"][0].update(bbox=[50, 60, 30, 20]), corners=True)


def test_boxes_that_are_shares_of_the_sides_are_told(folder):
    shares = each("bbox", lambda k: [0.1, 0.2, 0.3, 0.1 * (k + 1)])
    with pytest.raises(DataError, match=r"3 of 3 boxes lie within the first pixel(.|\n)*multiply x by the width"):
        read(folder, shares, each("iscrowd", 0))
    first = read(folder, each("bbox", lambda _: [0, 0, 1, 1]), each("iscrowd", 0))[0]
    assert first.boxes.tolist() == [[0, 0, 1, 1]] * 3


def test_an_area_that_is_no_number_is_the_boxs(folder):
    assert read(folder, each("area", lambda _: 10**400))[0].areas.tolist() == [1200, 990]


@pytest.mark.parametrize(
    ("name", "there"),
    [("a%20b.jpg", "a b.jpg"), ("1.JPG", "1.jpg"), ("a\u0301.jpg", "\u00e1.jpg"), ("x/\u00e1.jpg", "a\u0301.jpg")],
)
def test_a_name_may_be_written_as_other_systems_do(folder, name, there):
    draw(folder / there, (100, 80))
    assert read(folder, update("images", 0, file_name=name))[0].photo.path.name == there


def test_one_of_two_names_that_could_be_meant_is_not_chosen(folder):
    draw(folder / "c d.JPG", (100, 80))
    draw(folder / "c d.jpg", (100, 80))
    if len(list(folder.glob("c d.*"))) == 1:
        pytest.skip("this disk does not tell small letters from capitals")
    with pytest.raises(DataError, match="photo 'c%20d.jpg' is not there(.|\n)*photos=FOLDER"):
        read(folder, update("images", 0, file_name="c%20d.jpg"))


@pytest.mark.parametrize("name", ["c.jpg", "b", "x" * 5000, "b\0.jpg", ".", "b/"])
def test_a_photo_that_is_not_there_is_named_with_those_that_are_near(folder, name):
    with pytest.raises(DataError, match="is not there(.|\n)*photos=FOLDER") as caught:
        read(folder, update("images", 1, file_name=name))
    assert ("did you mean" in str(caught.value)) == (name in ("c.jpg", "b\0.jpg"))


@pytest.mark.parametrize("path", [None, 7, b"x"])
def test_a_path_that_is_none_is_refused(path):
    with pytest.raises(OptionError, match="path="):
        read_annotations(path)


@pytest.mark.parametrize("options", [{"corners": "no"}, {"lying": 1}, {"skip_broken": None}, {"skip_broken": "yes"}])
def test_options_that_are_no_truth_values_are_refused(folder, options):
    with pytest.raises(OptionError, match=f"{next(iter(options))}="):
        read(folder, **options)


@pytest.mark.parametrize("content", ["", "{", "7", "[]", "null", '{"shapes": []}', "\x00", "[" * 100_000])
def test_what_holds_no_annotations_is_refused(tmp_path, content):
    path = tmp_path / "some.json"
    path.write_text(content)
    with pytest.raises(DataError, match=r"some.json"):
        read_annotations(path)


def test_detections_are_not_annotations(tmp_path):
    path = tmp_path / "results.json"
    path.write_text(json.dumps([{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]))
    with pytest.raises(DataError, match=r"a list, as detections do(.|\n)*from_coco"):
        read_annotations(path)


def test_a_path_that_holds_none_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"is not there(.|\n)*COCO's format"):
        read_annotations(tmp_path / "no.json")
    (tmp_path / "train").mkdir()
    with pytest.raises(DataError, match=r"holds no known annotations(.|\n)*name a folder in it: train"):
        read_annotations(tmp_path)
    (tmp_path / "boxes.csv").write_text("a")
    with pytest.raises(DataError, match="no file of annotations that is known"):
        read_annotations(tmp_path / "boxes.csv")
    with pytest.raises(OptionError, match="kind='csv'"):
        read_annotations(tmp_path, kind="csv")
    with pytest.raises(DataError, match="no folder"):
        read_annotations(tmp_path, photos=tmp_path / "boxes.csv")


@pytest.mark.parametrize("damage", [b"", b"no picture", b"GIF89a"])
def test_a_photo_that_is_none_is_named(folder, damage):
    (folder / "b.jpg").write_bytes(damage)
    with pytest.raises(DataError, match=r"b.jpg is no whole picture"):
        read(folder)


# ---- photos that EXIF turns


@pytest.mark.parametrize("orientation", range(1, 9))
def test_boxes_turn_as_the_picture_does(tmp_path, orientation):
    stored = np.full((30, 50, 3), 255, np.uint8)
    stored[4:9, 10:22] = 0
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    Image.fromarray(stored).save(tmp_path / "a.png", exif=exif)
    photo = PhotoFile(tmp_path / "a.png", 1)
    dark = np.argwhere(np.asarray(photo.picture())[..., 0] == 0)
    (y1, x1), (y2, x2) = dark.min(axis=0), dark.max(axis=0) + 1
    assert turned(np.array([[10, 4, 22, 9]]), orientation, (50, 30)).tolist() == [[x1, y1, x2, y2]]
    assert photo.size == photo.picture().size


@pytest.mark.parametrize(
    ("told", "lying", "box"),
    [
        ((30, 50), None, [1, 2, 11, 22]),  # of the upright photo
        ((30, 50), True, [1, 2, 11, 22]),
        ((50, 30), False, [1, 2, 11, 22]),
        ((50, 30), True, [8, 1, 28, 11]),  # x = 30 − y, y = x
        (None, None, [1, 2, 11, 22]),
        (None, True, [8, 1, 28, 11]),
    ],
)
def test_a_phone_s_photo_is_upright_for_training_too(tmp_path, told, lying, box):
    draw(tmp_path / "a.jpg", (50, 30), orientation=6)
    made = document(lambda made: made.update(images=[{"id": 7, "file_name": "a.jpg"}]))
    if told:
        made["images"][0].update(width=told[0], height=told[1])
    made["annotations"] = [{"id": 0, "image_id": 7, "category_id": 3, "bbox": [1, 2, 10, 20]}]
    (tmp_path / "a.json").write_text(json.dumps(made))
    (one,) = read_annotations(tmp_path / "a.json", lying=lying)
    assert one.size == (30, 50) == one.photo.picture().size and one.boxes.tolist() == [box]


@pytest.mark.parametrize(("lying", "box"), [(None, [1, 2, 11, 22]), (True, [28, 1, 48, 11])])  # x = 50 − y, y = x
def test_a_square_photo_tells_nothing(tmp_path, lying, box):
    draw(tmp_path / "a.jpg", (50, 50), orientation=6)
    made = document()
    made["images"] = [{"id": 7, "file_name": "a.jpg", "width": 50, "height": 50}]
    made["annotations"] = [{"id": 0, "image_id": 7, "category_id": 3, "bbox": [1, 2, 10, 20]}]
    (tmp_path / "a.json").write_text(json.dumps(made))
    assert read_annotations(tmp_path / "a.json", lying=lying)[0].boxes.tolist() == [box]


def test_a_size_that_tools_write_for_both_is_asked_for(tmp_path):
    draw(tmp_path / "a.jpg", (50, 30), orientation=6)
    made = document(lambda made: made.update(annotations=[]))
    made["images"] = [{"id": 7, "file_name": "a.jpg", "width": 50, "height": 30}]
    (tmp_path / "a.json").write_text(json.dumps(made))
    with pytest.raises(DataError, match=r"turned by its EXIF orientation 6(.|\n)*lying=True(.|\n)*lying=…"):
        read_annotations(tmp_path / "a.json")


@pytest.mark.torch
def test_training_sees_the_pictures_that_detect_sees(tmp_path):
    """Upright, 16 bits as 8, with boxes or without: one reader for both."""
    from cnnlab.data import Jittered, picture_of

    draw(tmp_path / "a.jpg", (50, 30), orientation=6)
    Image.fromarray(np.full((30, 50), 128 * 257, np.uint16)).save(tmp_path / "b.png")
    rows = [{"id": 0, "image_id": 0, "category_id": 1, "bbox": [1, 30, 10, 20]}]
    images = [{"id": 0, "file_name": "a.jpg"}, {"id": 1, "file_name": "b.png"}]
    document = {"images": images, "annotations": rows, "categories": [{"id": 1, "name": "cat"}]}
    (tmp_path / "a.json").write_text(json.dumps(document))
    data = read_annotations(tmp_path / "a.json")
    examples = Jittered(data, 32, scales=(0.8, 1.2), whole_from=1)
    assert [tuple(each.shape) for each in examples.pictures] == [(3, 50, 30), (3, 30, 50)]
    assert (examples.pictures[1] == 128).all()
    for each, pixels in zip(data, examples.pictures, strict=True):
        assert np.array_equal(np.asarray(picture_of(each.photo.path)), pixels.permute(1, 2, 0).numpy())
    picture, target = examples[1, 0]
    x1, y1, x2, y2 = target["boxes"][0].tolist()
    assert picture.shape == (3, 50, 30) and (y1, y2, x2 - x1) == (30, 50, 10) and x1 in (1, 19)
    assert examples[1, 1][1]["boxes"].shape == (0, 4)


# ---- the checked type


@pytest.fixture
def photo(folder):
    return PhotoFile(folder / "a.jpg", 1)


def test_lists_become_arrays_and_none_is_a_case(photo):
    one = AnnotatedPhoto(photo, [], [], (100, 80))
    assert one.boxes.shape == (0, 4) and one.labels.dtype == np.int64 and one.areas.shape == (0,)
    two = AnnotatedPhoto(photo, [[1, 2, 3, 5]], [4], [100, 80])
    assert two.boxes.dtype == np.float32 and two.areas.tolist() == [6] and two.size == (100, 80)


@pytest.mark.parametrize(
    ("boxes", "labels", "options"),
    [
        ([[1, 2, 3, 5]], [], {}),
        ([], [1], {}),
        ([1, 2, 3, 5], [1], {}),
        ([[1, 2, 3, 5, 0.9]], [1], {}),
        (np.zeros((2, 8)), [1, 1, 1, 1], {}),
        ([[1, 2, 3, 5]], [1.5], {}),
        ([[1, 2, 3, 5]], ["cat"], {}),
        ([[1, 2, 3], [1, 2, 3, 5]], [1, 1], {}),
        ("boxes", [1], {}),
        ([[5, 2, 3, 5]], [1], {}),
        ([[np.nan, 2, 3, 5]], [1], {}),
        ([[1, 2, 3, 5]], [1], {"areas": [0]}),
        ([[1, 2, 3, 5]], [1], {"areas": [np.nan]}),
        ([[1, 2, 3, 5]], [1], {"areas": [1, 2]}),
        ([[1, 2, 3, 5]], [1], {"size": (0, 80)}),
        ([[1, 2, 3, 5]], [1], {"size": (100,)}),
        ([[1, 2, 3, 5]], [1], {"crowds": [[1, 2, 3, 5]]}),
    ],
)
def test_what_does_not_fit_together_is_refused_with_the_photo(photo, boxes, labels, options):
    with pytest.raises(DataError, match=r"a\.jpg"):
        AnnotatedPhoto(photo, boxes, labels, **({"size": (100, 80)} | options))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"photo": "a.jpg"}, "photo of type str"),
        ({"size": 100}, "size=100"),
        ({"areas": ["large"]}, "areas=.'large'."),
        ({"areas": [[1], [1, 2]]}, "areas="),
    ],
)
def test_what_is_of_another_type_is_refused(photo, fields, said):
    with pytest.raises(DataError, match=said):
        AnnotatedPhoto(**{"photo": photo, "boxes": [[1, 2, 3, 5]], "labels": [4], "size": (100, 80), **fields})


@pytest.mark.parametrize("photos", [[7], 7, [None], ["a.jpg"]])
def test_photos_of_another_type_are_refused(photos):
    with pytest.raises(DataError, match="photos of type (int|NoneType|str)"):
        AnnotatedPhotos(photos, {1: "cat"})


def test_photos_of_one_name_in_several_folders_come_back(tmp_path):
    for name in ("one/a.jpg", "two/deep/a.jpg", "b.jpg"):
        draw(tmp_path / name, (100, 80))
    photos = [PhotoFile(tmp_path / name, k) for k, name in enumerate(("one/a.jpg", "two/deep/a.jpg", "b.jpg"), 1)]
    data = AnnotatedPhotos([AnnotatedPhoto(each, [[1, 2, 3, 5]], [4], (100, 80)) for each in photos], {4: "cat"})
    written = data.document()
    assert [image["file_name"] for image in written["images"]] == ["one/a.jpg", "two/deep/a.jpg", "b.jpg"]
    (tmp_path / "all.json").write_text(json.dumps(written))
    again = read_annotations(tmp_path / "all.json", photos=tmp_path)
    assert [each.photo.source for each in again] == [each.source for each in photos]
    assert [image["file_name"] for image in data[:1].document()["images"]] == ["a.jpg"]


def test_names_may_be_an_array_and_texts_of_numbers_are_told(photo):
    one = AnnotatedPhoto(photo, [[1, 2, 3, 5]], [1], (100, 80))
    assert AnnotatedPhotos((one,), np.array(["cat", "dog"])).names == {0: "cat", 1: "dog"}
    with pytest.raises(DataError, match=r"names=.*(.|\n)*numbers, not texts as json has them"):
        AnnotatedPhotos((one,), {"1": "cat"})


def test_photos_have_numbers_and_names_of_their_own(photo, folder):
    one = AnnotatedPhoto(photo, [[1, 2, 3, 5]], [4], (100, 80))
    with pytest.raises(DataError, match=r"a.jpg has a box of class 4\n  allowed: 1"):
        AnnotatedPhotos((one,), {1: "cat"})
    other = AnnotatedPhoto(PhotoFile(folder / "b.jpg", 1), [], [], (60, 50))
    with pytest.raises(DataError, match="both are 1"):
        AnnotatedPhotos((one, other), {4: "cat"})
    for names in ({4: ""}, {4: None}, {"4": "cat"}, {4.5: "cat"}, "cat", None, {True: "cat"}):
        with pytest.raises(DataError, match="names="):
            AnnotatedPhotos((one,), names)
    data = AnnotatedPhotos([one], ("a", "b", "c", "d", "cat"))
    assert data.names[4] == "cat" and data[0] is one and list(data) == [one] and len(data[:0]) == 0


# ---- round trips


def random_boxes(rng, size):
    """Boxes inside a picture of this size, a pixel wide or more, with labels 0 to 2; there may be none."""
    count = rng.integers(0, 5)
    corners = rng.random((count, 2)) * (np.array(size) - 1)
    sides = 1 + rng.random((count, 2)) * (np.array(size) - 1 - corners)
    return np.concatenate([corners, corners + sides], axis=1), rng.integers(0, 3, count)


@pytest.mark.parametrize("seed", range(30))
def test_a_document_gives_the_same_photos_again(folder, seed):
    rng, names = np.random.default_rng(seed), {0: "cat", 1: "dog", 2: "mapache ñ"}
    photos = (
        AnnotatedPhoto(PhotoFile(folder / "a.jpg", 0), *random_boxes(rng, (100, 80)), (100, 80)),
        AnnotatedPhoto(
            PhotoFile(folder / "b.jpg", 5), *random_boxes(rng, (60, 50)), (60, 50), None, *random_boxes(rng, (60, 50))
        ),
    )
    made = AnnotatedPhotos(photos, names).document()
    assert [row["id"] for row in made["annotations"]] == list(range(1, len(made["annotations"]) + 1))
    (folder / "again.json").write_text(json.dumps(made), encoding="utf-8")
    again = read_annotations(folder / "again.json")
    assert again.names == names
    for before, after in zip(photos, again, strict=True):
        assert after.photo.number == before.photo.number and after.labels.tolist() == before.labels.tolist()
        assert after.crowd_labels.tolist() == before.crowd_labels.tolist() and after.size == before.size
        for key in ("boxes", "crowds", "areas"):
            assert getattr(after, key) == pytest.approx(getattr(before, key), rel=1e-5, abs=1e-4)
