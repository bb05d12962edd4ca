"""Whatever people call an image: it becomes an RGB picture, or the message says what was got and what to do."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, features

from cnnlab.data.images import picture_of
from cnnlab.errors import DataError

RED, GREEN, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (255, 255, 255), (0, 0, 0)


@pytest.fixture
def colours():
    return np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)


def pixels(image):
    picture = picture_of(image)
    assert type(picture) is Image.Image and picture.mode == "RGB"
    return np.asarray(picture)


def pixel(image, place=(0, 0)):
    return tuple(pixels(image)[place[::-1]].tolist())


def refused(image, *told):
    with pytest.raises(DataError) as caught:
        picture_of(image)
    assert caught.value.allowed or caught.value.remedy
    for each in told:
        assert each in str(caught.value)


# ---- paths, PIL's pictures, arrays


def test_a_path_a_picture_and_an_array_give_the_same(colours, tmp_path):
    path = tmp_path / "colours.png"
    Image.fromarray(colours).save(path)
    clear = np.dstack([colours, np.full((5, 7), 255, np.uint8)])
    with Image.open(path) as unread:
        for image in (path, str(path), unread, Image.fromarray(colours), colours, clear):
            assert np.array_equal(pixels(image), colours)


@pytest.mark.torch
def test_a_tensor_gives_the_same(colours):
    import torch

    tensor = torch.from_numpy(colours).permute(2, 0, 1)
    for each in (tensor, tensor.contiguous(), (tensor / 255).requires_grad_(), tensor.double() / 255):
        assert np.array_equal(pixels(each), colours)
    for each in (tensor[:1], tensor[1:2] / 255):
        assert pixels(each).shape == (5, 7, 3)
    assert np.array_equal(pixels(tensor[:1])[..., 2], colours[..., 0])
    for kind in (torch.float16, torch.bfloat16):
        assert np.abs(pixels((tensor / 255).to(kind)).astype(int) - colours).max() <= 1
    assert np.array_equal(pixels(tensor > 127), (colours > 127) * np.uint8(255))


def test_arrays_of_grey_become_three_equal_channels(colours):
    grey = colours[..., 0]
    for each in (grey, grey[..., None]):
        assert np.array_equal(pixels(each), np.dstack([grey] * 3))


def test_parts_of_arrays_are_read_as_they_lie(colours):
    for part in (colours[::-1], colours[:, ::2], colours[..., ::-1], np.asfortranarray(colours)):
        assert np.array_equal(pixels(part), part)


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_floats_from_0_to_1(kind):
    grey = np.array([[0, 0.25, 0.5, 1]], kind)
    assert pixels(grey)[0, :, 0].tolist() == [0, 64, 128, 255]


def test_sixteen_bits_and_booleans():
    assert pixels(np.array([[0, 128, 129, 257 * 77, 65535]], np.uint16))[0, :, 0].tolist() == [0, 0, 1, 77, 255]
    assert pixels(np.array([[True, False]]))[0].tolist() == [list(WHITE), list(BLACK)]


def test_what_is_given_is_left_as_it_was(colours):
    array, picture = colours.copy(), Image.fromarray(colours)
    for image in (array, picture):
        picture_of(image).paste(RED, (0, 0, 7, 5))
    assert np.array_equal(array, colours) and np.array_equal(np.asarray(picture), colours)


def test_the_smallest_and_a_large_picture():
    assert picture_of(Image.new("RGB", (1, 1), RED)).getpixel((0, 0)) == RED and pixel(np.zeros((1, 1))) == BLACK
    assert picture_of(Image.new("L", (8000, 6000))).size == (8000, 6000)


# ---- PIL's modes


def palette():
    picture = Image.new("P", (2, 1))
    picture.putpalette([*RED, *GREEN])
    picture.putpixel((1, 0), 1)
    return picture


def test_grey_and_one_bit():
    assert pixel(Image.new("L", (2, 2), 77)) == (77, 77, 77)
    assert pixel(Image.new("1", (2, 2), 1)) == WHITE and pixel(Image.new("1", (2, 2), 0)) == BLACK


def test_a_palette_gives_its_colours():
    assert pixels(palette()).tolist() == [[list(RED), list(GREEN)]]


@pytest.mark.parametrize("transparency, expected", [(1, [RED, WHITE]), (b"\x80\xff", [(255, 127, 127), GREEN])])
def test_clear_colours_of_a_palette_are_white(tmp_path, transparency, expected):
    palette().save(tmp_path / "palette.png", transparency=transparency)
    with Image.open(tmp_path / "palette.png") as file:
        assert file.mode == "P"
    assert pixels(tmp_path / "palette.png").tolist() == [list(map(list, expected))]


@pytest.mark.parametrize(
    "mode, colour, expected",
    [
        ("RGBA", (255, 0, 0, 255), RED),
        ("RGBA", (255, 0, 0, 0), WHITE),
        ("RGBA", (255, 0, 0, 128), (255, 127, 127)),
        ("LA", (0, 128), (127, 127, 127)),
        ("LA", (40, 255), (40, 40, 40)),
        ("PA", (0, 0), WHITE),
        ("RGBa", (0, 0, 0, 0), WHITE),
    ],
)
def test_what_is_clear_is_white(mode, colour, expected):
    assert pixel(Image.new(mode, (2, 2), colour)) == expected


def test_one_clear_colour_of_a_file_is_white(tmp_path):
    two = Image.new("RGB", (2, 1), RED)
    two.putpixel((1, 0), GREEN)
    two.save(tmp_path / "two.png", transparency=GREEN)
    assert pixels(tmp_path / "two.png").tolist() == [[list(RED), list(WHITE)]]


def test_clear_pixels_of_an_array_are_white():
    assert pixel(np.array([[[255, 0, 0, 128]]], np.uint8)) == pixel(np.array([[[1, 0, 0, 0.5]]])) == (255, 127, 127)


@pytest.mark.parametrize(
    "mode, colour, expected",
    [
        ("CMYK", (0, 0, 0, 0), WHITE),
        ("CMYK", (0, 255, 255, 0), RED),
        ("CMYK", (9, 8, 7, 255), BLACK),
        ("YCbCr", (77, 128, 128), (77, 77, 77)),
        ("HSV", (0, 255, 255), RED),
        ("LAB", (255, 128, 128), WHITE),
        ("RGBX", (1, 2, 3, 4), (1, 2, 3)),
    ],
)
def test_other_spaces_of_colour_become_rgb(mode, colour, expected):
    assert np.abs(np.subtract(pixel(Image.new(mode, (2, 2), colour)), expected)).max() <= 1


def test_grey_that_is_multiplied_by_its_alpha_is_a_picture_or_refused():
    try:
        assert pixel(Image.new("La", (2, 2))) == WHITE
    except DataError as error:
        assert error.allowed or error.remedy


@pytest.mark.parametrize("level, expected", [(0, 0), (200, 1), (257 * 77, 77), (65535, 255)])
def test_a_file_of_16_bits_becomes_8(tmp_path, level, expected):
    Image.fromarray(np.full((2, 3), level, np.uint16)).save(tmp_path / "deep.png")
    with Image.open(tmp_path / "deep.png") as file:
        assert file.mode == "I;16"
    assert pixel(tmp_path / "deep.png") == (expected,) * 3


@pytest.mark.parametrize("level, expected", [(200, 1), (257 * 77, 77)])
def test_the_order_of_the_bytes_changes_no_grey_level(tmp_path, level, expected):
    deep = Image.frombytes("I;16B", (2, 1), np.full(2, level, ">u2").tobytes())
    deep.save(tmp_path / "deep.tif")
    for image in (deep, tmp_path / "deep.tif"):
        assert pixel(image) == (expected,) * 3


@pytest.mark.parametrize(
    "mode, level, expected",
    [("I", 77, 77), ("I", 257 * 77, 77), ("F", 0.5, 128), ("F", 77.0, 77), ("F", 65535.0, 255), ("F", 0.0, 0)],
)
def test_wide_grey_levels_are_those_of_1_8_or_16_bits(mode, level, expected):
    assert pixel(Image.new(mode, (2, 2), level)) == (expected,) * 3


@pytest.mark.parametrize("mode, level", [("I", -1), ("I", 65536), ("F", -0.5), ("F", float("nan")), ("F", 1e9)])
def test_grey_levels_out_of_range_are_refused(mode, level):
    refused(Image.new(mode, (2, 2), level), f"the image has grey levels from {level}", "0 to 65535")


# ---- EXIF


def test_a_picture_that_was_turned_is_not_turned_again(tmp_path):
    turned(tmp_path / "photo.jpg", 6)
    once = picture_of(tmp_path / "photo.jpg")
    assert once.size == picture_of(once).size == (24, 40)
    with Image.open(tmp_path / "photo.jpg") as opened:
        assert picture_of(picture_of(opened)).size == (24, 40)


def turned(path, orientation):
    """A black JPEG of 40 × 24 pixels whose upper left corner, as it is stored, is red."""
    picture = Image.new("RGB", (40, 24))
    picture.paste(RED, (0, 0, 8, 8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.save(path, exif=exif)


@pytest.mark.parametrize(
    "orientation, corner",
    [
        (1, "upper left"),
        (2, "upper right"),
        (3, "lower right"),
        (4, "lower left"),
        (5, "upper left"),
        (6, "upper right"),
        (7, "lower right"),
        (8, "lower left"),
        (9, "upper left"),
    ],
)
def test_a_photo_is_turned_as_its_orientation_asks(tmp_path, orientation, corner):
    turned(tmp_path / "turned.jpg", orientation)
    with Image.open(tmp_path / "turned.jpg") as unread:
        found = [picture_of(tmp_path / "turned.jpg"), picture_of(unread)]
    width, height = (24, 40) if 5 <= orientation <= 8 else (40, 24)
    places = {"upper left": (3, 3), "upper right": (width - 4, 3)}
    places |= {"lower left": (3, height - 4), "lower right": (width - 4, height - 4)}
    for picture in found:
        assert picture.size == (width, height)
        for name, place in places.items():
            assert (picture.getpixel(place)[0] > 200) == (name == corner)


def exif(*entries):
    """EXIF data with an orientation of 6 and more entries: (tag, kind, count, bytes of the value)."""
    rows = [struct.pack("<HHI4s", *each) for each in [(0x0112, 3, 1, b"\x06"), *entries]]
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(rows)) + b"".join(rows) + bytes(4)


@pytest.mark.filterwarnings("ignore")  # what PIL warns of is what is tested
@pytest.mark.parametrize(
    "content",
    [
        exif((0x0128, 1, 1, b"\x02")),
        exif((0x011A, 2, 2, b"72")),
        exif((0x010E, 11, 1, b"\0\0\x80\x3f")),
        exif((0x02BC, 2, 4, b"text")),
        exif()[:-9],
        exif((0x8769, 4, 1, b"\xff\xff\xff\xff")),
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0nonsense",
    ],
    ids=["unit", "resolution", "description", "xmp", "cut short", "pointer", "offset", "nonsense"],
)
def test_a_photo_with_wrong_exif_is_a_picture_or_refused(tmp_path, content):
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (12, 9), RED).save(path, exif=content)
    try:
        assert picture_of(path).size in ((12, 9), (9, 12))
    except DataError as error:
        assert "photo.jpg" in str(error) and error.remedy


# ---- files that are no pictures


def jpeg(count=None):
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()[:count]


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    refused(tmp_path / "none.jpg", f"image {tmp_path / 'none.jpg'} is not there", "check the path")
    refused(str(tmp_path / "no" / "folder.jpg"), "folder.jpg is not there", "check the path")
    for address in ("http://host/a.jpg", "https://host/a.jpg", "file:///a.jpg", "data:image/png;base64,AA"):
        refused(address, "is not there", "an address on the net is none: download the picture")
    refused(tmp_path, f"image {tmp_path} is a folder", "name a file in it")
    refused(str(tmp_path), "is a folder")
    refused("", "the path of the image is empty", "check the path")
    refused("a\0b.jpg", "is no whole picture")


@pytest.mark.parametrize("content", [b"", b"Dear raccoon,\n", jpeg(1000), jpeg(20), b"\x89PNG\r\n\x1a\n", bytes(500)])
def test_a_file_that_is_no_whole_picture_is_named(tmp_path, content):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    refused(path, f"{path} is no whole picture", "open it with a viewer, and save it again")


@pytest.mark.parametrize("content", [jpeg(1000), jpeg(1500)])
def test_an_opened_picture_that_turns_out_to_be_broken_is_refused(content):
    refused(Image.open(io.BytesIO(content)), "the image")


def test_a_picture_that_was_closed_is_refused(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(jpeg())
    with Image.open(tmp_path / "photo.jpg") as picture:
        pass
    refused(picture)


@pytest.mark.filterwarnings("ignore")  # of some of these files PIL warns
@pytest.mark.parametrize("form", ["AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "TIFF", "WEBP"])
def test_a_file_with_a_wrong_byte_is_a_picture_or_refused(tmp_path, form, colours):
    needed = {"AVIF": "avif", "JPEG2000": "jpg_2000", "WEBP": "webp"}.get(form)
    if needed and not features.check(needed):
        pytest.skip(f"this build of Pillow does not write {form}")
    buffer, outcomes = io.BytesIO(), set()
    Image.fromarray(colours).save(buffer, form)
    for place in range(0, buffer.tell(), 1 + buffer.tell() // 300):
        content = bytearray(buffer.getvalue())
        content[place] ^= 255
        (tmp_path / "photo").write_bytes(content)
        try:
            outcomes.add(picture_of(tmp_path / "photo").mode)
        except DataError as error:
            outcomes.add("refused" if error.allowed or error.remedy else "refused without a word")
    assert outcomes == {"RGB", "refused"}


def test_a_file_that_says_it_is_enormous_is_refused(tmp_path):
    header = struct.pack(">II5B", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + bytes(4))
    refused(tmp_path / "bomb.png", "bomb.png is no whole picture")


# ---- arrays and other things that are no pictures


@pytest.mark.parametrize(
    "shape",
    [(3, 20, 30), (1, 20, 30), (20, 30, 2), (20, 30, 5), (20,), (), (1, 20, 30, 3), (0, 5), (5, 0, 3), (0, 0), (0,)],
)
def test_arrays_of_other_shapes_are_refused(shape):
    refused(np.zeros(shape), f"the array has shape {shape}")


def test_channels_that_come_first_are_pointed_out():
    refused(np.zeros((3, 20, 30)), "(h, w, 3)", "put the channels last in an array")


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(20, 30, 3), (2, 20, 30), (1, 3, 20, 30), (3,), (), (3, 0, 5), (0, 4, 5)])
def test_tensors_of_other_shapes_are_refused_with_the_shape_that_they_have(shape):
    import torch

    refused(torch.zeros(shape), f"the tensor has shape {shape}")


@pytest.mark.parametrize(
    "values, told",
    [
        (np.array([[0.5, np.nan]]), "float64 values from nan to nan"),
        (np.array([[0.5, np.inf]]), "float64 values from 0.5 to inf"),
        (np.array([[0, 1.5]], np.float32), "float32 values from 0.0 to 1.5"),
        (np.array([[-0.25, 1]]), "float64 values from -0.25 to 1.0"),
        (np.array([[0, 255]]), "int64 values from 0 to 255"),
        (np.array([[0, 1]], np.int8), "int8 values from 0 to 1"),
        (np.array([[1j]]), "complex128 values that are no numbers"),
        (np.array([["a"]]), "values that are no numbers"),
        (np.array([[None]]), "object values that are no numbers"),
    ],
)
def test_values_out_of_range_are_refused(values, told):
    refused(values, told, "uint8 (0–255)", "scale or convert them")


@pytest.mark.torch
def test_values_of_tensors_out_of_range_are_refused():
    import torch

    refused(torch.full((3, 4, 5), 255.0), "the tensor holds float32 values from 255.0 to 255.0")
    refused(torch.full((3, 4, 5), 200), "the tensor holds int64 values from 200 to 200")
    refused(torch.full((3, 4, 5), float("nan")), "from nan to nan")


@pytest.mark.parametrize("image", [None, 5, [[0, 1]], b"\xff\xd8", {"image": 1}])
def test_other_things_are_no_image(image):
    refused(image, f"image is of type {type(image).__name__}", "a path; a PIL image; a numpy array")


def test_an_open_file_is_no_image(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(jpeg())
    refused(io.BytesIO(jpeg()), "image is of type BytesIO")
    with open(tmp_path / "photo.jpg", "rb") as file:
        refused(file, "image is of type BufferedReader")


def test_pictures_without_pixels_are_refused():
    refused(Image.new("RGB", (0, 5)), "the image has 0 × 5 pixels", "at least 1 × 1")


@pytest.mark.parametrize("size", [(101, 1), (1, 101), (1011, 10)])
def test_a_picture_that_is_too_thin_is_refused(size):
    refused(Image.new("RGB", size), f"{size[0]} × {size[1]} pixels", "at most 100 times", "cut it into parts")


def test_a_picture_may_be_a_hundred_times_as_long_as_wide():
    assert picture_of(Image.new("RGB", (100, 1))).size == (100, 1)
    assert picture_of(np.zeros((1000, 10))).size == (10, 1000)
