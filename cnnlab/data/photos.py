"""Photos as data sets hold them: still encoded, with a label."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image

from cnnlab.data.images import BROKEN, of_pil
from cnnlab.errors import FETCH_AGAIN, DataError

# what Python raises for a packed file that is damaged, encrypted, or packed in a way that it does not know
DAMAGED = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


@dataclass(frozen=True)
class Photo:
    """A photo still encoded. label: its class from 0; number: that of its file; source: where it was found."""

    content: bytes
    label: int
    number: int
    source: str

    def picture(self) -> Image.Image:
        """The decoded picture as `detect` sees it: RGB, upright.

        Raises: DataError with the source of a file that is no whole picture.
        """
        try:
            with Image.open(io.BytesIO(self.content)) as file:
                return of_pil(file, self.source)
        except DataError as error:
            raise DataError(error.what, allowed=error.allowed, remedy=FETCH_AGAIN) from error
        except BROKEN as error:
            raise DataError(f"{self.source} is no whole picture: {error}", remedy=FETCH_AGAIN) from error


def check_once(photos: Iterable[tuple[object, str]]) -> None:
    """Raise DataError where two of some photos, (which one it is, its source), are the same."""
    first: dict[object, str] = {}
    for which, source in photos:
        if which in first:
            what = f"{first[which]} and {source} are the same photo"
            raise DataError(what, allowed="each photo once", remedy="remove one of them")
        first[which] = source
