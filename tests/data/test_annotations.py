"""Photos with boxes: boxes cut off at the edges, and the raccoons in both forms of the catalogue."""

import json

import numpy as np
import pytest
from PIL import Image

from cnnlab.errors import DataError

pytestmark = pytest.mark.torch
NUMBERS = {"train": [1, 2, 3, 4], "test": [10, 50, 60]}


def inside(*boxes, size=(40, 30)):
    from cnnlab.data import annotations

    return annotations.inside(np.array(boxes, float), *size, "photo-7.jpg")


# ---- boxes at the edges


def test_boxes_inside_stay_as_they_are():
    kept = inside([0, 0, 40, 30], [1.5, 2, 3, 4.25])
    assert kept.tolist() == [[0, 0, 40, 30], [1.5, 2, 3, 4.25]] and kept.dtype == np.float32


def test_a_box_that_sticks_out_is_cut_off():
    assert inside([-2, -3, 41, 33], [39, 29, 45, 45]).tolist() == [[0, 0, 40, 30], [39, 29, 40, 30]]


def test_a_photo_may_have_no_boxes():
    assert inside().shape == (0, 4)


@pytest.mark.parametrize(
    "box",
    [
        [40, 5, 50, 9],
        [5, 30, 9, 40],
        [-9, 5, 0, 9],
        [5, -9, 9, 0],
        [5, 5, 5, 9],
        [5, 5, 9, 5],
        [9, 5, 5, 9],
        [5, 9, 9, 5],
        [np.nan, 5, 9, 9],
        [5, 5, 9, np.nan],
        [5, 5, np.inf, 9],
        [-np.inf, 5, 9, 9],
    ],
)
def test_a_box_that_cannot_be_is_named(box):
    with pytest.raises(DataError) as caught:
        inside([1, 1, 2, 2], box, [3, 3, 2, 2])
    told = str(caught.value)
    assert f"box 2 of photo-7.jpg is {np.array(box, float).tolist()}" in told
    assert "inside the picture of 40 × 30 pixels" in told and "mend the annotation" in told


# ---- the raccoons


def load(folder):
    from cnnlab.data import raccoons

    return raccoons.load(folder)


def as_lines(folder):
    """Write the handout's text files from COCO's, with its paths, and remove COCO's."""
    for split in ("train", "test"):
        path = folder / f"instances_{split}_bing0037.json"
        told, rows = json.loads(path.read_text(encoding="utf-8")), []
        for image in told["images"]:
            boxes = [each["bbox"] for each in told["annotations"] if each["image_id"] == image["id"]]
            corners = [f"{x},{y},{x + width},{y + height},0" for x, y, width, height in boxes]
            rows.append(" ".join([f"/content/raccoon/images/{image['file_name']}", *corners]))
        (folder / f"raccoon_{split}_data.txt").write_text("\n".join(rows) + "\n\n", encoding="utf-8")
        path.unlink()


@pytest.fixture(params=["json", "lines"])
def folder(request, drawn_raccoons):
    """The drawn raccoons in each form."""
    if request.param == "lines":
        as_lines(drawn_raccoons)
    return drawn_raccoons


def test_both_forms_give_the_split_in_order(folder):
    data = load(folder)
    assert [each.photo.number for each in data.train] == NUMBERS["train"]
    assert [each.photo.number for each in data.test] == NUMBERS["test"]
    assert data.train[0].photo.source.endswith("raccoon-1.jpg") and data.train[0].photo.label == 0


def test_both_forms_give_the_same_boxes(folder):

    for each in load(folder).train + load(folder).test:
        picture = np.asarray(each.photo.picture()).astype(int)
        brown = np.zeros(picture.shape[:2], bool)
        for x1, y1, x2, y2 in each.boxes.astype(int):
            brown[y1:y2, x1:x2] = True
        assert np.array_equal(picture[..., 0] - picture[..., 2] > 40, brown)


def test_a_photo_without_boxes_is_fine(folder):
    counts = {each.photo.number: len(each.boxes) for each in load(folder).train + load(folder).test}
    assert counts == {1: 1, 2: 1, 3: 2, 4: 0, 10: 1, 50: 1, 60: 2}


def test_a_training_photo_that_repeats_a_test_photo_is_left_out(folder):
    data = load(folder)
    assert data.left_out == [52, 74] and not {52, 74} & {each.photo.number for each in data.train}


def test_a_training_photo_whose_twin_is_not_tested_stays(drawn_raccoons):
    path = drawn_raccoons / "instances_test_bing0037.json"
    edited(path, lambda told: told["images"].pop(1), lambda told: told["annotations"].pop(1))
    data = load(drawn_raccoons)
    assert data.left_out == [] and [each.photo.number for each in data.train] == [*NUMBERS["train"], 52, 74]


