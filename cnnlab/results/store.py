"""Results on disk: `figures/<name>/` with result.json, arrays.npz and pictures; put there in one step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from cnnlab import paths
from cnnlab.errors import OptionError, ResultError, nearest, storage
from cnnlab.results import document, registry, schema
from cnnlab.results.document import DOCUMENT, damaged, read_document, write_document
from cnnlab.results.schema import Result

ARRAYS = "arrays.npz"
PICTURES = (".webp", ".png")


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
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise damaged(self.folder, ARRAYS, error) from error  # TypeError: one array instead of a file of several

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


class Record:
    """What is kept beside the fields of a result: its folder, files, key, options, provenance and arrays."""

    def __init__(self, folder: Path, plain_document: dict):
        checked = document.checked(plain_document)
        self.folder = folder
        self.name, self.key, self.files = checked["experiment"], checked["key"], checked["files"]
        self.provenance, self.attestations = checked["provenance"], checked["attestations"]
        self.large_files = checked.get("kept", {})
        self.arrays = Arrays(folder, checked["arrays"])

    @property
    def options(self):
        """The options with which the result was computed, as the experiment's dataclass."""
        experiment = registry.get(self.name)
        return schema.from_plain(experiment.options, self.key["options"], f"the options of {self.name!r}")

    def picture(self, name: str) -> Path:
        """The file of a picture that the experiment kept. ResultError where there is none, or it is another one."""
        pictures = {Path(file).stem: file for file in self.files if file.endswith(PICTURES)}
        if name not in pictures:
            raise ResultError(
                f"result {self.name!r} has no picture {name!r}",
                allowed=sorted(pictures) or "none",
                remedy=nearest(name, pictures),
            )
        path = self.folder / pictures[name]
        try:
            found = paths.file_digest(path)
        except OSError as error:
            raise damaged(self.folder, pictures[name], error) from error
        if found != self.files[pictures[name]]["sha256"]:
            raise damaged(self.folder, pictures[name], "it is not the picture that was kept")
        return path


def load(name: str, folder: Path | None = None) -> Result:
    """The kept result of an experiment, by default that in `figures/`.

    Raises MissingResultError where there is none, ResultError where it is damaged or does not fit its type.
    """
    experiment = registry.get(name)  # an unknown name is reported with the nearest one
    folder = folder or paths.figures_dir() / name
    plain_document = read_document(folder)
    record = Record(folder, plain_document)
    if record.name != name:
        raise ResultError(
            f"figures/{folder.name}/{DOCUMENT} is of the experiment {record.name!r}",
            allowed=repr(name),
            remedy=f"cnnlab verify {name} --renamed {record.name}={name} where it was renamed, else cnnlab run {name}",
        )
    for file, entry in record.files.items():
        path = folder / file
        if not path.is_file():
            raise damaged(folder, file, "it is not there")
        if path.stat().st_size != entry["bytes"]:
            raise damaged(folder, file, f"it has {path.stat().st_size} bytes of {entry['bytes']}")
    where = f"figures/{folder.name}/{DOCUMENT}"
    remedy = f"cnnlab verify {name} --renamed OLD=NEW where fields were renamed, else cnnlab run {name} --force"
    result = schema.from_plain(experiment.result, plain_document["result"], where, remedy)
    vars(result)["_record"] = record
    return result


def put(folder: Path, plain_document: dict, target: Path) -> None:
    """Make `folder` the kept result: its result.json is written, then it takes the place of `target` at once."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": paths.file_digest(path)}
        for path in sorted(folder.iterdir())
    }
    with storage(target):
        write_document(folder, {**plain_document, "files": files})
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
    if isinstance(value, str) and not value.isprintable():
        try:
            value.encode()
        except UnicodeEncodeError as error:  # half of a pair, as of a name that is no UTF-8
            raise ResultError(f"{where} is no text: {error}", allowed="text that UTF-8 can hold") from None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ResultError(
        f"{where} is a {type(value).__name__}",
        allowed="numbers, text, lists, dictionaries",
        remedy="keep arrays with run.array, pictures with run.picture",
    )


def picture_name(name: str) -> str:
    """A name that serves as a file's on every system; OptionError otherwise."""
    if not isinstance(name, str) or not name or not all(letter.isalnum() or letter in "-_" for letter in name):
        raise OptionError(f"name {name!r}", allowed="letters, digits, - and _")
    return name
