"""What readers of annotations find in a file, and how it becomes checked photos."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import numpy as np

from cnnlab.data.annotated_photos import LYING, AnnotatedPhoto, AnnotatedPhotos, PhotoFile, turned
from cnnlab.data.annotations import inside
from cnnlab.data.images import PHOTOS
from cnnlab.errors import DataError, nearest
from cnnlab.evaluation.boxes import area

SKIP = "mend it, or leave out such boxes: read_annotations(…, skip_broken=True)"


@dataclass(frozen=True)
class Row:
    """A box of a file. corners: x1, y1, x2, y2 in pixels; given: its numbers as the file has them; name: of the box in
    its file, as "annotation 7"; area: of the object's outline, None where it is not told."""

    corners: tuple[float, ...]
    label: int
    name: str
    given: object
    crowd: bool = False
    area: float | None = None


@dataclass(frozen=True)
class Listed:
    """A photo of a file. size: width and height as the file tells them, or None."""

    photo: PhotoFile
    size: tuple[int, int] | None
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """How files are read. lying, skip_broken: as in `read_annotations`."""

    lying: bool | None = None
    skip_broken: bool = False


def checked_photos(listed: Iterable[Listed], names: Mapping[int, str], file: str, reading: Reading) -> AnnotatedPhotos:
    """The photos with their boxes. DataError for what cannot be, with the file, the photo, the box and its value."""
    photos, left_out, several = [], [], list(listed)
    check_pixels([row.corners for each in several for row in each.rows], file)
    for each in several:
        corners = np.array([row.corners for row in each.rows], float).reshape(-1, 4)
        photo = each.photo
        if is_lying(each, file, reading.lying):
            as_it_lies = photo.size[::-1] if photo.orientation in LYING else photo.size
            corners = turned(corners, photo.orientation, as_it_lies)
        kept = []
        for at, row in enumerate(each.rows):
            fault = fault_of(corners[at], photo.size)
            what = f"{file}: {row.name} in photo {photo.path.name} has the box {row.given}"
            if fault is None:
                kept.append(at)
            elif reading.skip_broken:
                left_out.append(what)
            else:
                raise DataError(what, allowed=fault.allowed, remedy=SKIP)
        boxes, crowds = ([at for at in kept if each.rows[at].crowd == crowd] for crowd in (False, True))
        cut = inside(corners[boxes], *photo.size, photo.source)
        told = [each.rows[at].area for at in boxes]
        areas = (
            np.where([each is None for each in told], area(cut.astype(float)), np.array(told, float)) if told else None
        )
        labels, groups = (np.array([each.rows[at].label for at in chosen], int) for chosen in (boxes, crowds))
        photos.append(AnnotatedPhoto(photo, cut, labels, photo.size, areas, corners[crowds], groups))
    return AnnotatedPhotos(tuple(photos), names, tuple(left_out))


def check_pixels(corners: Sequence[tuple[float, ...]], file: str) -> None:
    """Raise DataError where boxes are shares of their photos' sides: all lie in the first pixel, and some in a part."""
    found = np.array(corners, float)
    if len(found) and (found >= 0).all() and (found <= 1).all() and (found % 1).any():
        raise DataError(
            f"{file}: {len(found)} of {len(found)} boxes lie within the first pixel, as {list(corners[0])}",
            allowed="corners in pixels of the photo",
            remedy="multiply x by the width of the photo and y by its height: these are shares of them",
        )


def fault_of(box: np.ndarray, size: tuple[int, int]) -> DataError | None:
    """The error of a box (4,) that cannot be in a photo of this size; None where there is none."""
    try:
        with np.errstate(over="ignore"):  # beyond float32 is infinite, which is refused
            inside(box[None], *size, "the photo")
    except DataError as error:
        return error
    return None


