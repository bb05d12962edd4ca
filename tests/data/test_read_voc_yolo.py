"""Annotated photos read from PASCAL VOC's XML and YOLO's text."""

import numpy as np
import pytest
from PIL import Image

from cnnlab.data import read_annotations
from cnnlab.errors import DataError, OptionError


def draw(path, size=(100, 80), orientation=1):
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif[274] = orientation
    Image.new("RGB", size, "white").save(path, exif=exif)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# ---- PASCAL VOC


def xml(*objects, filename="1.jpg", size=(100, 80), source=""):
    rows = "".join(
        f"<object><name>{name}</name><difficult>0</difficult><bndbox><xmin>{x1}</xmin><ymin>{y1}</ymin><xmax>{x2}</xmax>"
        f"<ymax>{y2}</ymax></bndbox><part><name>head</name><bndbox><xmin>1</xmin></bndbox></part></object>"
        for name, x1, y1, x2, y2 in objects
    )
    told = f"<size><width>{size[0]}</width><height>{size[1]}</height><depth>3</depth></size>" if size else ""
    return f"<annotation><filename>{filename}</filename>{source}{told}{rows}</annotation>"


@pytest.fixture
def voc(tmp_path):
    draw(tmp_path / "1.jpg")
    draw(tmp_path / "2.JPG", (60, 50))
    write(tmp_path / "1.xml", xml(("dog", 10, 20, 40, 60), ("cat\n", "0.5", "1e1", " 100 ", 80)))
    write(tmp_path / "2.xml", xml(filename="2.JPG", size=(60, 50)))
    write(tmp_path / "._1.xml", "\x00")  # as macOS writes them
    return tmp_path


def test_voc_is_read(voc):
    one, two = data = read_annotations(voc)
    assert data.names == {1: "cat", 2: "dog"}
    assert one.boxes.tolist() == [[10, 20, 40, 60], [0.5, 10, 100, 80]] and one.labels.tolist() == [2, 1]
    assert len(two.boxes) == 0 and two.size == (60, 50)
    assert [each.photo.number for each in data] == [1, 2]
    assert read_annotations(voc / "1.xml")[0].boxes.tolist() == one.boxes.tolist()


def test_voc_s_own_files_count_pixels_from_1(voc):
    source = "<source><database>The VOC2007 Database</database><annotation>PASCAL VOC2007</annotation></source>"
    write(voc / "1.xml", xml(("dog", 1, 1, 100, 80), ("dog", 8, 12, 52, 48), source=source))
    assert read_annotations(voc)[0].boxes.tolist() == [[0, 0, 100, 80], [7, 11, 52, 48]]


def test_voc_s_folders(voc, tmp_path):
    root = tmp_path / "VOC2012"
    for name in ("1.xml", "2.xml"):
        (root / "Annotations").mkdir(parents=True, exist_ok=True)
        (voc / name).rename(root / "Annotations" / name)
    for name in ("1.jpg", "2.JPG"):
        (root / "JPEGImages").mkdir(exist_ok=True)
        (voc / name).rename(root / "JPEGImages" / name)
    assert [len(each.boxes) for each in read_annotations(root)] == [2, 0]
    assert [len(each.boxes) for each in read_annotations(root / "Annotations")] == [2, 0]


@pytest.mark.parametrize("filename", ["", "1", "1.jpg", "1.png", "C:\\photos\\1.jpg", "other.jpg"])
def test_a_photo_is_found_by_the_name_of_its_file(voc, filename):
    write(voc / "1.xml", xml(("dog", 10, 20, 40, 60), filename=filename))
    assert read_annotations(voc)[0].photo.path.name == "1.jpg"


def test_a_photo_is_found_by_the_name_that_is_told(voc):
    write(voc / "box 1.xml", xml(("dog", 10, 20, 40, 60), filename="1"))
    (voc / "1.xml").unlink()
    assert {each.photo.path.name for each in read_annotations(voc)} == {"1.jpg", "2.JPG"}