def as_table(folder):
    """Write the author's table from COCO's files, beside the handout's lines."""
    for part in ("train", "test"):
        told = json.loads((folder / f"instances_{part}.json").read_text(encoding="utf-8"))
        names = {each["id"]: each["file_name"] for each in told["images"]}
        rows = ["filename,width,height,class,xmin,ymin,xmax,ymax"]
        for each in told["annotations"]:
            x, y, width, height = each["bbox"]
            rows.append(f"{names[each['image_id']]},80,60,raccoon,{x},{y},{x + width},{y + height}")
        (folder / f"{part}_labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.mark.parametrize("form", ["json", "table"])
def test_the_author_s_split_is_read_in_both_forms(drawn_raccoons, form):
    from cnnlab.data import raccoons

    for part, other in (("train", "test"), ("test", "train")):  # the other way round than the handout's
        content = (drawn_raccoons / f"instances_{part}_bing0037.json").read_bytes()
        (drawn_raccoons / f"instances_{other}.json").write_bytes(content)
    if form == "table":
        as_table(drawn_raccoons)
        as_lines(drawn_raccoons)
    data = raccoons.load(drawn_raccoons, "author")
    assert data.left_out == [50] and [each.photo.number for each in data.train] == [10, 60]
    with_boxes = [1, 2, 3, 52, 74]
    assert [each.photo.number for each in data.test if len(each.boxes)] == with_boxes
    assert len(data.test) == (5 if form == "table" else 6)  # a table has no row for a photo without boxes
    assert data.train[1].boxes.shape == (2, 4)


def test_a_split_that_is_none_is_named(drawn_raccoons):
    from cnnlab.data import raccoons
    from cnnlab.errors import OptionError

    with pytest.raises(OptionError, match=r"split='mine'(.|\n)*handout"):
        raccoons.load(drawn_raccoons, "mine")


def edited(path, *changes):
    told = json.loads(path.read_text(encoding="utf-8"))
    for change in changes:
        change(told)
    path.write_text(json.dumps(told), encoding="utf-8")


def test_a_missing_photo_is_named(folder):
    (folder / "images" / "raccoon-3.jpg").unlink()
    with pytest.raises(DataError, match=r"raccoons in .* cannot be read: .*raccoon-3\.jpg(.|\n)*cnnlab doctor"):
        load(folder)


@pytest.mark.parametrize("share", [0, 0.1, 0.7])
def test_a_photo_cut_short_is_named(folder, share):
    path = folder / "images" / "raccoon-50.jpg"
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(DataError, match=r"raccoon-50\.jpg is no whole picture(.|\n)*fetch the data again"):
        load(folder)


def test_a_box_outside_its_photo_is_named(folder):
    path = folder / "images" / "raccoon-1.jpg"
    Image.new("RGB", (8, 8)).save(path)
    with pytest.raises(DataError, match=r"box 1 of .*raccoon-1\.jpg is \[.*\](.|\n)*8 × 8 pixels"):
        load(folder)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes()[:60]),
        lambda path: path.write_bytes(b"\xff\xfe\xfd"),
        lambda path: path.write_text("[]"),
        lambda path: path.write_text("7"),
        lambda path: edited(path, lambda told: told.pop("images")),
        lambda path: edited(path, lambda told: told["images"].pop(0)),
        lambda path: edited(path, lambda told: told["images"][0].update(file_name="cat.jpg")),
        lambda path: edited(path, lambda told: told["images"][0].update(file_name=None)),
        lambda path: edited(path, lambda told: told["annotations"][0].update(bbox=[1, 2, 3])),
        lambda path: edited(path, lambda told: told["annotations"][0].update(bbox="wide")),
        lambda path: edited(path, lambda told: told["annotations"][0].update(bbox=["a", 2, 3, 4])),
        lambda path: edited(path, lambda told: told["annotations"][0].update(image_id=999)),
    ],
)
def test_broken_annotations_are_named(drawn_raccoons, damage):
    damage(drawn_raccoons / "instances_train_bing0037.json")
    with pytest.raises(DataError, match=r"raccoons in .*raccoon cannot be read(.|\n)*fetch the data again"):
        load(drawn_raccoons)


@pytest.mark.parametrize(
    "line", ["cat.jpg 1,2,3,4,0", "raccoon-1.jpg 1,2,3", "raccoon-1.jpg 1,2,x,4,0", "raccoon-1.jpg a"]
)
def test_a_broken_line_is_named(drawn_raccoons, line):
    as_lines(drawn_raccoons)
    (drawn_raccoons / "raccoon_train_data.txt").write_text(line + "\n", encoding="utf-8")
    message = r"raccoons in .*raccoon cannot be read(.|\n)*fetch the data again|boxes of .*raccoon-1\.jpg: .* \(1, 3\)"
    with pytest.raises(DataError, match=message):
        load(drawn_raccoons)


def test_another_folder_holds_no_raccoons(tmp_path):
    with pytest.raises(DataError, match="cannot be read(.|\n)*cnnlab doctor"):
        load(tmp_path)


@pytest.mark.data("raccoon")
def test_the_real_raccoons_have_the_handouts_split():
    from cnnlab import catalog
    from cnnlab.data.raccoons import TWINS

    data = load(catalog.find("raccoon").path)
    assert data.left_out == sorted(TWINS) and min(len(each.boxes) for each in data.train + data.test) > 0
    assert not {each.photo.number for each in data.train} & {each.photo.number for each in data.test}


