"""Any detector applied to any image, or to a list of them."""

import contextlib
import io
import struct

import numpy as np
import pytest
from PIL import Image, features

from cnnlab.errors import CnnlabError, DataError, OptionError

pytestmark = pytest.mark.torch


def answer_of(picture):
    """Two boxes as a detector answers them: a half of the picture, .4, and the whole, .9."""
    import torch

    height, width = picture.shape[1:]
    boxes = torch.tensor([[0, 0, width / 2, height], [0, 0, width, height]], dtype=torch.float32)
    return {"boxes": boxes, "labels": torch.tensor([17, 1]), "scores": torch.tensor([0.4, 0.9])}


def whole(pictures):
    return [answer_of(each) for each in pictures]


@pytest.fixture
def network():
    """A detector with weights that remembers what it was given and in which mode it was; it may fail."""
    import torch
    from torch import nn

    class Remembering(nn.Module):
        fails = False

        def __init__(self):
            super().__init__()
            self.norm, self.seen, self.modes = nn.BatchNorm2d(3), [], []

        def forward(self, pictures):
            self.seen += pictures
            self.modes.append((self.training, self.norm.training, torch.is_inference_mode_enabled()))
            if self.fails:
                raise RuntimeError("out of memory")
            return whole(pictures)

    return Remembering()


def detected(model, image, **options):
    from cnnlab.detection.inference import detect

    return detect(model, image, **options)


# ---- a detector's answer


def test_what_is_found_is_in_pixels_of_the_picture_and_in_order():
    found = detected(whole, np.zeros((30, 40), np.uint8), threshold=0.25)
    assert found.boxes.tolist() == [[0, 0, 40, 30], [0, 0, 20, 30]]
    assert found.names == ("person", "cat") and found.labels.tolist() == [1, 17]
    assert found.scores == pytest.approx([0.9, 0.4])


@pytest.mark.parametrize("threshold, count", [(0, 2), (0.41, 1), (0.91, 0), (1, 0)])
def test_the_threshold_is_the_least_score(threshold, count):
    assert len(detected(whole, np.zeros((3, 4), np.uint8), threshold=threshold)) == count


def test_a_threshold_may_be_given_by_position():
    from cnnlab.detection import detect

    image = np.zeros((3, 4), np.uint8)
    assert len(detect(whole, image, 0.25)) == 2 and len(detect(whole, image, 0.5)) == 1


def test_a_list_of_images_gives_a_list_and_the_model_is_called_for_each(network, tmp_path):
    Image.new("RGB", (40, 24)).save(tmp_path / "photo.png")
    images = [np.zeros((30, 40), np.uint8), tmp_path / "photo.png", Image.new("L", (8, 6))]
    found = detected(network, images, threshold=0.25)
    assert [each.boxes[0].tolist() for each in found] == [[0, 0, 40, 30], [0, 0, 40, 24], [0, 0, 8, 6]]
    assert [each.shape for each in network.seen] == [(3, 30, 40), (3, 24, 40), (3, 6, 8)] and len(network.modes) == 3
    assert [len(each) for each in detected(whole, tuple(images), threshold=0.5)] == [1, 1, 1]
    assert detected(network, []) == []


def test_the_image_of_a_list_that_is_none_is_named():
    image = np.zeros((3, 4), np.uint8)
    with pytest.raises(DataError, match=r"image 2 of 3: image no-such\.jpg is not there(.|\n)*check the path"):
        detected(whole, [image, "no-such.jpg", image])
    with pytest.raises(DataError, match="image 1 of 1: image is of type list"):
        detected(whole, [[0, 1]])


def test_a_turned_photo_is_turned_once_in_a_list(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 24)).save(tmp_path / "photo.jpg", exif=exif)
    (found,) = detected(whole, [tmp_path / "photo.jpg"])
    assert found.boxes.tolist() == [[0, 0, 24, 40]]


def test_the_usual_threshold_is_one_half():
    assert detected(whole, np.zeros((3, 4), np.uint8)).names == ("person",)


@pytest.mark.parametrize("threshold", [-0.5, 1.5, float("nan")])
def test_a_wrong_threshold_is_refused_before_anything_is_computed(network, threshold):
    with pytest.raises(OptionError, match=f"threshold={threshold}"):
        detected(network, "no-such-file.jpg", threshold=threshold)
    assert not network.seen


