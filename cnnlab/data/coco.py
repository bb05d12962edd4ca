"""The photos of COCO val2017 (Lin et al. 2014) that the catalogue has, with their licences, in either form."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from cnnlab.errors import DataError

SUBSET = "instances_val2017_subset.json"
ZIP, MEMBER = "annotations_trainval2017.zip", "annotations/instances_val2017.json"


@dataclass(frozen=True)
class Image:
    """A photo still encoded, with COCO's number of it and the address of its licence."""

    number: int
    content: bytes
    source: str
    licence: str


def load(folder: Path) -> list[Image]:
    """The catalogue's photos in `folder`/images, in COCO's order. DataError where one is missing or not listed."""
    try:
        if (folder / ZIP).is_file():  # it lists all 5,000 photos
            with zipfile.ZipFile(folder / ZIP) as archive:
                listed = json.loads(archive.read(MEMBER))
            listed["images"] = [each for each in listed["images"] if (folder / "images" / each["file_name"]).is_file()]
        else:
            listed = json.loads((folder / SUBSET).read_text(encoding="utf-8"))
        licences = {each["id"]: each["url"] for each in listed["licenses"]}
        return [
            Image(each["id"], path.read_bytes(), str(path), licences[each["license"]])
            for each in listed["images"]
            for path in [folder / "images" / each["file_name"]]
        ]
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"COCO's photos in {folder} cannot be read: {error}",
            remedy="fetch the data again: cnnlab doctor says where they are",
        ) from error