@pytest.mark.parametrize("size", [None, (0, 0), ("", ""), (-1, -1)])
def test_a_size_that_is_none_is_not_one(voc, size):
    write(voc / "1.xml", xml(("dog", 10, 20, 40, 60), size=size))
    assert read_annotations(voc)[0].size == (100, 80)


def test_classes_may_be_given_in_their_order(voc):
    data = read_annotations(voc, names=["background", "dog", "cat"])
    assert data[0].labels.tolist() == [1, 2] and data.names == {0: "background", 1: "dog", 2: "cat"}
    with pytest.raises(DataError, match=r"called 'cat'(.|\n)*allowed: dog, cats(.|\n)*did you mean 'cats'"):
        read_annotations(voc, names=["dog", "cats"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1.xml is no whole XML"),
        ("<annotation>", "1.xml is no whole XML"),
        ("<html></html>", r"1.xml holds <html>"),
        (xml(("", 1, 2, 3, 4)), "1.xml has an object without a name"),
        (xml(("dog", 1, "x", 3, 4)), r"1.xml: object 1 \(dog\) has .*ymin 'x'(.|\n)*four numbers"),
        (xml(("dog", 1, "", 3, 4)), r"object 1 \(dog\) has .*ymin ''"),
        (xml(("dog", 1, 2, 3, 4)).replace("bndbox", "polygon"), r"object 1 \(dog\) has xmin ''"),
        (xml(("dog", 5, 2, 5, 4)), r"object 1 \(dog\) in photo 1.jpg has the box \[5.0, 2.0, 5.0, 4.0\]"),
        (xml(("dog", 1, 2, 3, 4), ("cat", 9, 2, 5, 4)), r"object 2 \(cat\) in photo 1.jpg has the box"),
        (xml(("dog", 1, 2, "nan", 4)), r"object 1 \(dog\) in photo 1.jpg has the box"),
        (xml(("dog", 1, 2, 3, 4), size=(50, 40)), "is of 50 × 40 pixels there, and of 100 × 80"),
        (xml(("dog", 1, 2, 3, 4), filename="2.JPG"), r"names the photo '2.JPG', and 1.jpg lies there"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(voc, text, said):
    write(voc / "1.xml", text)
    with pytest.raises(DataError, match=said):
        read_annotations(voc)


def test_a_photo_that_is_not_there_is_named(voc):
    (voc / "1.jpg").unlink()
    with pytest.raises(DataError, match=r"1.xml: photo '1.jpg' is not there(.|\n)*photos=FOLDER"):
        read_annotations(voc)


def test_boxes_without_area_are_left_out_where_asked(voc):
    write(voc / "1.xml", xml(("dog", 5, 2, 5, 4), ("dog", 1, 2, 3, 4)))
    data = read_annotations(voc, skip_broken=True)
    assert data[0].boxes.tolist() == [[1, 2, 3, 4]] and "object 1 (dog) in photo 1.jpg" in data.left_out[0]


# ---- YOLO


@pytest.fixture
def yolo(tmp_path):
    """A folder of photos and one of labels, a photo without a box, names above them."""
    draw(tmp_path / "train" / "images" / "1.jpg")
    draw(tmp_path / "train" / "images" / "2.png", (60, 50))
    draw(tmp_path / "train" / "images" / "3.jpeg", (60, 50))
    write(tmp_path / "train" / "labels" / "1.txt", "0 0.5 0.5 0.2 0.25\n\n1.0 0.25 0.5 0.5 1\n")
    write(tmp_path / "train" / "labels" / "2.txt", "")
    write(tmp_path / "data.yaml", "train: ../train/images\nnc: 2\nnames: ['cat', 'dog']\n")
    return tmp_path / "train"


def test_yolo_is_read(yolo):
    one, two, three = data = read_annotations(yolo)
    assert data.names == {0: "cat", 1: "dog"} and one.labels.tolist() == [0, 1]
    assert one.boxes == pytest.approx(np.array([[40, 30, 60, 50], [0, 0, 50, 80]]))
    assert len(two.boxes) == len(three.boxes) == 0 and three.size == (60, 50)
    for folder in (yolo / "images", yolo / "labels"):
        assert [len(each.boxes) for each in read_annotations(folder)] == [2, 0, 0]
    assert len(read_annotations(yolo / "labels", photos=yolo / "images")) == 3


def test_the_data_set_s_folder_asks_for_a_split(yolo):
    with pytest.raises(DataError, match=r"holds no known annotations(.|\n)*name a folder in it: train"):
        read_annotations(yolo.parent)
    with pytest.raises(DataError, match=r"data.yaml is no file(.|\n)*the folder with the photos of one split"):
        read_annotations(yolo.parent / "data.yaml")


def test_folders_of_splits_in_images_and_labels(tmp_path):
    draw(tmp_path / "images" / "val" / "1.jpg")
    write(tmp_path / "labels" / "val" / "1.txt", "0 0.5 0.5 1 1")
    write(tmp_path / "labels" / "classes.txt", "cat\n")
    assert read_annotations(tmp_path / "images" / "val")[0].boxes.tolist() == [[0, 0, 100, 80]]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("classes.txt", "cat\r\n dog \n\n"),
        ("obj.names", "cat\ndog"),
        ("_darknet.labels", "\ufeffcat\ndog\n"),
        ("data.yaml", "names:\n  0: cat\n  1: dog\n"),
        ("data.yaml", "names: {'0': cat, '1': dog}"),
        ("dataset.yml", "names: [cat, dog]"),
    ],
)
def test_names_beside_the_photos(tmp_path, name, text):
    draw(tmp_path / "1.jpg")
    write(tmp_path / "1.txt", "1 0.5 0.5 1 1")
    write(tmp_path / name, text)
    data = read_annotations(tmp_path)
    assert data.names == {0: "cat", 1: "dog"} and data[0].labels.tolist() == [1]
    assert read_annotations(tmp_path, names=("a", "b")).names == {0: "a", 1: "b"}


def test_names_that_are_numbers_stay_texts(tmp_path):
    draw(tmp_path / "1.jpg")
    write(tmp_path / "1.txt", "1 0.5 0.5 1 1")
    write(tmp_path / "data.yaml", "names: [1, 2]")
    assert read_annotations(tmp_path).names == {0: "1", 1: "2"}


def test_no_name_at_all_is_said(tmp_path):
    draw(tmp_path / "1.jpg")
    write(tmp_path / "1.txt", "0 0.5 0.5 1 1")
    write(tmp_path / "classes.txt", "")
    with pytest.raises(DataError, match=r"there is no class 0\n  allowed: no class"):
        read_annotations(tmp_path)


def test_a_file_named_after_photo_and_end_is_named(tmp_path):
    draw(tmp_path / "1.jpg")
    write(tmp_path / "1.jpg.txt", "0 0.5 0.5 1 1")
    with pytest.raises(DataError, match=r"1.jpg.txt has no photo of its name"):
        read_annotations(tmp_path, names=["cat"])


def test_names_in_another_encoding_are_named(tmp_path):
    draw(tmp_path / "1.jpg")
    write(tmp_path / "1.txt", "0 0.5 0.5 1 1")
    (tmp_path / "classes.txt").write_bytes("浣熊".encode("gbk"))
    with pytest.raises(DataError, match=r"classes.txt cannot be read(.|\n)*UTF-8"):
        read_annotations(tmp_path)


def test_an_empty_line_among_names_would_shift_the_rest(tmp_path):
    draw(tmp_path / "1.jpg")
    write(tmp_path / "1.txt", "1 0.5 0.5 1 1")
    write(tmp_path / "classes.txt", "cat\n\ndog\n")
    with pytest.raises(DataError, match=r"classes.txt: names=\['cat', '', 'dog'\]"):
        read_annotations(tmp_path)


@pytest.mark.parametrize("text", ["names: {a: cat}", "nc: 2", "[", "7", "names: {1.5: cat}"])
def test_names_that_are_none_are_refused(tmp_path, text):
    draw(tmp_path / "1.jpg")
    write(tmp_path / "1.txt", "0 0.5 0.5 1 1")
    write(tmp_path / "data.yaml", text)
    with pytest.raises(DataError, match="names|YAML"):
        read_annotations(tmp_path)


def test_without_names_it_is_said(yolo):
    (yolo.parent / "data.yaml").unlink()
    with pytest.raises(DataError, match=r"no file names the classes(.|\n)*classes.txt(.|\n)*names=\['raccoon'\]"):
        read_annotations(yolo)


def test_an_outline_gives_its_box(yolo):
    write(yolo / "labels" / "1.txt", "1 0.1 0.2 0.3 0.2 0.25 1.0004")
    assert read_annotations(yolo)[0].boxes == pytest.approx(np.array([[10, 16, 30, 80]]))
    write(yolo / "labels" / "1.txt", "1 0.1 0.2 0.3 0.2 0.3 0.5 0.1 0.5")  # a turned box
    assert read_annotations(yolo)[0].boxes == pytest.approx(np.array([[10, 16, 30, 40]]))


def test_a_phone_s_photo_has_the_size_of_the_upright_one(yolo):
    draw(yolo / "images" / "1.jpg", (100, 80), orientation=8)
    write(yolo / "labels" / "1.txt", "0 0.5 0.5 1 0.5")
    one = read_annotations(yolo)[0]
    assert one.size == (80, 100) and one.boxes.tolist() == [[0, 25, 80, 75]]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 0.5 0.5 0.2", r"line 1 is '0 0.5 0.5 0.2'"),
        ("0 0.5 0.5 0.2 0.3 0.9", r"a detection's, with its score"),
        ("0 0.5 0.5 0.2 0.3 0.9 0.1", None),
        ("0 0.5 0.5 0.2 0.3 0.9 0.1 0.2", "line 1"),
        ("0,0.5,0.5,0.2,0.3", "line 1"),
        ("cat 0.5 0.5 0.2 0.3", "line 1"),
        ("2 0.5 0.5 0.2 0.3", r"no class 2(.|\n)*0 \(cat\), 1 \(dog\)"),
        ("-1 0.5 0.5 0.2 0.3", "no class -1"),
        ("0.5 0.5 0.5 0.2 0.3", "no class 0.5"),
        ("nan 0.5 0.5 0.2 0.3", "no class nan"),
        ("0 50 40 20 30", r"divide pixels"),
        ("0 -0.5 0.5 0.2 0.3", "divide pixels"),
        ("0 nan 0.5 0.2 0.3", "divide pixels"),
        ("0 0.5 0.5 0 0.3", r"line 1 of 1.txt in photo 1.jpg has the box \[0.5, 0.5, 0.0, 0.3\]"),
        ("0 0.5 0.5 -0.005 0.3", r"line 1 of 1.txt in photo 1.jpg has the box"),
    ],
)
def test_a_line_that_is_no_box_is_named(yolo, line, said):
    write(yolo / "labels" / "1.txt", line)
    if said is None:
        assert len(read_annotations(yolo)[0].boxes) == 1
        return
    with pytest.raises(DataError, match=said) as caught:
        read_annotations(yolo)
    assert "1.txt" in str(caught.value)