def test_a_detector_may_name_its_classes(network):
    network.names = [f"kind {k}" for k in range(18)]
    assert detected(network, np.zeros((3, 4), np.uint8), threshold=0).names == ("kind 1", "kind 17")
    network.names = ("background", "moth")
    with pytest.raises(OptionError, match="class 17(.|\n)*0 to 1"):
        detected(network, np.zeros((3, 4), np.uint8))


def test_cocos_classes_are_called_by_their_numbers():
    from cnnlab.models.faster_rcnn import COCO_NAMES

    assert len(COCO_NAMES) == 91
    assert [COCO_NAMES[k] for k in (0, 1, 17, 67, 90)] == [
        "__background__",
        "person",
        "cat",
        "dining table",
        "toothbrush",
    ]


def test_the_detector_is_given_red_green_and_blue_from_0_to_1(network):
    import torch

    picture = Image.new("RGB", (4, 3), (255, 51, 0))
    picture.putpixel((3, 0), (0, 0, 255))
    detected(network, picture)
    (given,) = network.seen
    assert given.shape == (3, 3, 4) and given.dtype == torch.float32
    assert given[:, 2, 0].tolist() == [1, pytest.approx(0.2), 0] and given[:, 0, 3].tolist() == [0, 0, 1]


def test_boxes_are_those_of_the_upright_photo(tmp_path, network):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 24)).save(tmp_path / "photo.jpg", exif=exif)
    assert detected(network, tmp_path / "photo.jpg").boxes.tolist() == [[0, 0, 24, 40]]


def test_what_is_no_box_of_the_picture_is_left_out():
    import torch

    def wild(pictures):
        boxes = torch.tensor([[-9.0, -9, 99, 99], [float("nan"), 0, 2, 2], [3, 1, 2, 2], [0, 0, 2, 2], [1, 1, 2, 2]])
        scores = torch.tensor([0.6, 0.9, 0.8, float("nan"), 0.7])
        return [{"boxes": boxes, "labels": torch.ones(5, dtype=torch.int64), "scores": scores}]

    found = detected(wild, np.zeros((30, 40), np.uint8), threshold=0)
    assert found.boxes.tolist() == [[1, 1, 2, 2], [0, 0, 40, 30]]


def test_a_detector_that_finds_nothing_is_no_trouble():
    import torch

    nothing = {"boxes": torch.zeros(0, 4), "labels": torch.zeros(0, dtype=torch.int64), "scores": torch.zeros(0)}
    found = detected(lambda pictures: [nothing], np.zeros((30, 40), np.uint8), threshold=0)
    assert len(found) == 0 and found.boxes.shape == (0, 4)


WRONG_KINDS = ({"boxes": None}, {"labels": ["cat", "dog"]}, {"scores": [0.4, 0.9]}, {"labels": np.array(["a", "b"])})


@pytest.mark.parametrize(
    "model",
    [
        None,
        "fasterrcnn",
        lambda pictures: None,
        lambda pictures: [],
        lambda pictures: pictures,
        lambda pictures: whole(pictures) * 2,
        lambda pictures: [{"boxes": 1, "labels": 2}],
        lambda pictures: answer_of(pictures[0]),
        *(lambda pictures, each=each: [answer_of(pictures[0]) | each] for each in WRONG_KINDS),
    ],
)
def test_what_is_no_detector_is_refused(model):
    with pytest.raises(OptionError, match="does not answer as a detector(.|\n)*torchvision.models.detection"):
        detected(model, np.zeros((3, 4), np.uint8))


@pytest.mark.parametrize("columns", [3, 5, 8])
def test_boxes_of_other_columns_are_not_scrambled(columns):
    """Four boxes of five numbers are twenty, as many as five boxes have."""
    import torch

    answer = {"boxes": torch.rand(4, columns), "labels": torch.ones(4, dtype=torch.int64), "scores": torch.rand(4)}
    with pytest.raises(OptionError, match=rf"boxes \(4, {columns}\), labels \(4,\)(.|\n)*boxes \(n, 4\)"):
        detected(lambda pictures: [answer], np.zeros((3, 4), np.uint8))


def test_a_layer_and_a_class_are_no_detectors():
    import torchvision
    from torch import nn
    from torchvision.models.detection import FasterRCNN

    classifier = torchvision.models.squeezenet1_1(weights=None)
    for model in (nn.Linear(3, 3), nn.Conv2d(3, 3, 1), nn.Sequential(nn.ReLU()), nn.Linear, FasterRCNN, classifier):
        with pytest.raises(OptionError, match=f"type {type(model).__name__} does not answer as a detector"):
            detected(model, np.zeros((3, 4), np.uint8))