# ---- boxes that users put together themselves


def photo(size=(40, 30), orientation=None):
    """A photo, black above and white below as it lies in its file."""
    import io

    from cnnlab.data.photos import Photo

    picture, buffer, exif = Image.new("RGB", size, "white"), io.BytesIO(), Image.Exif()
    picture.paste("black", (0, 0, size[0], size[1] // 2))
    if orientation:
        exif[0x0112] = orientation
    picture.save(buffer, "PNG", exif=exif)
    return Photo(buffer.getvalue(), 0, 7, "photo-7.png")


@pytest.mark.parametrize("none", [[], (), np.zeros((0, 4)), np.zeros(0), [[]]], ids=str)
def test_no_boxes_may_be_an_empty_list(none):
    """torchvision's issue 2144."""
    from cnnlab.data.annotations import Annotated
    from cnnlab.data.scale_jitter import Jittered

    each = Annotated(photo(), none)
    assert each.boxes.shape == (0, 4)
    _, target = Jittered([each], 32, scales=(1.0, 1.0))[1, 0]
    assert target["boxes"].shape == (0, 4)


def test_boxes_may_be_lists():
    from cnnlab.data.annotations import Annotated

    boxes = Annotated(photo(), [[1, 2, 30, 20], (4, 5, 6.5, 7)]).boxes
    assert boxes.dtype == np.float32 and boxes.tolist() == [[1, 2, 30, 20], [4, 5, 6.5, 7]]


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        ([[1, 1, 4, 4], [5, 5, 5, 9]], r"box 2 of photo-7\.png is \[5.0, 5.0, 5.0, 9.0\]"),
        ([[30, 20, 10, 25]], r"box 1 of photo-7\.png(.|\n)*not x, y, width, height"),
        ([[30, 20, 35, 5]], "box 1 of"),
        ([[np.nan, 1, 4, 4]], "box 1 of"),
        ([[1, 1, np.inf, 4]], "box 1 of"),
        ([[1, 1, 1e300, 4e300]], "box 1 of"),
        ([1, 1, 4, 4], r"boxes of photo-7\.png: int64 \(4,\)"),
        (np.ones((4, 5)), r"float64 \(4, 5\)"),
        ([["a", "b", "c", "d"]], "numbers"),
        ([[1, 1, 4], [1, 1, 4, 4]], "no array"),
    ],
)
def test_boxes_that_cannot_be_are_refused_where_they_are_given(boxes, message):
    """They made a training that failed, or that took the photo for one without objects (torchvision's 2240, 1120)."""
    from cnnlab.data.annotations import Annotated

    with pytest.raises(DataError, match=message):
        Annotated(photo(), boxes)


def test_a_box_outside_its_photo_is_named_before_training_and_one_that_sticks_out_is_cut():
    from cnnlab.data.annotations import Annotated
    from cnnlab.data.scale_jitter import Jittered

    with pytest.raises(DataError, match=r"box 2 of photo-7\.png is \[50.0, 1.0, 60.0, 9.0\](.|\n)*40 × 30"):
        Jittered([Annotated(photo(), [[1, 1, 9, 9], [50, 1, 60, 9]])], 32, scales=(1.0, 1.0))
    examples = Jittered([Annotated(photo(), [[-2, 1, 42, 9]])], 32, scales=(1.0, 1.0))
    assert examples.boxes[0].tolist() == [[0, 1, 40, 9]]


# ---- one reader of photos, in training and in `detect`


@pytest.mark.parametrize("orientation", [None, *range(1, 9)])
def test_training_sees_a_photo_as_detect_does(orientation):
    """A phone's photo was lying in training and upright in `detect` (yolov5's issue 405, detectron2's 262)."""
    import io

    from cnnlab.data.annotations import Annotated
    from cnnlab.data.images import picture_of
    from cnnlab.data.scale_jitter import Jittered

    lying = photo(orientation=orientation)
    upright = picture_of(Image.open(io.BytesIO(lying.content)))
    assert upright.size == ((30, 40) if (orientation or 1) >= 5 else (40, 30))
    assert np.array_equal(lying.picture(), upright)
    trained = Jittered([Annotated(lying, [])], 32, scales=(1.0, 1.0)).pictures[0]
    assert np.array_equal(trained.permute(1, 2, 0), upright)


def test_sixteen_bits_become_eight_in_training_and_in_folders(tmp_path):
    """They were white (Pillow's issue 2574)."""
    import io

    from cnnlab.data.folders import image_folder
    from cnnlab.data.photos import Photo

    grey, buffer = Image.fromarray(np.full((4, 5), 32768, np.uint16)), io.BytesIO()
    grey.save(buffer, "PNG")
    assert np.unique(Photo(buffer.getvalue(), 0, 1, "x.png").picture()).tolist() == [128]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        grey.save(tmp_path / name / "a.png")
    assert np.unique(image_folder(tmp_path)[0].images).tolist() == [128]