def test_a_file_without_a_photo_is_named(yolo):
    write(yolo / "labels" / "4.txt", "0 0.5 0.5 1 1")
    with pytest.raises(DataError, match=r"4.txt has no photo of its name in .*images \(1 of 3 files\)"):
        read_annotations(yolo)
    (yolo / "labels" / "4.txt").unlink()
    for name in ("1.txt", "2.txt"):
        (yolo / "labels" / name).rename(yolo / "labels" / f"{name}.bak")
    with pytest.raises(DataError, match="holds no known annotations"):
        read_annotations(yolo)


def test_a_photo_may_be_called_as_a_list_is(tmp_path):
    draw(tmp_path / "test.jpg")
    draw(tmp_path / "1.jpg")
    write(tmp_path / "test.txt", "0 0.5 0.5 1 1")
    write(tmp_path / "1.txt", "0 0.5 0.5 1 0.5")
    write(tmp_path / "train.txt", "data/1.jpg")
    write(tmp_path / "classes.txt", "cat")
    assert [len(each.boxes) for each in read_annotations(tmp_path)] == [1, 1]


def test_a_label_file_that_is_no_text_is_named(yolo):
    (yolo / "labels" / "1.txt").write_bytes(b"0 0.5 \xff\xfe")
    with pytest.raises(DataError, match=r"1.txt cannot be read(.|\n)*UTF-8"):
        read_annotations(yolo)


