"""Data sets in folders, one of pictures for each class: read into memory, and written. It imports no framework."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from cnnlab.data.images import BROKEN, PHOTOS, of_pil
from cnnlab.data.pixels import Pixels
from cnnlab.errors import DataError, OptionError

LAYOUT = "a folder for each class, with pictures of it: " + ", ".join(PHOTOS)
NAMED = 3  # of what is left out


def image_folder(
    folder: str | os.PathLike,
) -> tuple[Pixels, tuple[str, ...]]:
    """The pictures of FOLDER/CLASS/NAME, all of one size, and the names
    of the classes, both in the order of their names; labels count them.

    Grey pictures have one channel, others three (RGB). What is left
    out, as folders within a class, is said on stderr; names that begin
    with "." are passed over.

    Raises: DataError for a folder without classes, a class without
    pictures, a picture that cannot be read or differs in its shape.
    """
    files = picture_files(folder)
    say_left_out(Path(folder), files)
    images: list[np.ndarray] = []
    for path in (path for each in files.values() for path in each):
        image = pixels_of(path)
        check_shape(path, image, images[0] if images else image)
        images.append(image)
    counts = [len(each) for each in files.values()]
    labels = np.repeat(np.arange(len(files)), counts)
    return Pixels(np.stack(images), labels, len(files)), tuple(files)


def picture_files(folder: str | os.PathLike) -> dict[str, list[Path]]:
    """The paths of the pictures of each class, by the name of its folder. Raises as `image_folder` does."""
    try:
        classes = [each for each in shown(Path(folder)) if each.is_dir()]
    except (OSError, TypeError) as error:
        raise DataError(f"{folder} is no folder that can be read: {error}", allowed=LAYOUT) from error
    if not classes:
        raise DataError(f"{folder} holds no folder of a class", allowed=LAYOUT)
    found = {each.name: [p for p in shown(each) if p.suffix.lower() in PHOTOS] for each in classes}
    for each in classes:
        if not found[each.name]:
            raise DataError(f"the folder {each} of a class holds no picture", allowed=LAYOUT)
    return found


def shown(folder: Path) -> list[Path]:
    """What a folder holds, by name, without what begins with ".": `.ipynb_checkpoints`, `._1.png`."""
    return sorted(each for each in folder.iterdir() if not each.name.startswith("."))


def say_left_out(folder: Path, files: dict[str, list[Path]]) -> None:
    """Say on stderr what a folder of classes holds beside the folders of the classes and the pictures in them."""
    read = {path for each in files.values() for path in each}
    inside = [path for name in files for path in shown(folder / name) if path not in read]
    left = [path for path in shown(folder) if path.name not in files] + inside
    if left:
        named = ", ".join(str(path.relative_to(folder)) for path in left[:NAMED])
        print(f"{folder}: {len(left)} left out: {named}{', …' * (len(left) > NAMED)}", file=sys.stderr)


def pixels_of(path: Path) -> np.ndarray:
    """The picture in a file, (c, h, w), uint8. Raises: DataError with its path where it is no whole picture."""
    try:
        with Image.open(path) as file:
            grey = file.mode in ("L", "1", "I", "F") or file.mode.startswith("I;16")
            picture = of_pil(file, str(path))
            values = np.array(picture.convert("L") if grey else picture)
    except BROKEN as error:
        what = f"{path} is no whole picture: {error}"
        raise DataError(what, allowed=PHOTOS, remedy="copy it again, or remove it") from error
    return values[None] if values.ndim == 2 else np.moveaxis(values, 2, 0)


def check_shape(path: Path, image: np.ndarray, first: np.ndarray) -> None:
    """Raise DataError for a picture (c, h, w) of another shape than the first one."""
    if image.shape != first.shape:
        allowed = f"{shape_text(first)}, as the first picture"
        raise DataError(f"{path} is {shape_text(image)}", allowed=allowed, remedy="resize or remove it")


def shape_text(image: np.ndarray) -> str:
    """Width, height and channels of a picture (c, h, w)."""
    return f"{image.shape[2]} × {image.shape[1]}, {image.shape[0]} channel{'s' * (image.shape[0] > 1)}"


def write_image_folder(pixels: Pixels, class_names: tuple[str, ...], folder: str | os.PathLike) -> None:
    """Write pictures as FOLDER/CLASS/NUMBER.png, which loses nothing; numbers are their places, from 0.

    class_names: by label; a slash in one becomes a hyphen.

    Raises: OptionError for names that are not one for each class, that give the same folder or one that `image_folder`
    does not read; DataError for a class's folder that holds anything else, which would be read with the pictures.
    """
    folders = [Path(folder) / name.replace("/", "-") for name in class_names]
    if len(folders) != pixels.classes:
        raise OptionError(f"{len(folders)} names of {pixels.classes} classes", allowed="one for each class")
    several = Counter(folders)
    for name, each in zip(class_names, folders, strict=True):
        if not name or name.startswith(".") or several[each] > 1:
            allowed = 'names of folders of their own, "/" read as "-"; none begins with "."'
            raise OptionError(f"class_names: {name!r}", allowed=allowed)
    paths = [folders[label] / f"{place:05d}.png" for place, label in enumerate(pixels.labels)]
    there = {path for each in folders if each.is_dir() for path in shown(each)}
    if others := sorted(there.difference(paths)):
        remedy = "move it away, or name another folder"
        raise DataError(f"{others[0]} is there, and is none of these pictures", remedy=remedy)
    for each in folders:
        each.mkdir(parents=True, exist_ok=True)
    for path, picture in zip(paths, pixels, strict=True):
        values = picture.values[0] if len(picture.values) == 1 else np.moveaxis(picture.values, 0, -1)
        Image.fromarray(values).save(path)
