"""Results on disk: `figures/<name>/` with result.json, arrays.npz and pictures; put there in one step."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cnnlab import paths
from cnnlab.errors import MissingResultError, OptionError, ResultError, nearest, storage
from cnnlab.results import registry, schema
from cnnlab.results.provenance import Provenance
from cnnlab.results.schema import Result

DOCUMENT, ARRAYS = "result.json", "arrays.npz"
PICTURES = (".webp", ".png")
PARTS = ("experiment", "key", "provenance", "result", "arrays", "attestations", "files")


@dataclass(frozen=True)
class Attestation:
    """Smoke runs of the code of two commits gave equal outputs. outputs: their digest; date: YYYY-MM-DD."""

    commit: str
    against: str
    date: str
    outputs: str


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
        self.attestations = msgspec.convert(document["attestations"], list[Attestation])
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
    """The kept result of an experiment, by default that in `figures/`.

    Raises MissingResultError where there is none, ResultError where it is damaged or does not fit its type.
    """
    folder = folder or paths.figures_dir() / name
    experiment = registry.get(name)  # an unknown name is reported with the nearest one
    document = read_document(folder)
    try:
        record = Record(folder, document)
        sizes = {file: entry["bytes"] for file, entry in record.files.items()}
    except (KeyError, TypeError, AttributeError, msgspec.ValidationError) as error:
        raise garbled(folder, DOCUMENT, error) from error
    for file, size in sizes.items():
        path = folder / file
        if not path.is_file():
            raise garbled(folder, file, "it is not there")
        if path.stat().st_size != size:
            raise garbled(folder, file, f"it has {path.stat().st_size} bytes of {size}")
    result = schema.from_plain(experiment.result, document["result"], f"figures/{folder.name}/{DOCUMENT}")
    vars(result)["_record"] = record
    return result


def read_document(folder: Path) -> dict:
    """A result.json as plain data, with the parts that every one has."""
    try:
        document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
        missing = [part for part in PARTS if part not in document]
    except FileNotFoundError:
        name = folder.name
        raise MissingResultError(f"experiment {name!r} has no kept result", remedy=f"cnnlab run {name}") from None
    except (OSError, ValueError, TypeError) as error:
        raise garbled(folder, DOCUMENT, error) from error
    if missing:
        raise garbled(folder, DOCUMENT, f"it has no {missing[0]!r}")
    return document


def garbled(folder: Path, file: str, cause: object) -> ResultError:
    return ResultError(
        f"figures/{folder.name}/{file} is damaged: {cause}",
        remedy=f"git checkout -- figures/{folder.name}, or cnnlab run {folder.name} --force",
    )


def put(folder: Path, document: dict, target: Path) -> None:
    """Make `folder` the kept result: its result.json is written, then it takes the place of `target` at once."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": paths.file_digest(path)}
        for path in sorted(folder.iterdir())
    }
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


def picture_name(name: str) -> str:
    """A name that serves as a file's on every system; OptionError otherwise."""
    if not name or not all(letter.isalnum() or letter in "-_" for letter in name):
        raise OptionError(f"name {name!r}", allowed="letters, digits, - and _")
    return name
