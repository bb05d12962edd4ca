"""Whatever people call an image, as an RGB picture."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from cnnlab.errors import DataTrouble

FORMS = "a path; a PIL image; a numpy array (h, w), (h, w, 1), (h, w, 3) or (h, w, 4); a tensor (3, h, w) or (1, h, w)"
VALUES = "uint8 (0–255), uint16 (0–65535), booleans, or floats from 0 to 1"
THINNEST = 100  # most times that one side may be as long as the other


def picture_of(image) -> Image.Image:
    """An image as a PIL picture, RGB, upright.

    image: one of FORMS, with values as VALUES says. Grey becomes three equal channels, what is clear white, 16 bits
    become 8; a photo is turned as its EXIF orientation asks. DataTrouble where it is no picture or has a side of 0.
    """
    if isinstance(image, (str, os.PathLike)):
        picture = opened(Path(image))
    elif isinstance(image, Image.Image):
        picture = upright(image, "the image")
    elif isinstance(image, np.ndarray):
        picture = of_array(image)
    elif hasattr(image, "detach"):  # a tensor; torch need not be there for the rest
        array = image.detach().cpu()
        if array.ndim == 3:
            array = array.permute(1, 2, 0)
        picture = of_array((array.float() if array.dtype.is_floating_point else array).numpy(), "tensor")
    else:
        raise DataTrouble(f"image is of type {type(image).__name__}", allowed=FORMS)
    width, height = picture.size
    if max(width, height) > THINNEST * min(width, height):
        raise DataTrouble(
            f"the image has {width} × {height} pixels",
            allowed=f"sides of which one is at most {THINNEST} times the other",
            remedy="cut it into parts",
        )
    return picture


def opened(path: Path) -> Image.Image:
    try:
        with Image.open(path) as file:
            return upright(file, str(path))
    except FileNotFoundError as error:
        raise DataTrouble(f"image {path} is not there", remedy="check the path") from error
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise DataTrouble(
            f"{path} is no whole picture: {error}", remedy="open it with a viewer, and save it again"
        ) from error


def upright(picture: Image.Image, source: str) -> Image.Image:
    if 0 in picture.size:
        raise DataTrouble(f"{source} has {picture.width} × {picture.height} pixels", allowed="at least 1 × 1")
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        return of_array(sixteen_bits(np.asarray(picture), source), source)
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        white = Image.new("RGB", clear.size, "white")
        white.paste(clear, mask=clear.getchannel("A"))
        return white
    return picture.convert("RGB")


def sixteen_bits(values: np.ndarray, source: str) -> np.ndarray:
    """Grey levels that PIL keeps as wide integers or floats: those of a file of 16 bits, or of 8."""
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > 65535:
        raise DataTrouble(f"{source} has grey levels from {values.min()} to {values.max()}", allowed="0 to 65535")
    if values.dtype.kind == "f" and values.max() <= 1:
        return values
    return values.astype(np.uint16 if values.max() > 255 or values.dtype == np.uint16 else np.uint8)


def of_array(array: np.ndarray, source: str = "array") -> Image.Image:
    shape = tuple(array.shape)
    if array.ndim == 3 and shape[2] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and shape[2] not in (3, 4)):
        raise DataTrouble(
            f"the {source} has shape {shape}", allowed=FORMS, remedy="array.transpose(1, 2, 0) puts channels last"
        )
    if 0 in shape:
        raise DataTrouble(f"the {source} has shape {shape}", allowed="at least 1 × 1 pixels")
    picture = Image.fromarray(eight_bits(array, source))
    return upright(picture, source)


def eight_bits(array: np.ndarray, source: str) -> np.ndarray:
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if array.dtype == bool:
        return array.astype(np.uint8) * 255
    if array.dtype == np.uint16:
        return (array / 257).round().astype(np.uint8)
    if array.dtype.kind == "f" and np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1:
        return (array * 255).round().astype(np.uint8)
    span = f"from {array.min()} to {array.max()}" if array.dtype.kind in "iuf" else "that are no numbers"
    raise DataTrouble(f"the {source} holds {array.dtype} values {span}", allowed=VALUES, remedy="scale or convert them")