def test_an_answer_may_be_of_numpy():
    def answer(pictures):
        return [{name: each.numpy() for name, each in answer_of(pictures[0]).items()}]

    one, other = (detected(each, np.zeros((30, 40), np.uint8), threshold=0) for each in (answer, whole))
    assert np.array_equal(one.boxes, other.boxes) and np.array_equal(one.scores, other.scores)
    assert one.names == other.names == ("person", "cat")


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"boxes": np.zeros((3, 4))}, r"boxes \(3, 4\), labels \(2,\), scores \(2,\)"),
        ({"boxes": np.zeros(8)}, r"boxes \(8,\)"),
        ({"labels": np.array([1])}, r"labels \(1,\)"),
        ({"labels": np.array([1.5, 2])}, r"label 1\.5"),
        ({"scores": np.array([40.0, 90.0])}, r"score 40\.0"),
    ],
)
def test_an_answer_that_does_not_fit_together_is_refused(wrong, message):
    with pytest.raises(OptionError, match=message):
        detected(lambda pictures: [answer_of(pictures[0]) | wrong], np.zeros((30, 40), np.uint8))


def test_a_detectors_names_may_be_by_number(network):
    network.names = {17: "tabby", 1: "human"}
    assert detected(network, np.zeros((3, 4), np.uint8), threshold=0).names == ("human", "tabby")
    network.names = "human, tabby and many others"
    with pytest.raises(OptionError, match="names='human"):
        detected(network, np.zeros((3, 4), np.uint8))


# ---- the mode of a network


@pytest.mark.parametrize("training", [True, False])
def test_a_network_answers_in_eval_mode_and_keeps_its_own(network, training):
    network.train(training)
    detected(network, np.zeros((3, 4), np.uint8))
    assert network.modes == [(False, False, True)]
    assert network.training == network.norm.training == training


@pytest.mark.parametrize("training", [True, False])
def test_a_network_that_fails_keeps_its_mode_too(network, training):
    network.train(training).fails = True
    with pytest.raises(RuntimeError, match="out of memory"):
        detected(network, np.zeros((3, 4), np.uint8))
    assert network.training == network.norm.training == training


def test_a_layer_that_was_in_eval_mode_stays_in_it(network):
    network.train()
    network.norm.eval()
    detected(network, np.zeros((3, 4), np.uint8))
    assert network.training and not network.norm.training


def test_a_network_without_weights_is_asked_too():
    from torch import nn

    class Plain(nn.Module):
        def forward(self, pictures):
            return whole(pictures)

    assert detected(Plain(), np.zeros((3, 4), np.uint8)).names == ("person",)


# ---- torchvision's detectors


def faster_rcnn():
    from torchvision.models.detection import fasterrcnn_mobilenet_v3_large_320_fpn as build

    return build(**RANDOM, min_size=64, max_size=64, box_score_thresh=0.0, box_detections_per_img=9)


def ssd():
    from torchvision.models.detection import ssdlite320_mobilenet_v3_large as build

    return build(**RANDOM, score_thresh=0.0, detections_per_img=9, topk_candidates=20)


RANDOM = {"weights": None, "weights_backbone": None}


@pytest.mark.parametrize("build", [faster_rcnn, ssd])
def test_detectors_of_torchvision_answer(build):
    model = build()
    found = detected(model, np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8), threshold=0)
    assert 0 < len(found) <= 9 and model.training
    assert sane(found, (80, 60)) and found.scores.tolist() == sorted(found.scores, reverse=True)


def sane(found, size):
    """Finite boxes with an area, inside a picture of this size; a name and a score for each."""
    (x1, y1, x2, y2), (width, height) = found.boxes.T, size
    inside = (0 <= x1) & (x1 < x2) & (x2 <= width) & (0 <= y1) & (y1 < y2) & (y2 <= height)
    scores = (0 <= found.scores) & (found.scores <= 1)
    return bool(inside.all() and scores.all()) and len(found.names) == len(found) == len(found.labels)


# ---- 200 images, many of them none


