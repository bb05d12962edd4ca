"""The full-size photos of Oxford 102 Flowers, packed as the catalogue's variant "full size"."""

from __future__ import annotations

import zipfile
from pathlib import Path

from cnnlab.data.flowers import FULL_ZIPS, NUMBER, ZIPS
from cnnlab.errors import DataError

SOURCE = "github.com/udacity/aipnd-project, commit f891e7cafda20acfdf2bee80ad3c843173a931b3"


def pack(photos: Path, compact: Path, out: Path) -> None:
    """Write one zip a split into `out`, of CLASS/image_NNNNN.jpg: the same bytes from the same photos each time.

    photos: a folder with all 8,189 photos below it, image_NNNNN.jpg, as SOURCE has them. compact: the folder of the
    compact variant, whose zips say which photo belongs to which split and species.

    Raises: DataError with the name of a photo that is not there.
    """
    found = {path.name: path for path in photos.rglob("image_*.jpg")}
    for split, name in FULL_ZIPS.items():
        with zipfile.ZipFile(compact / ZIPS[split]) as archive:
            members = sorted(each for each in archive.namelist() if NUMBER.search(each))
        with zipfile.ZipFile(out / name, "w", zipfile.ZIP_STORED) as archive:
            for member in members:
                jpg = Path(member).with_suffix(".jpg")
                if jpg.name not in found:
                    raise DataError(f"{jpg.name} is not below {photos}", remedy=f"take all photos from {SOURCE}")
                entry = zipfile.ZipInfo(jpg.as_posix(), (1980, 1, 1, 0, 0, 0))
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, found[jpg.name].read_bytes())
