"""Photos as data sets hold them: still encoded, with a label."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from cnnlab.data.images import BROKEN, of_pil
from cnnlab.errors import FETCH_AGAIN, DataError


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
