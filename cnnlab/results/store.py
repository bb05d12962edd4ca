"""Results on disk: `figures/<name>/` with result.json, arrays.npz and pictures; put there in one step."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from cnnlab import paths
from cnnlab.errors import MissingResultError, OptionError, ResultError, nearest, storage
from cnnlab.results import registry, schema
from cnnlab.results.provenance import Provenance
from cnnlab.results.schema import Result

DOCUMENT, ARRAYS = "result.json", "arrays.npz"
PICTURES = (".webp", ".png", ".svg")


class Arrays(Mapping):
    """The arrays of a result by name, each read from its file when it is asked for."""

    def __init__(self, folder: Path, names: list[str]):
        self.folder, self.names = folder, names

    def __getitem__(self, name: str):
        import zipfile
        import zlib

        import numpy

        if name not in self.names:
            raise ResultError(
                f"result {self.folder.name!r} has no array {name!r}",
                allowed=self.names or "none",
                remedy=nearest(name, self.names),
            )
        try:
            with numpy.load(self.folder / ARRAYS, allow_pickle=False) as kept:
                return kept[name]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise garbled(self.folder, ARRAYS, error) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


class Record:
    """What is kept beside the fields of a result: its folder, files, key, options, provenance and arrays."""

    def __init__(self, folder: Path, document: dict):
        self.name: str = document["experiment"]
        self.folder = folder
        self.files: dict[str, dict] = document["files"]
        self.key: dict = document["key"]
        self.large_files: dict[str, dict] = document.get("kept", {})
        self.provenance = msgspec.convert(document["provenance"], Provenance)
        self.arrays = Arrays(folder, document["arrays"])

    @property
    def options(self):
        """The options with which the result was computed, as the experiment's dataclass."""
        experiment = registry.get(self.name)
        return schema.from_plain(experiment.options, self.key["options"], f"the options of {self.name!r}")

    def picture(self, name: str) -> Path:
        """The file of a picture that the experiment kept."""
        pictures = {Path(file).stem: file for file in self.files if file.endswith(PICTURES)}
        if name not in pictures:
            raise ResultError(
                f"result {self.name!r} has no picture {name!r}",
                allowed=sorted(pictures) or "none",
                remedy=nearest(name, pictures),
            )
        return self.folder / pictures[name]


def load(name: str, folder: Path | None = None) -> Result:
    """The kept result of an experiment; MissingResultError where there is none, ResultError where it is damaged."""
    folder = folder or paths.figures_dir() / name
    try:
        text = (folder / DOCUMENT).read_text(encoding="utf-8")
    except FileNotFoundError:
        registry.get(name)  # an unknown name says so, with the nearest one
        raise MissingResultError(f"experiment {name!r} has no kept result", remedy=f"cnnlab run {name}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise garbled(folder, DOCUMENT, error) from error
    try:
        document = json.loads(text)
        record = Record(folder, document)
        sizes = {file: kept["bytes"] for file, kept in record.files.items()}
        value = document["result"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise garbled(folder, DOCUMENT, error) from error
    for file, size in sizes.items():
        path = folder / file
        if not path.is_file():
            raise garbled(folder, file, "it is not there")
        if path.stat().st_size != size:
            raise garbled(folder, file, f"it has {path.stat().st_size} bytes of {size}")
    result = schema.from_plain(registry.get(name).result, value, f"figures/{folder.name}/{DOCUMENT}")
    vars(result)["_record"] = record
    return result


def garbled(folder: Path, file: str, cause: object) -> ResultError:
    return ResultError(
        f"figures/{folder.name}/{file} is damaged: {cause}",
        remedy=f"git checkout -- figures/{folder.name}, or cnnlab run {folder.name} --force",
    )


def put(folder: Path, document: dict, target: Path) -> None:
    """Make `folder` the kept result: its result.json is written, then it takes the place of `target` at once."""
    files = {path.name: {"bytes": path.stat().st_size, "sha256": sha256(path)} for path in sorted(folder.iterdir())}
    text = json.dumps({**document, "files": files}, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    with storage(target):
        (folder / DOCUMENT).write_text(text, encoding="utf-8")
        paths.replace_folder(folder, target)


def plain(value, where: str):
    """A result as JSON can hold it; ResultError names the place of a value that it cannot."""
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise ResultError(f"{where} has the key {key!r}", allowed="text", remedy=f"use {str(key)!r}")
        return {key: plain(inner, f"{where}.{key}") for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner, f"{where}[{at}]") for at, inner in enumerate(value)]
    if hasattr(value, "dtype") and getattr(value, "shape", None) == ():
        value = value.item()  # a number of numpy's
    if isinstance(value, float) and not math.isfinite(value):
        raise ResultError(f"{where} is {value}", allowed="finite numbers", remedy="mend what computes it")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ResultError(
        f"{where} is a {type(value).__name__}",
        allowed="numbers, text, lists, dictionaries",
        remedy="keep arrays with run.array, pictures with run.picture",
    )


def digest(name: str) -> str:
    """Digest of all that is kept of an experiment; "missing" where nothing is."""
    folder = paths.figures_dir() / name
    if not folder.is_dir():
        registry.get(name)
        return "missing"
    stamps = []
    for path in sorted(folder.iterdir()):
        stat = path.stat()
        stamps.append((str(path), stat.st_size, stat.st_mtime_ns))
    return content_digest(tuple(stamps))


@lru_cache(maxsize=256)
def content_digest(stamps: tuple[tuple[str, int, int], ...]) -> str:
    total = hashlib.sha256()
    for path, *_ in stamps:
        total.update(f"{Path(path).name} {sha256(Path(path))}\n".encode())
    return total.hexdigest()[:16]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def picture_name(name: str) -> str:
    """A name that serves as a file's on every system; OptionError otherwise."""
    if not name or not all(letter.isalnum() or letter in "-_" for letter in name):
        raise OptionError(f"name {name!r}", allowed="letters, digits, - and _")
    return name
