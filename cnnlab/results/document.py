"""result.json: what stands in it, and how it is read."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import msgspec

from cnnlab import paths
from cnnlab.errors import MissingResultError, ResultError
from cnnlab.results.provenance import Provenance

DOCUMENT = "result.json"


class Entry(TypedDict):
    """A file that is kept."""

    bytes: int
    sha256: str


class Input(TypedDict):
    """Data, weights or another experiment's large files that were read. variant: "computed" for the last."""

    variant: str | None
    sha256: str | None


class Key(TypedDict):
    """All that a result depends on. code: {definition: digest}, of what made the result or verified it last."""

    options: dict[str, Any]
    inputs: dict[str, Input]
    code: dict[str, str]


@dataclass(frozen=True)
class Attestation:
    """Smoke runs of the code of two commits gave equal outputs. outputs: their digest; date: YYYY-MM-DD."""

    commit: str
    against: str
    date: str
    outputs: str


class Document(TypedDict):
    """A result.json. result: fields of the experiment's result type; arrays: names; kept: large files, outside git."""

    experiment: str
    key: Key
    provenance: Provenance
    result: dict[str, Any]
    arrays: list[str]
    kept: NotRequired[dict[str, Entry]]
    attestations: list[Attestation]
    files: dict[str, Entry]


def read_document(folder: Path) -> dict:
    """The result.json of a folder as plain data, all of whose parts are of the right type.

    Raises MissingResultError where there is none, ResultError where it is damaged.
    """
    try:
        text = (folder / DOCUMENT).read_text(encoding="utf-8")
        document = json.loads(text, parse_constant=finite, parse_float=finite)
        checked(document)
    except FileNotFoundError:
        name = folder.name
        raise MissingResultError(f"experiment {name!r} has no kept result", remedy=f"cnnlab run {name}") from None
    except (OSError, ValueError, RecursionError) as error:  # not JSON, or of another type
        raise damaged(folder, DOCUMENT, error) from error
    return document


def finite(text: str) -> float:
    """The number that a text of JSON stands for. Raises ValueError for NaN and infinity, which are never written."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"it holds {text}, which is no finite number")
    return number


def checked(document: object) -> Document:
    """A document with its provenance and attestations as dataclasses. Raises msgspec.ValidationError."""
    return msgspec.convert(document, Document)


def write_document(folder: Path, document: dict) -> None:
    """Write the result.json of a folder: a reader sees the old one or the new one, never a part."""
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    paths.write_atomically(folder / DOCUMENT, text)


def damaged(folder: Path, file: str, cause: object) -> ResultError:
    """The error of a kept file that is not as it was left."""
    return ResultError(
        f"figures/{folder.name}/{file} is damaged: {cause}",
        remedy=f"git checkout -- figures/{folder.name}, or cnnlab run {folder.name} --force",
    )