def is_lying(listed: Listed, file: str, said: bool | None) -> bool:
    """Whether the boxes are those of the photo as it lies in its file. said: the answer, None where it is not given.

    DataError where the size that is told is neither that of the upright photo nor that of the photo as it lies, or
    where it is the latter and nothing is said.
    """
    photo = listed.photo
    if photo.orientation in LYING and listed.size == photo.size != photo.size[::-1]:
        return False
    if listed.size is None or listed.size == photo.size:
        return bool(said)
    if photo.orientation in LYING and listed.size == photo.size[::-1]:
        if said is None:
            raise DataError(
                f"{file}: photo {photo.path} is turned by its EXIF orientation {photo.orientation}, and the size that "
                "is told is that of the photo as it lies in its file",
                allowed="lying=True where boxes were drawn on the photo as it lies, False where on the upright photo",
                remedy="look at a box or two, then read_annotations(…, lying=…)",
            )
        return said
    told, found = (" × ".join(map(str, size)) for size in (listed.size, photo.size))
    raise DataError(
        f"{file}: photo {photo.path} is of {told} pixels there, and of {found} in its own file",
        allowed="boxes of the photo as it is",
        remedy="take the photos that were annotated, or scale the boxes and the size that is told",
    )


def told_size(width: object, height: object) -> tuple[int, int] | None:
    """Width and height as a file tells them; None where it tells none, or numbers that are none, such as 0 and 0."""
    try:
        size = round(float(width)), round(float(height))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return size if min(size) > 0 else None


def photo_in(folders: Sequence[Path], names: Sequence[str], what: str) -> Path:
    """The first of `names` that is a file in one of the folders. DataError, which says of what, where none is.

    A name may have folders of another machine before it: its last part is tried, too; then, where one file alone can be
    meant, the same name as other systems and addresses write it (see `plain_name`).
    """
    tried = [name for each in names for name in (each.replace("\\", "/"), each.replace("\\", "/").rpartition("/")[2])]
    for folder in folders:
        for name in tried:
            if name and is_file(folder / name):
                return folder / name
    there = [each for folder in dict.fromkeys(folders) if folder.is_dir() for each in files_of(folder)]
    wanted = {plain_name(name.rpartition("/")[2]) for name in tried}
    if len(same := [path for name, path in there if name in wanted]) == 1:
        return same[0]
    looked = ", ".join(dict.fromkeys(map(str, folders)))
    close = nearest(tried[-1], {path.name for _, path in there})
    folder_remedy = "name the folder of the photos: read_annotations(…, photos=FOLDER)"
    raise DataError(
        f"{what}: photo {names[0]!r:.200} is not there",
        allowed=f"a file in {looked}",
        remedy="; or ".join([*([close] if close else []), folder_remedy]),
    )


def is_file(path: Path) -> bool:
    """Whether a path is a file; not where no system has such a name."""
    try:
        return path.is_file()
    except OSError:  # too long a name
        return False


def plain_name(name: str) -> str:
    """A file's name without what differs from system to system: composed accents, small letters, no "%20"."""
    return unicodedata.normalize("NFC", unquote(name)).casefold()


def stem_of(path: Path) -> str:
    """A file's name without its end, by which photos and annotations belong together; accents are composed."""
    return unicodedata.normalize("NFC", path.stem)


def files_of(folder: Path) -> list[tuple[str, Path]]:
    """The photos of a folder with their plain names; read again where the folder has changed."""
    return listed_files(folder, folder.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def listed_files(folder: Path, _changed: int) -> list[tuple[str, Path]]:
    """As `files_of`, remembered: many photos are looked up in one folder."""
    return [(plain_name(each.name), each) for each in listing(folder, *PHOTOS)]


def is_visible(path: Path, *ends: str) -> bool:
    """Whether a path is a file with one of these ends, in capitals or not, that no system has hidden ("._1.xml")."""
    return path.suffix.lower() in ends and not path.name.startswith(".") and path.is_file()


def listing(folder: Path, *ends: str) -> list[Path]:
    """The files of a folder with one of these ends, by name; none where there is no such folder."""
    return sorted(each for each in folder.iterdir() if is_visible(each, *ends)) if folder.is_dir() else []


def text_of(path: Path) -> str:
    """The text of a file, without a byte order mark. DataError where it is missing or no text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}", remedy="check the path; save it as UTF-8") from error
