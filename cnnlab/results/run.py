"""What an experiment is given while it runs: its data, a place for checkpoints, progress, and what it wants kept."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from numbers import Integral
from pathlib import Path
from typing import Any

from cnnlab import paths, runtime
from cnnlab.catalog import Found
from cnnlab.errors import OptionError, ResultError, nearest, storage
from cnnlab.results import large_files
from cnnlab.results.schema import Result
from cnnlab.results.store import ARRAYS, picture_name

QUIET_SECONDS = 30  # between two lines of progress where there is no terminal


class Run:
    """One run of an experiment: `budget`, `options`, `device` (cuda, mps or cpu).

    staging: the folder that becomes the kept result. checkpoints: a folder that outlives a run that is killed; it
    belongs to these options, data and code. found: what the catalogue found for each name that the experiment declares.
    depends_on: the results of the experiments on which it depends.
    """

    def __init__(
        self,
        name: str,
        budget: str,
        device: runtime.Device,
        options: object,
        *,
        staging: Path,
        checkpoints: Path,
        found: dict[str, Found],
        depends_on: dict[str, Result] | None = None,
    ):
        self.name, self.budget, self.device, self.options = name, budget, device.kind, options
        self.device_name, self.checkpoints = device.name, checkpoints
        self.seeds: list[int] = []
        self.staging, self._found, self._depends_on = staging, found, depends_on or {}
        self._arrays: dict[str, Any] = {}
        self.large_files: dict[str, dict] = {}

    def data(self, name: str) -> Path:
        """The folder of a data set that the experiment declares."""
        return self._declared("data", name)

    def weights(self, name: str) -> Path:
        """The file of weights that the experiment declares."""
        return self._declared("weights", name)

    def variant(self, name: str) -> str:
        """Which variant of a data set or of weights was found: its layout depends on it."""
        self._declared("data or weights", name)
        return self._found[name].variant

    def _declared(self, kind: str, name: str) -> Path:
        if name not in self._found:
            raise OptionError(
                f"experiment {self.name!r} does not declare the {kind} {name!r}",
                allowed=self._found or "none",
                remedy=nearest(name, self._found) or "name it in @experiment(…)",
            )
        return self._found[name].path

    def needed(self, name: str, file: str) -> Path:
        """A large file that an experiment on which this one depends has kept."""
        if name not in self._depends_on:
            raise OptionError(
                f"experiment {self.name!r} does not declare that it depends on {name!r}",
                allowed=self._depends_on or "none",
                remedy=nearest(name, self._depends_on) or "name it in @experiment(…)",
            )
        return large_files.path_of(self._depends_on[name], file)

    def keep(self, file: str, write: Callable[[Path], None]) -> None:
        """Keep a large file on this machine only, outside git, for experiments that need it; `write(path)` makes it."""
        self.large_files[file] = large_files.put(self.name, file, write)

    def seed(self, number: int) -> None:
        """Seed Python, numpy and the engine; the provenance says with what. OptionError for what is no seed."""
        if not isinstance(number, Integral) or isinstance(number, bool) or not 0 <= number < 2**32:
            raise OptionError(f"seed {number!r} of {self.name!r}", allowed="a whole number, 0 to 2**32 - 1, as numpy's")
        runtime.seed(number)
        if number not in self.seeds:
            self.seeds.append(number)

    def array(self, name: str, array) -> None:
        """Keep an array of numbers, all finite, in arrays.npz: a copy, which later changes do not reach."""
        import numpy

        if picture_name(name) == "file":
            raise OptionError(f"array {name!r} of {self.name!r}", allowed="any other name: numpy's own argument has it")
        try:
            values = numpy.asarray(array).copy()
        except (TypeError, ValueError, RuntimeError) as error:  # lists of several lengths; some tensors
            raise ResultError(
                f"array {name!r} of {self.name!r} is none: {error}",
                allowed="booleans and real numbers",
                remedy="of a tensor: .detach().float().cpu().numpy()",
            ) from None
        if values.dtype.kind not in "biuf":
            raise ResultError(
                f"array {name!r} of {self.name!r} holds {values.dtype}", allowed="booleans and real numbers"
            )
        if values.dtype.kind == "f" and not numpy.isfinite(values).all():
            at = tuple(int(k) for k in numpy.argwhere(~numpy.isfinite(values))[0])
            raise ResultError(
                f"array {name!r} of {self.name!r} is {values[at]} at {at}",
                allowed="finite numbers",
                remedy="mend what computes it",
            )
        self._arrays[name] = values

    def picture(self, name: str, image, quality: int = 82, lossless: bool = False) -> None:
        """Keep a picture (PIL) as NAME.webp, or as NAME.png where it must be exact. ResultError where it cannot be."""
        from PIL import Image

        buffer, what = io.BytesIO(), f"picture {name!r} of {self.name!r}"
        if not isinstance(image, Image.Image) or not all(image.size):
            given = (
                f"of {image.width} × {image.height} pixels" if isinstance(image, Image.Image) else type(image).__name__
            )
            raise ResultError(f"{what} is {given}", allowed="a picture (PIL) of 1 × 1 pixels or more")
        try:
            if lossless:
                image.save(buffer, "PNG", optimize=True)
            else:
                image.save(buffer, "WEBP", quality=quality, method=6)
        except (OSError, ValueError, TypeError) as error:  # a mode, a size or a quality that the format does not have
            raise ResultError(f"{what}, {image.mode}, {image.size}: {error}", remedy='image.convert("RGB")') from error
        self._write(f"{picture_name(name)}.{'png' if lossless else 'webp'}", buffer.getvalue())

    def _write(self, file: str, content: bytes) -> None:
        with storage(self.staging):
            (self.staging / file).write_bytes(content)

    def write_arrays(self) -> list[str]:
        """Write the arrays that were kept into one file; their names."""
        if self._arrays:
            import numpy

            buffer = io.BytesIO()
            numpy.savez_compressed(buffer, **self._arrays)
            self._write(ARRAYS, buffer.getvalue())
        return sorted(self._arrays)

    def progress(self, iterable: Iterable, label: str, total: int | None = None) -> Iterator:
        """Pass the items on; show a bar with rate and time left, or a line now and then where there is no terminal."""
        from tqdm import tqdm

        if sys.stderr.isatty():
            yield from tqdm(iterable, desc=f"{self.name} · {label}", total=total, leave=False, dynamic_ncols=True)
            return
        total = len(iterable) if total is None and isinstance(iterable, Sized) else total
        begin = said = time.monotonic()
        for done, item in enumerate(iterable, 1):
            yield item
            now = time.monotonic()
            if now - said >= QUIET_SECONDS:
                said = now
                left = f" of {total}, {(now - begin) / done * (total - done):.0f} s left" if total else ""
                print(f"{self.name} · {label}: {done}{left}", file=sys.stderr, flush=True)


def clear_staging(name: str) -> Path:
    """An empty folder for a run's result; what killed runs of the experiment have left is removed."""
    import shutil

    folder = paths.project_cache() / "tmp" / name
    with storage(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    return folder