def test_two_formats_in_a_folder_are_asked_for(yolo):
    folder = yolo / "images"
    write(folder / "1.xml", xml(("dog", 1, 2, 3, 4)))
    with pytest.raises(DataError, match=r"several formats\n  allowed: voc, yolo\n(.|\n)*kind=…"):
        read_annotations(folder)
    assert len(read_annotations(folder, kind="voc")) == 1 and len(read_annotations(folder, kind="yolo")) == 3
    with pytest.raises(OptionError, match="corners=True"):
        read_annotations(folder, kind="voc", corners=True)
    with pytest.raises(DataError, match="no coco annotations"):
        read_annotations(folder, kind="coco")


def test_label_studio_s_notes_are_no_annotations(yolo):
    write(yolo / "notes.json", "{}")
    assert len(read_annotations(yolo)) == 3


# ---- round trips


@pytest.mark.parametrize("seed", range(20))
def test_boxes_written_in_both_formats_come_back(tmp_path, seed):
    rng, size = np.random.default_rng(seed), rng_size(seed)
    draw(tmp_path / "voc" / "1.jpg", size)
    draw(tmp_path / "yolo" / "1.jpg", size)
    count = int(rng.integers(1, 6))
    corners = rng.random((count, 2)) * (np.array(size) - 1)
    boxes = np.concatenate([corners, corners + 1 + rng.random((count, 2)) * (np.array(size) - 1 - corners)], axis=1)
    labels, names = rng.integers(0, 3, count), ("cat", "dog", "fox")
    write(tmp_path / "voc" / "1.xml", xml(*((names[k], *box) for k, box in zip(labels, boxes, strict=True)), size=size))
    shares = np.concatenate([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], axis=1) / np.tile(size, 2)
    lines = [" ".join(map(str, [k, *row])) for k, row in zip(labels, shares, strict=True)]
    write(tmp_path / "yolo" / "1.txt", "\n".join(lines))
    for kind in ("voc", "yolo"):
        (one,) = read_annotations(tmp_path / kind, names=names)
        assert one.labels.tolist() == labels.tolist() and one.boxes == pytest.approx(boxes, abs=1e-3)