FORMATS = (
    *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
    *(("TIFF", mode) for mode in ("1", "L", "RGB", "RGBA", "CMYK", "F", "I;16")),
    *(("WEBP", "RGB"), ("WEBP", "RGBA"), ("GIF", "P"), ("BMP", "RGB"), ("PPM", "L"), ("TGA", "RGBA"), ("ICO", "RGBA")),
    *(("PCX", "P"), ("SGI", "RGB"), ("DDS", "RGBA"), ("QOI", "RGB"), ("IM", "RGB"), ("MSP", "1"), ("XBM", "1")),
    *((("AVIF", "RGB"),) if features.check("avif") else ()),
    *((("JPEG2000", "RGB"),) if features.check("jpg_2000") else ()),
)
MODES = "1 L LA P PA RGB RGBA RGBX RGBa CMYK YCbCr LAB HSV I F I;16 I;16L I;16B".split()
WHOLE_NUMBERS = ("uint8", "uint16", "int8", "int32", "int64", "uint32")


def random_picture(rng, mode):
    height, width = rng.integers(1, 40, 2)
    if mode == "I;16":
        return Image.fromarray(rng.integers(0, 65536, (height, width), dtype=np.uint16))
    return Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8)).convert(mode)


def encoded(rng, turned=False):
    """The bytes of a file of some format and mode."""
    form, mode = FORMATS[rng.integers(len(FORMATS))]
    exif, buffer = Image.Exif(), io.BytesIO()
    exif[0x0112], exif[0x0128], exif[0x010E] = int(rng.integers(1, 9)), 2, "a photo"
    if turned:
        form, mode = ("JPEG", "WEBP", "PNG")[rng.integers(3)], "RGB"
    random_picture(rng, mode).save(buffer, form, **({"exif": exif} if turned else {}))
    return buffer.getvalue()


def changed(rng, content, first=0, count=4):
    content = bytearray(content)
    for place in rng.integers(first, max(len(content), first + 1), count):
        content[min(place, len(content) - 1)] = rng.integers(256)
    return bytes(content)


def a_file(rng, path):
    path.write_bytes(encoded(rng))
    return path


def a_file_cut_short(rng, path):
    content = encoded(rng)
    path.write_bytes(content[: rng.integers(len(content))])
    return str(path)


def a_file_with_changed_bytes(rng, path):
    path.write_bytes(changed(rng, encoded(rng)))
    return path


def a_photo_with_changed_exif(rng, path):
    content = encoded(rng, turned=True)
    begin = max(content.find(b"Exif"), content.find(b"eXIf"), content.find(b"EXIF"))
    path.write_bytes(content[:begin] + changed(rng, content[begin : begin + 80], first=4) + content[begin + 80 :])
    return path


def random_bytes(rng, path):
    heads = (
        b"",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        b"BM",
        b"II*\0",
        b"P6 9 9 ",
    )
    path.write_bytes(heads[rng.integers(len(heads))] + rng.bytes(rng.integers(0, 400)))
    return path


def another_kind_of_file(rng, path):
    texts = (
        b"",
        b"Dear raccoon,\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\0" * 99,
    )
    path.write_bytes(texts[rng.integers(len(texts))])
    return path


def no_file(rng, path):
    return (path, path.parent, "", "\0", "~", "x" * 5000, str(path / "more"), "https://example.org/cat.jpg")[
        rng.integers(8)
    ]


def an_enormous_file(rng, path):
    width, height = 2 ** rng.integers(15, 31, 2)
    header = b"IHDR" + struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + bytes(4))
    return path


def several_pictures_in_one(rng, path):
    first, *more = (Image.new("RGB", (9, 7), tuple(rng.integers(0, 256, 3).tolist())) for _ in range(3))
    first.save(path, ("GIF", "WEBP", "TIFF", "PNG")[rng.integers(4)], save_all=True, append_images=more)
    return path


def a_picture(rng, path):
    return Image.new(MODES[rng.integers(len(MODES))], tuple(rng.integers(1, 40, 2).tolist()))


