"""Data sets in folders, one of pictures for each class: read into memory, and written. It imports no framework."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from cnnlab.data.images import BROKEN, of_pil
from cnnlab.data.pixels import Pixels
from cnnlab.errors import DataError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
LAYOUT = "a folder for each class, with pictures of it: " + ", ".join(SUFFIXES)


def image_folder(folder: Path) -> tuple[Pixels, tuple[str, ...]]:
    """The pictures of FOLDER/CLASS/NAME, all of one size, and the names
    of the classes, both in the order of their names; labels count them.

    Grey pictures have one channel, others three (RGB).

    Raises: DataError for a folder without classes, a class without
    pictures, a picture that cannot be read or differs in its shape.
    """
    files = picture_files(folder)
    images: list[np.ndarray] = []
    for path in (path for each in files.values() for path in each):
        image = pixels_of(path)
        check_shape(path, image, images[0] if images else image)
        images.append(image)
    counts = [len(each) for each in files.values()]
    labels = np.repeat(np.arange(len(files)), counts)
    return Pixels(np.stack(images), labels, len(files)), tuple(files)


def picture_files(folder: Path) -> dict[str, list[Path]]:
    """The paths of the pictures of each class, by the name of its folder. Raises as `image_folder` does."""
    try:
        classes = sorted(each for each in folder.iterdir() if each.is_dir())
    except OSError as error:
        raise DataError(f"{folder} is no folder that can be read: {error}", allowed=LAYOUT) from error
    if not classes:
        raise DataError(f"{folder} holds no folder of a class", allowed=LAYOUT)
    found = {each.name: sorted(p for p in each.iterdir() if p.suffix.lower() in SUFFIXES) for each in classes}
    for each in classes:
        if not found[each.name]:
            raise DataError(f"the folder {each} of a class holds no picture", allowed=LAYOUT)
    return found


def pixels_of(path: Path) -> np.ndarray:
    """The picture in a file, (c, h, w), uint8. Raises: DataError with its path where it is no whole picture."""
    try:
        with Image.open(path) as file:
            grey = file.mode in ("L", "1", "I", "F") or file.mode.startswith("I;16")
            picture = of_pil(file, str(path))
            values = np.array(picture.convert("L") if grey else picture)
    except BROKEN as error:
        what = f"{path} is no whole picture: {error}"
        raise DataError(what, allowed=", ".join(SUFFIXES), remedy="copy it again, or remove it") from error
    return values[None] if values.ndim == 2 else np.moveaxis(values, 2, 0)


def check_shape(path: Path, image: np.ndarray, first: np.ndarray) -> None:
    """Raise DataError for a picture (c, h, w) of another shape than the first one."""
    if image.shape != first.shape:
        allowed = f"{shape_text(first)}, as the first picture"
        raise DataError(f"{path} is {shape_text(image)}", allowed=allowed, remedy="resize or remove it")


def shape_text(image: np.ndarray) -> str:
    """Width, height and channels of a picture (c, h, w)."""
    return f"{image.shape[2]} × {image.shape[1]}, {image.shape[0]} channel{'s' * (image.shape[0] > 1)}"


def write_image_folder(pixels: Pixels, class_names: tuple[str, ...], folder: Path) -> None:
    """Write pictures as FOLDER/CLASS/NUMBER.png, which loses nothing; numbers are their places, from 0.

    class_names: by label; a slash in one becomes a hyphen.
    """
    for name in class_names:
        (folder / name.replace("/", "-")).mkdir(parents=True, exist_ok=True)
    for place, each in enumerate(pixels):
        values = each.values[0] if len(each.values) == 1 else np.moveaxis(each.values, 0, -1)
        Image.fromarray(values).save(folder / class_names[each.label].replace("/", "-") / f"{place:05d}.png")