def rng_size(seed):
    """A width and a height in pixels."""
    return tuple(np.random.default_rng(1000 + seed).integers(10, 200, 2).tolist())


# ---- what other systems and tools write


@pytest.mark.parametrize("encoding", ["gb2312", "utf-16", "utf-8", "latin-1", "ascii"])
def test_xml_in_the_encoding_that_it_declares(tmp_path, encoding):
    draw(tmp_path / "1.jpg")
    name = "\u732b" if encoding in ("gb2312", "utf-16", "utf-8") else "cat"
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n' + xml((name, 10, 20, 40, 60))
    (tmp_path / "1.xml").write_bytes(text.encode(encoding))
    assert read_annotations(tmp_path).names == {1: name}


@pytest.mark.parametrize("encoding", ["nonsense", "gb2312"])
def test_xml_of_another_encoding_than_it_declares_is_named(tmp_path, encoding):
    draw(tmp_path / "1.jpg")
    (tmp_path / "1.xml").write_bytes(f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + b"<annotation>\xff\xff")
    with pytest.raises(DataError, match="1.xml is no whole XML"):
        read_annotations(tmp_path)


def test_the_file_of_an_unknown_class_is_named(voc):
    with pytest.raises(DataError, match=r"1.xml: an object is called 'cat'(.|\n)*did you mean 'Cat'"):
        read_annotations(voc, names=["dog", "Cat"])