def an_opened_picture(rng, path):
    content = encoded(rng)
    picture = Image.open(io.BytesIO(content))
    if rng.random() < 0.5:
        cut = content[: max(len(content) * 3 // 4, 1)]
        with contextlib.suppress(OSError):
            picture = Image.open(io.BytesIO(cut))
    return picture


def an_empty_or_thin_picture(rng, path):
    sizes = ((0, 0), (0, 9), (9, 0), (1, 1), (1, 400), (4000, 1), (100, 1), (3, 301), (300, 3), (1, 2))
    return Image.new("RGB", sizes[rng.integers(len(sizes))])


def whole_numbers(rng, path):
    kind = WHOLE_NUMBERS[rng.integers(len(WHOLE_NUMBERS))]
    return rng.integers(0, 100, (*rng.integers(1, 30, 2), (1, 3, 4)[rng.integers(3)])).astype(kind)


def floats(rng, path):
    kind, factor = (
        ("float16", "float32", "float64", ">f4")[rng.integers(4)],
        (1, 1, 255, -1, 1e30)[rng.integers(5)],
    )
    values = rng.random((*rng.integers(2, 30, 2), 3)) * factor
    values[0, 0] = (0, 1, np.nan, np.inf)[rng.integers(4)]
    with np.errstate(over="ignore"):
        return values.astype(kind)


def other_values(rng, path):
    grey = rng.integers(0, 2, rng.integers(2, 30, 2))
    kinds = ("bool", "complex64", "object", "str", "bytes", "datetime64[s]", "timedelta64[s]", "longdouble", "V8")
    kind = kinds[rng.integers(len(kinds))]
    return np.zeros(grey.shape, kind) if kind == "V8" else grey.astype(kind)


def another_shape(rng, path):
    shape = rng.integers(0, 6, rng.integers(0, 6)).tolist()
    return np.zeros(shape, ("uint8", "float32")[rng.integers(2)])


def a_view(rng, path):
    large = np.broadcast_to(np.uint8(7), (1500, 2000, 3))
    small = rng.integers(0, 256, (30, 20, 3), dtype=np.uint8)
    matrix = np.asmatrix(small[..., 0])
    masked = np.ma.masked_less(small, 9)
    return (large, small[::-2], small.transpose(1, 0, 2), small[..., ::-1], matrix, masked)[rng.integers(6)]


def a_tensor(rng, path):
    import torch

    kinds = "float16 bfloat16 float32 float64 uint8 uint16 int8 int16 int64 bool complex64".split()
    values = torch.from_numpy(rng.random(((1, 3, 4)[rng.integers(3)], *rng.integers(1, 30, 2))))
    if rng.random() < 0.2:
        return values * float("nan")
    return (values * (1, 1, 100)[rng.integers(3)]).to(getattr(torch, kinds[rng.integers(len(kinds))]))


def a_tensor_of_another_shape(rng, path):
    import torch

    return torch.zeros(rng.integers(0, 6, rng.integers(0, 6)).tolist()).requires_grad_(bool(rng.integers(2)))


def something_else(rng, path):
    things = (None, 7, 0.5, set(), [[0, 1]], {}, b"\xff\xd8", io.BytesIO(encoded(rng)), object(), Image, np.float32(1))
    return things[rng.integers(len(things))]


KINDS = (
    *(a_file, a_file_cut_short, a_file_with_changed_bytes, a_photo_with_changed_exif, random_bytes),
    *(another_kind_of_file, no_file, an_enormous_file, several_pictures_in_one, a_picture, an_opened_picture),
    *(an_empty_or_thin_picture, whole_numbers, floats, other_values, another_shape, a_view, a_tensor),
    *(a_tensor_of_another_shape, something_else),
)


@pytest.mark.filterwarnings("ignore")  # PIL warns of some of these files; what counts is what comes out
def test_two_hundred_images_are_answered_or_refused(tmp_path):
    outcomes, escaped = {}, []
    for number in range(200):
        kind, rng = KINDS[number % len(KINDS)], np.random.default_rng(number)
        image = kind(rng, tmp_path / f"{number}.jpg")
        sizes = []
        try:
            found = detected(lambda pictures, sizes=sizes: sizes.append(pictures[0].shape) or whole(pictures), image)
        except CnnlabError as trouble:
            assert isinstance(trouble, DataError) and trouble.what and (trouble.allowed or trouble.remedy)
            outcomes[number] = "refused"
        except Exception as error:
            escaped.append(f"{number}, {kind.__name__}: {type(error).__name__}: {error}")
        else:
            ((_, height, width),) = sizes
            assert len(found) == 1 and sane(found, (width, height))
            outcomes[number] = "answered"
    assert not escaped, "\n".join(escaped)
    counts = [list(outcomes.values()).count(each) for each in ("answered", "refused")]
    assert sum(counts) == 200 and min(counts) > 60
