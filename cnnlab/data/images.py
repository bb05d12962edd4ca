"""Convert a path, a PIL image, an array or a tensor to an RGB picture."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image

from cnnlab.errors import DataError

FORMS = "a path; a PIL image; a numpy array (h, w), (h, w, 1), (h, w, 3) or (h, w, 4); a tensor (c, h, w) of such c"
VALUES = "uint8 (0–255), uint16 (0–65535), booleans, or floats from 0 to 1"
PHOTOS = (".jpg", ".jpeg", ".jfif", ".png", ".bmp", ".webp", ".avif", ".tif", ".tiff", ".gif")  # ends of their names
MAX_ASPECT_RATIO = 100  # of the longer side to the shorter one
BROKEN = (  # PIL's ways to fail
    *(OSError, ValueError, SyntaxError, EOFError, AssertionError, TypeError, KeyError, RuntimeError, struct.error),
    Image.DecompressionBombError,
)
TURNS = {  # by EXIF's orientation; PIL's own exif_transpose also writes the metadata anew, and fails on odd ones
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION_KEYS = ("exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp")  # where PIL finds an orientation


def picture_of(image: Any) -> Image.Image:
    """An image as a PIL picture, RGB, upright.

    image: one of FORMS, with values as VALUES says. Grey becomes three equal channels, what is clear white, 16 bits
    become 8; a photo is turned as its EXIF orientation asks. DataError where it is no picture or has a side of 0.
    """
    if isinstance(image, str) and not image:
        raise DataError("the path of the image is empty", allowed=FORMS, remedy="check the path")
    if isinstance(image, (str, os.PathLike)):
        picture = of_file(Path(image))
    elif isinstance(image, Image.Image):
        picture = of_pil(image, "the image")
    elif isinstance(image, np.ndarray):
        picture = of_array(image, "the array", image.shape)
    elif hasattr(image, "detach") and hasattr(image, "permute"):  # a tensor; torch need not be there for the rest
        array = image.detach().cpu()
        array = (array.float() if array.dtype.is_floating_point else array).numpy()
        picture = of_array(np.moveaxis(array, 0, -1) if array.ndim == 3 else array, "the tensor", tuple(image.shape))
    else:
        raise DataError(f"image is of type {type(image).__name__}", allowed=FORMS)
    width, height = picture.size
    if max(width, height) > MAX_ASPECT_RATIO * min(width, height):
        raise DataError(
            f"the image has {width} × {height} pixels",
            allowed=f"sides of which one is at most {MAX_ASPECT_RATIO} times the other",
            remedy="cut it into parts",
        )
    return picture


def pictures_of(images: Sequence) -> Iterator[Image.Image]:
    """Each image of a list as `picture_of` gives it; DataError names the place of one that is no picture."""
    for place, image in enumerate(images, 1):
        try:
            yield picture_of(image)
        except DataError as error:
            what = f"image {place} of {len(images)}: {error.what}"
            raise DataError(what, allowed=error.allowed, remedy=error.remedy) from error


def of_file(path: Path) -> Image.Image:
    """The image in a file, upright, RGB. Raises DataError where there is none, or no whole one."""
    try:
        with Image.open(path) as file:
            return of_pil(file, str(path))
    except FileNotFoundError as error:
        raise DataError(
            f"image {path} is not there",
            remedy="check the path; an address on the net is none: download the picture, and name its file",
        ) from error
    except BROKEN as error:
        if os.path.isdir(path):
            raise DataError(f"image {path} is a folder", allowed=FORMS, remedy="name a file in it") from error
        raise broken(str(path), error) from error


def of_pil(picture: Image.Image, source: str) -> Image.Image:
    """A PIL image of any mode, upright, RGB, on white where it is transparent. source: its name in messages."""
    if 0 in picture.size:
        raise DataError(f"{source} has {picture.width} × {picture.height} pixels", allowed="at least 1 × 1")
    try:
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
        picture.load()
        if turn is not None:
            picture = picture.transpose(turn)
            for key in ORIENTATION_KEYS:  # it is upright now
                picture.info.pop(key, None)
        if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
            levels = grey_levels(np.asarray(picture), picture.mode, source)
            return Image.fromarray(eight_bits(levels, source)).convert("RGB")
        if picture.mode == "La":  # multiplied by its alpha
            picture = picture.convert("LA")
        if picture.has_transparency_data:
            clear = picture.convert("RGBA")
            white = Image.new("RGB", clear.size, "white")
            white.paste(clear, mask=clear.getchannel("A"))
            return white
        return picture.convert("RGB")
    except BROKEN as error:
        raise broken(source, error) from error


def broken(source: str, error: Exception) -> DataError:
    """The error of an image that cannot be decoded, with what the decoder said."""
    said = str(error) or type(error).__name__
    return DataError(f"{source} is no whole picture: {said}", remedy="open it with a viewer, and save it again")


def grey_levels(values: np.ndarray, mode: str, source: str) -> np.ndarray:
    """Grey levels that PIL keeps in more than 8 bits, as unsigned integers or as floats from 0 to 1.

    Where the mode does not tell, integers up to 255 are taken for levels of 8 bits.
    """
    if mode.startswith("I;16"):
        return values.astype(np.uint16)
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > 65535:
        raise DataError(f"{source} has grey levels from {values.min()} to {values.max()}", allowed="0 to 65535")
    if mode == "F" and values.max() <= 1:
        return values
    return values.astype(np.uint16 if values.max() > 255 else np.uint8)


def of_array(array: np.ndarray, source: str, shape: tuple[int, ...]) -> Image.Image:
    """An array with channels last, or without. shape: as it was given, for the message."""
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        remedy = "put the channels last in an array, and first in a tensor"
        raise DataError(f"{source} has shape {tuple(shape)}", allowed=FORMS, remedy=remedy)
    if 0 in array.shape:
        raise DataError(f"{source} has shape {tuple(shape)}", allowed="at least 1 × 1 pixels")
    levels = eight_bits(array[..., 0] if array.ndim == 3 and array.shape[2] == 1 else array, source)
    return of_pil(Image.fromarray(levels), source)


def eight_bits(array: np.ndarray, source: str) -> np.ndarray:
    """Values as VALUES says, as uint8."""
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if array.dtype == bool:
        return array.astype(np.uint8) * 255
    if array.dtype.kind == "u" and array.dtype.itemsize == 2:
        return (array / 257).round().astype(np.uint8)
    if array.dtype.kind == "f" and np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1:
        return (array * 255).round().astype(np.uint8)
    span = f"from {array.min()} to {array.max()}" if array.dtype.kind in "iuf" else "that are no numbers"
    raise DataError(f"{source} holds {array.dtype} values {span}", allowed=VALUES, remedy="scale or convert them")