def test_shares_of_the_sides_are_no_pixels(voc):
    write(voc / "1.xml", xml(("dog", 0.1, 0.2, 0.4, 0.6)))
    with pytest.raises(DataError, match="1 of 1 boxes lie within the first pixel"):
        read_annotations(voc)


@pytest.mark.parametrize("form", ["voc", "yolo"])
def test_accents_may_be_composed_or_not(tmp_path, form):
    """macOS takes names apart that others compose: a text file and its photo may come from two systems."""
    draw(tmp_path / "\u00e1.jpg")
    if form == "voc":
        write(tmp_path / "a\u0301.xml", xml(("cat", 10, 20, 40, 60), filename=""))
    else:
        write(tmp_path / "a\u0301.txt", "0 .25 .5 .3 .5")
        write(tmp_path / "classes.txt", "cat")
    assert np.allclose(read_annotations(tmp_path)[0].boxes, [[10, 20, 40, 60]])


def test_a_file_of_boxes_of_two_photos_is_refused(tmp_path):
    draw(tmp_path / "1.jpg")
    draw(tmp_path / "1.png")
    write(tmp_path / "1.txt", "0 .5 .5 .2 .2")
    write(tmp_path / "classes.txt", "cat")
    with pytest.raises(DataError, match=r"1.jpg and .*1.png: 1.txt belongs to one of them"):
        read_annotations(tmp_path)
    (tmp_path / "1.txt").rename(tmp_path / "2.txt")
    draw(tmp_path / "2.jfif")
    assert [len(each.boxes) for each in read_annotations(tmp_path)] == [0, 0, 1]


def test_a_photo_of_a_kind_that_is_not_read_is_named(tmp_path):
    draw(tmp_path / "images" / "2.jpg")
    write(tmp_path / "images" / "1.heic", "x")
    write(tmp_path / "labels" / "1.txt", "0 .5 .5 .2 .2")
    write(tmp_path / "classes.txt", "cat")
    with pytest.raises(DataError, match=r"1.txt has no photo(.|\n)*convert 1.heic, whose kind is not read"):
        read_annotations(tmp_path)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("names: [yes, no]", "has the name True(.|\n)*put it in quotes"),
        ("names: {0: ~}", "has the name None"),
        ("nc: 3\nnames: [cat]", "has 1 names, and says nc: 3"),
        ("kpt_shape: [17, 2]\nnames: [person]", "key points .kpt_shape., which are not read"),
    ],
)
def test_a_table_that_is_not_meant_so_is_refused(tmp_path, table, said):
    draw(tmp_path / "images" / "1.jpg")
    write(tmp_path / "labels" / "1.txt", "0 .5 .5 .2 .2")
    write(tmp_path / "data.yaml", table)
    with pytest.raises(DataError, match=said):
        read_annotations(tmp_path)


def test_the_number_of_classes_may_be_told(tmp_path):
    draw(tmp_path / "images" / "1.jpg")
    write(tmp_path / "labels" / "1.txt", "0 .5 .5 .2 .2")
    write(tmp_path / "data.yaml", "nc: 1\nnames: ['yes']")
    assert read_annotations(tmp_path).names == {0: "yes"}
